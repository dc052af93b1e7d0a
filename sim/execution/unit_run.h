// The dispatch that a unit is in: its event and what it has been told so far.
#pragma once

#include <string>

#include "charm/flow/path.h"
#include "charm/runtime/dispatch.h"
#include "sim/ports/answer_log.h"

namespace sim {

// Thrown into a hook to stop it at a port call. Derives from nothing, so that nothing catches it.
struct Stopped {};

// What happens to the call under way: nothing, or a fault.
enum class Disturbance : std::uint8_t { none, refused, lost, slow, throttled };

struct UnitRun {
  charm::UnitName name;
  bool active = false;  // a dispatch is under way
  bool doomed = false;  // it has been killed: what is left of it must be unwound
  charm::Event event;
  AnswerLog log;
  charm::Path path;
  const charm::Handler* handler = nullptr;  // that runs now, or has run last
  charm::Event handler_event;               // its
  bool handler_reemitted = false;           // it came from the deferral queue
  bool ended = false;
  charm::DispatchResult result;
  // Of an action, what its operator will read: its results, or why it has failed. Secrets are told
  // by their key alone.
  std::string action_text;

  // The call at which it is stopped.
  bool in_call = false;
  Disturbance disturbance = Disturbance::none;

  // While it is brought back by running it again: how far, and what the observer has heard already.
  AnswerLog::Cursor cursor;
  std::uint32_t heard = 0;
  std::uint32_t hears = 0;
};

}  // namespace sim
