// The dispatch that a unit is in: its event and what it has been told so far.
#pragma once

#include <string>

#include "charm/flow/path.h"
#include "charm/runtime/dispatch.h"
#include "sim/execution/told_notices.h"
#include "sim/ports/answer_log.h"

namespace sim {

// Thrown into a hook to stop it at a port call. Derives from nothing, so that nothing catches it.
struct Stopped {};

// What happens to the call under way: nothing, or a fault.
enum class Disturbance : std::uint8_t { none, refused, lost, slow, throttled };

// A dispatch that is stopped at a call, as a value: its event and what it has been told so far. Its
// path and its stack come back when it is run again on that.
struct StoppedHook {
  bool active = false;   // a dispatch is under way; otherwise nothing here means anything
  bool in_call = false;  // the call at which it is stopped
  Disturbance disturbance = Disturbance::none;
  charm::Event event;
  AnswerLog log;
  ToldNotices told;                         // meaningful while the log keeps a digest
  std::uint32_t heard = 0;                  // by the observer, already
  const charm::Handler* handler = nullptr;  // that runs now, or has run last
  charm::Event handler_event;               // its
  bool handler_reemitted = false;           // it came from the deferral queue
  // Of an action, what its operator will read: its results, or why it has failed. Secrets are told
  // by their key alone.
  std::string action_text;
};

struct UnitRun : StoppedHook {
  charm::UnitName name;
  bool doomed = false;  // it has been killed: what is left of it must be unwound
  bool ended = false;
  charm::Path path;
  charm::DispatchResult result;

  // While it is brought back by running it again: how far, in the log and in what is heard.
  AnswerLog::Cursor cursor;
  std::uint32_t hears = 0;
};

}  // namespace sim
