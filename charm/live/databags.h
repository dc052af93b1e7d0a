// The relations that this unit is in, and their bags, for the time of one dispatch. Juju itself
// tells one and the same for as long as a hook runs (juju-and-pebble.md, section 2.4), so each is
// asked for once; own writes are seen.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "charm/live/hook_tools.h"
#include "charm/live/identity.h"
#include "charm/types/errors.h"

namespace charm::live {

// Each call throws HookFailed if Juju does not answer.
class Databags {
 public:
  Databags(HookTools& tools, const Identity& who) : tools_(tools), who_(who) {}

  // --- peer relations, by their endpoints; before there is one, its bags are empty ---
  // The other units whose joined this unit has run.
  UnitSet peers(std::string_view endpoint);
  const wire::Bag& application(std::string_view endpoint);
  const wire::Bag& unit(std::string_view endpoint, UnitName unit);
  // An empty value removes its key. Where there is no such relation, nothing is written, as
  // upstream does: a unit that is torn down leaves its relations first, and no one reads it there.
  std::expected<void, NotLeader> set_application(std::string_view endpoint,
                                                 const wire::Bag& changes);
  void set_unit(std::string_view endpoint, const wire::Bag& changes);

  // --- relations with other applications, by their ids ---
  // But for the one that is being broken.
  std::vector<std::string> relations(std::string_view endpoint);
  const std::string& other_application(const std::string& relation);
  // What the other application has written. Empty also of a relation that has just gone.
  const wire::Bag& other_bag(const std::string& relation);
  // Only the leader may read it.
  const wire::Bag& own_application_bag(const std::string& relation);
  const wire::Bag& own_unit_bag(const std::string& relation);
  std::expected<void, NotLeader> set(const std::string& relation, Scope scope,
                                     const wire::Bag& changes);

 private:
  using Key = std::tuple<std::string, Scope, std::string>;  // relation, whose, name

  const std::vector<std::string>& ids(std::string_view endpoint);
  std::optional<std::string> peer_relation(std::string_view endpoint);
  const wire::Bag& bag(const std::string& relation, Scope scope, const std::string& of);
  std::string own_name(Scope scope) const;
  void say_that_there_is_no(std::string_view endpoint);

  HookTools& tools_;
  const Identity& who_;
  std::map<std::string, std::vector<std::string>, std::less<>> ids_;
  std::map<std::string, UnitSet, std::less<>> peers_;
  std::map<std::string, std::string, std::less<>> others_;
  std::map<Key, wire::Bag> bags_;
};

}  // namespace charm::live
