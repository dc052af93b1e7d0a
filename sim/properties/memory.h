// What a run has seen, as far as properties ask for it: the world is a value of the present. It is
// a plain value too, kept beside the world and copied with it, fed with facts and with nothing
// else.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "charm/types/names.h"
#include "model/step.h"
#include "sim/properties/bounds.h"

namespace sim {

struct Moment;

struct Memory {
  // The lock object, the keys `-sync`, `initialize` and `history` at the last fact about them.
  std::uint32_t lock_version = 0;
  std::uint16_t transitions = 0;
  charm::MaybeMember lock_holder;
  charm::MaybeMember sync_leader;
  charm::UnitSet sync_standbys;
  model::Initialise initialise = model::Initialise::absent;
  std::uint8_t databases_made = 0;  // by initdb, since `initialize` was taken last
  std::uint16_t history = 0;
  bool initialised = false;  // the flag has been set, by this application

  charm::UnitSet has_database;
  // Whose Patroni was started as it may be: by the flag, by a leader, or over data that were there.
  // It stays so as long as its container lives, whoever starts it again.
  charm::UnitSet started_rightly;
  charm::UnitSet took_the_lock;  // since its last action began
  // Of the action that a unit runs: which one of the story, counted from 1, and which passwords a
  // database was told since it began, a bit for each; who has made a revision of the secret.
  std::array<std::uint8_t, charm::max_units> actions{};
  std::array<std::uint8_t, charm::max_units> altered{};
  charm::UnitSet revised;
  charm::UnitSet led;         // held the lock while any action ran, since none did
  charm::UnitSet ever_led;    // held the lock at any time
  charm::UnitSet replicated;  // led or streamed, since its agent began with another charm
  charm::UnitSet listed;      // in endpoints, when it was written last
  charm::UnitSet labelled;    // had a member's labels at any time since it was added
  bool partition_without_primary = false;  // the StatefulSet's was set when there was none

  // Of the dispatch that runs: what was queued when it began, and what of it has been re-emitted;
  // whether its unit has led at any moment of it, and has been told so if it has asked then;
  // whether its member did not work (sight.h) at any moment of it; what its status said, and how
  // often the lock had changed hands, when it began.
  struct Queue {
    std::uint16_t before = 0;
    std::uint16_t reemitted = 0;
    std::uint16_t status_text = 0;
    std::uint16_t transitions = 0;
    bool led = false;
    bool ailed = false;
    bool forbidden = false;  // by a 403, in the handler that runs
    bool started = false;    // its service, by whomever
    bool asked = false;      // to take over from the primary
    bool disturbed = false;  // something befell the cluster, or a call failed

    friend bool operator==(const Queue&, const Queue&) = default;
  };
  std::vector<Queue> queues;  // one a unit

  Bounds bounds;

  friend bool operator==(const Memory&, const Memory&) = default;
};

// The memory of a run that begins.
void forget(Memory& memory, std::uint16_t units);
// A dispatch begins.
void begin_dispatch(Memory& memory, charm::UnitName unit, const model::World& world);
// A fault strikes: of a refused call the model has no fact.
void disturb_dispatches(Memory& memory);
// What a step has brought about; after the properties have judged it.
void observe(Memory& memory, const Moment& moment);

}  // namespace sim
