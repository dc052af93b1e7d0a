// What stands behind Juju's hook tools in a contract's case: the unit agent over the model, or
// Juju's own tools and hook context. Both are asked by running the tools, through charm/live/.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "charm/types/event.h"
#include "charm/types/names.h"
#include "charm/wire/bag.h"

namespace charm::contract {

// The application `pg` in the model `testing` has the units 0, 1 and 2, of which 0 leads; 0 and 1
// are those that cases are about. Each is in the relations database-peers:0, restart:1 and
// upgrade:2, and in database:3 with the application `web`, which has asked for a database. Every
// hook that was due has run.
class HookToolsBench {
 public:
  virtual ~HookToolsBench() = default;

  // --- hooks; what this process runs from now on runs in it ---
  // Begins that one; if need be, others of this and other units run before, and do nothing.
  virtual void begin(UnitName unit, const Event& event) = 0;
  virtual void begin_action(UnitName unit, std::string_view action,
                            const nlohmann::json& parameters) = 0;
  // Another hook that has begun.
  virtual void switch_to(UnitName unit) = 0;
  // How it ended: with exit code 0, or another one. Whether its changes are committed.
  virtual bool end_well(UnitName unit) = 0;
  virtual void end_badly(UnitName unit) = 0;
  struct Action {
    bool well = false;
    std::string failure;
    std::vector<std::pair<std::string, std::string>> results;

    friend bool operator==(const Action&, const Action&) = default;
  };
  virtual Action last_action() = 0;

  // --- what befalls it ---
  // The leadership is that unit's: its holder is told at once, at its next question.
  virtual void give_leadership_to(UnitName unit) = 0;
  // The operator has set `profile`; a config-changed is due.
  virtual void set_profile(std::string_view profile) = 0;
  // The operator has asked for two units; unit 2 is dying.
  virtual void remove_a_unit() = 0;
  // The operator has removed the relation with `web`.
  virtual void remove_relation() = 0;
};

std::unique_ptr<HookToolsBench> model_hook_tools();
std::unique_ptr<HookToolsBench> live_hook_tools();

inline constexpr Event plain_event(EventKind kind) {
  return {.kind = kind, .subject = 0, .remote_unit = {}, .departing_unit = {}, .relation = {}};
}

// The relation of the client, by the charm's list of relations and by Juju's id.
inline constexpr std::uint8_t database_endpoint = 3;
inline constexpr RelationId with_web{3};

// What `web` asks for.
inline wire::Bag web_request() { return {{"database", "web"}, {"extra-user-roles", "createdb"}}; }

}  // namespace charm::contract
