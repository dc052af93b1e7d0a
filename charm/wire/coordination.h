// The bags of the peer relations `upgrade` and `restart`. Source: charm-hooks.md, section 1.4;
// config-and-wire.md, sections 3.3 and 3.4.
#pragma once

#include <optional>

#include "charm/types/coordination.h"
#include "charm/types/dependencies.h"
#include "charm/types/names.h"
#include "charm/wire/bag.h"
#include "charm/wire/error.h"

namespace charm::wire {

// --- upgrade ---

// `state` of a unit; empty for none.
std::string_view to_text(UpgradeState state);
Wire<UpgradeState> parse_upgrade_state(std::string_view text);
// `[0, 1, 2]`: the last is upgraded next. Each once; absent: empty.
Wire<UpgradeStack> parse_upgrade_stack(std::string_view text);
std::string upgrade_stack_text(const UpgradeStack& stack);
// `["app/1", "app/0"]`; absent: no restriction.
Wire<UpgradeStandbys> parse_sync_standbys(const AppName& app, std::string_view text);
std::string sync_standbys_text(const AppName& app, const UpgradeStandbys& standbys);
// `{"charm": {"version": "2", "upgrade_supported": ">0", ...}, "rock": {...}}`; nothing if absent.
// What else stands there is not looked at; upstream's library needs it, and so it is written.
Wire<std::optional<Dependencies>> parse_dependencies(std::string_view text);
std::string dependencies_text(const Dependencies& dependencies);

// --- restart: the rolling lock ---

// `state` of a unit; empty for none, which `idle` is, too.
std::string_view to_text(RestartState state);
Wire<RestartState> parse_restart_state(std::string_view text);
// The key of a unit in the application's bag: `<ops.model.Unit app/0>`.
std::string restart_lock_key(const AppName& app, UnitName unit);
inline constexpr std::string_view restart_granted_text = "granted";
// Of one such key: whose it is, if it says `granted`; of `idle` nobody.
Wire<MaybeUnit> parse_restart_grant(const AppName& app, std::string_view key,
                                    std::string_view text);
Wire<UnitSet> parse_restart_granted(const AppName& app, const Bag& bag);

}  // namespace charm::wire
