// The parts of the failovers' page, each as markup.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/commands/failover_report.h"
#include "sim/failover/page_choice.h"
#include "sim/failover/page_curve.h"
#include "sim/failover/page_phases.h"
#include "sim/report/page_template.h"

namespace sim {

// The files of sim/failover/page/.
std::span<const PageFile> failover_page_files();

namespace failover_page {

// Of what is a row of phases: all, and those about each quantile.
struct Row {
  std::string_view name;
  std::uint64_t per_mille = 0;  // 0: all
};
inline constexpr std::array<Row, 4> rows{{{"mean"}, {"p50", 500}, {"p90", 900}, {"p99", 990}}};

struct OneSeries {
  std::size_t setting = 0;
  failover::Summary summary;
  failover::Curve linear;
  failover::Curve logarithmic;
  std::array<failover::Composition, rows.size()> made_of{};
};
struct OneKind {
  const failover::Kind* kind = nullptr;
  failover::Axis linear;
  std::vector<OneSeries> series;
  std::vector<std::pair<std::size_t, std::string>> refused;  // setting, and why
};
struct Content {
  const FailoverView& view;
  std::vector<failover::Setting> settings;
  std::vector<std::string> names;  // of the settings, in short
  failover::Axis logarithmic;      // of all kinds
  std::vector<OneKind> kinds;
  std::vector<failover::Choice> choices;
};
Content content_of(const FailoverView& view);

// --- words and numbers ---

std::string letter_of(std::size_t setting);  // A, B, … Z, AA
// `12.345`, and with its unit. Digits are cut, not rounded.
std::string seconds(std::int64_t us);
std::string seconds_with_unit(std::int64_t us);
// `[1.234 5.678]`; `?` where there are too few samples for a bound.
std::string band(std::optional<std::int64_t> low, std::optional<std::int64_t> high);
std::string band(const failover::Share& share);
// So many parts of a hundred, with two decimals: `43.75%`, as a style has it.
std::string style_percent(std::int64_t part, std::int64_t whole);
// A setting's letter, in its colour; and with its short name.
std::string badge(std::size_t setting);
std::string named(const Content& content, std::size_t setting);
// The classes of its colour and its dashes.
std::string classes_of(std::size_t setting);
// `a`, `a and b`, `a, b and c`.
std::string listed(const std::vector<std::string>& parts);

// --- parts ---

std::string facts_markup(const Content& content);
std::string settings_markup(const Content& content);
std::string glance_markup(const Content& content);
std::string navigation_markup(const Content& content);
std::string kinds_markup(const Content& content);
std::string curves_markup(const Content& content, const OneKind& kind);
std::string phases_markup(const Content& content, const OneKind& kind);
std::string table_markup(const Content& content, const OneKind& kind);
// The sentences on top; which setting is the best in each kind; what each costs.
std::string advice_markup(const Content& content);
std::string choice_markup(const Content& content);
// What is known to be different of a setting against the others, for whoever pays for it. Markup.
std::vector<std::string> costs_of(const Content& content, const std::vector<std::size_t>& among,
                                  std::size_t setting);

}  // namespace failover_page
}  // namespace sim
