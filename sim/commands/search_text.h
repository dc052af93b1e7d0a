// What branching and comparing has found, in words.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "sim/commands/commands.h"
#include "sim/search/difference.h"
#include "sim/search/exploration.h"
#include "sim/search/no_return.h"

namespace sim {

// Name and text of a line of a verdict: `witnesses    none`.
std::string verdict_line(std::string_view name, const std::string& text);
// `1 world`, `2 worlds`.
std::string plural(std::uint64_t count, const std::string& what);
// Whole ones, rounded down.
std::uint64_t per_second(std::uint64_t count, std::chrono::nanoseconds time);
// `at most 2 deviations and 1 fault`; leader changes and departures follow where there may be any.
std::string bounds_text(const Allowance& allowance);
// "orders of what comes at the same moment, up to 4000 ms".
std::string orders_text(std::optional<std::int64_t> from_ms, std::optional<std::int64_t> until_ms);
// Either of them: what "all" is said of.
std::string covered_text(const Exploration& found);
// What ended it, before all was covered: `memory was used up`.
std::string_view was_text(ExplorationEnd end);
std::optional<std::int64_t> in_ms(std::optional<charm::Instant> moment);

// As JSON; of a search that has found none, without the choice.
nlohmann::ordered_json to_json(const NoReturn& found, const charm::AppName& app);
// How well the choice is known: `after it by none of 97 branches; in all 412 branches tried`. Of a
// search that was cut: `ended after 20000 branches, not searched to the end`.
std::string tried_text(const NoReturn& found, const Console& console);
std::string no_return_text(const NoReturn& found, const Scenario& scenario,
                           const Deviations& failing, const Console& console);

// How the lines name the two runs.
struct RunNames {
  std::string a;
  std::string b;
};
// `charmsim-diff/1`: the first choice and the first event that differ, each with what it is in
// either run; null: none, or the run has ended.
nlohmann::ordered_json to_json(const RunsApart& apart, const OfRun& a, const OfRun& b,
                               const Console& console);
std::string apart_text(const RunsApart& apart, const OfRun& a, const OfRun& b,
                       const RunNames& names, const Console& console);

}  // namespace sim
