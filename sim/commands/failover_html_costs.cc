// What a setting costs: what its values are known to do, computed from them, and what was measured
// of commits. Only what is not the same in all settings that there are to choose from.
#include <algorithm>

#include "sim/commands/failover_html_parts.h"
#include "sim/report/markup.h"

namespace sim::failover_page {
namespace {

using failover::Setting;

// `7.5`, of tenths.
std::string tenths(std::uint64_t count) {
  std::string text = std::to_string(count / 10);
  if (count % 10 != 0) text += "." + std::to_string(count % 10);
  return text;
}

// `48 (24)`: of the setting, and behind it what the others have.
template <class Value>
std::string beside(const Content& content, const std::vector<std::size_t>& among,
                   std::size_t setting, Value value) {
  std::vector<std::string> others;
  const std::string own = value(content.settings[setting]);
  for (const std::size_t other : among) {
    const std::string text = value(content.settings[other]);
    if (text == own || std::ranges::find(others, text) != others.end()) continue;
    others.push_back(text);
  }
  return "<b>" + own + "</b> (" + (others.size() == 1 ? "the other" : "others") + ": " +
         listed(others) + ")";
}

// Some setting has another value.
template <class Value>
bool differs(const Content& content, const std::vector<std::size_t>& among, std::size_t setting,
             Value value) {
  return std::ranges::any_of(among, [&](std::size_t other) {
    return value(content.settings[other]) != value(content.settings[setting]);
  });
}

// Patroni's loop on Kubernetes: the holder renews the lock by a PATCH of it, and each member writes
// its record into its own pod when that has changed, as the position in the WAL does while there
// are writes. What others do comes through watches.
std::string requests(const Setting& setting) {
  return tenths(std::uint64_t{600} * (setting.units + 1U) / setting.timing.loop_wait_s);
}

std::string retry(const Setting& setting) {
  return std::to_string(setting.timing.retry_timeout_s) + " s";
}

std::string ttl(const Setting& setting) { return std::to_string(setting.timing.ttl_s) + " s"; }

std::string count_of(const Setting& setting) { return std::to_string(setting.units); }

// What a commit's acknowledgement promises. Documented by PostgreSQL, not simulated but for what is
// lost with a server.
std::string_view promise(std::string_view synchronous_commit) {
  if (synchronous_commit == "off") {
    return "an acknowledged commit may not even be on the primary’s disk yet: a crash of that "
           "server alone loses it";
  }
  if (synchronous_commit == "local") {
    return "an acknowledged commit is on the primary’s disk, and need not be on any standby: a "
           "failover can lose it";
  }
  if (synchronous_commit == "remote_write") {
    return "an acknowledged commit is with the standbys’ operating systems, and need not be on "
           "their disks";
  }
  if (synchronous_commit == "remote_apply") {
    return "each commit waits until the standbys have replayed it: whoever reads there sees it, "
           "and a slow replay holds up writers";
  }
  return "each commit waits until the standbys have it on disk";
}

void add_timing(std::vector<std::string>& costs, const Content& content,
                const std::vector<std::size_t>& among, std::size_t setting) {
  const auto told = [&](auto value) { return beside(content, among, setting, value); };
  if (differs(content, among, setting, requests)) {
    costs.push_back(
        "at most " + told(requests) +
        " PATCH requests a minute at the API server: in each loop_wait one for the lock and one "
        "for each member’s pod; reads come through watches");
  }
  if (differs(content, among, setting, ttl)) {
    costs.push_back("a primary whose Patroni stalls has " + told(ttl) +
                    " since its last renewal until its lock is free (ttl)");
  }
  if (differs(content, among, setting, retry)) {
    costs.push_back("a slow API server is asked again for " + told(retry) +
                    " before Patroni takes it for gone (retry_timeout)");
  }
}

void add_commits(std::vector<std::string>& costs, const Content& content,
                 const std::vector<std::size_t>& among, std::size_t setting) {
  const Setting& one = content.settings[setting];
  if (differs(content, among, setting, [](const Setting& other) { return other.strict; })) {
    costs.emplace_back(one.strict
                           ? "with no standby that confirms, writes wait (strict)"
                           : "with no standby that confirms, writes go on, and what the primary "
                             "acknowledges then is nowhere else (not strict)");
  }
  const auto commit = [](const Setting& other) { return other.synchronous_commit; };
  if (differs(content, among, setting, commit)) {
    costs.push_back("synchronous_commit " + as_markup(one.synchronous_commit) + ": " +
                    std::string(promise(one.synchronous_commit)));
  }
  const auto standbys = [](const Setting& other) { return other.synchronous; };
  if (differs(content, among, setting, standbys)) {
    costs.push_back("synchronous_node_count " + beside(content, among, setting, standbys) +
                    ": the more of them, the more copies a commit has and the more standbys it "
                    "waits for; what a commit waits between failovers was not measured");
  }
  // Measured: over all kinds of the setting.
  std::uint64_t lost = 0;
  std::uint64_t failovers = 0;
  std::vector<std::string> where;
  for (const OneKind& kind : content.kinds) {
    for (const OneSeries& series : kind.series) {
      if (series.setting != setting) continue;
      failovers += series.summary.runs;
      lost += series.summary.lost.all;
      if (series.summary.lost.all == 0) continue;
      where.push_back(as_markup(kind.kind->name) + " (" + std::to_string(series.summary.lost.all) +
                      " in " + percent_text(series.summary.lost.failovers.value) + " % " +
                      band(series.summary.lost.failovers) + " of them)");
    }
  }
  if (lost > 0) {
    costs.push_back("<strong>lost " + std::to_string(lost) + " acknowledged commit" +
                    (lost == 1 ? "" : "s") + "</strong> in " + std::to_string(failovers) +
                    " simulated failovers: " + listed(where));
  }
}

void add_others(std::vector<std::string>& costs, const Content& content,
                const std::vector<std::size_t>& among, std::size_t setting) {
  if (differs(content, among, setting, count_of)) {
    costs.push_back(beside(content, among, setting, count_of) +
                    " pods, volumes and copies of the data to run");
  }
  const auto release = [](const Setting& other) { return "Patroni " + other.patroni; };
  if (differs(content, among, setting, release)) {
    costs.push_back(as_markup(release(content.settings[setting])) +
                    ": what running one release or the other costs is not known here");
  }
}

}  // namespace

std::vector<std::string> costs_of(const Content& content, const std::vector<std::size_t>& among,
                                  std::size_t setting) {
  std::vector<std::string> costs;
  add_timing(costs, content, among, setting);
  add_commits(costs, content, among, setting);
  add_others(costs, content, among, setting);
  return costs;
}

}  // namespace sim::failover_page
