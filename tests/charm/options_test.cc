// The charm's options, and the parameters that follow from them (config-and-wire.md, section 1).
#include "charm/options/options.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "charm/options/ldap_map.h"
#include "charm/options/parameters.h"
#include "tests/support/places.h"

namespace charm {
namespace {

std::expected<Options, OptionError> with(std::string name, OptionValue value) {
  const std::array raw{RawOption{std::move(name), std::move(value)}};
  return Options::read(raw);
}
std::expected<Options, OptionError> with(std::string name, const char* text) {
  return with(std::move(name), OptionValue(std::string(text)));
}
std::expected<Options, OptionError> with(std::string name, int number) {
  return with(std::move(name), OptionValue(std::int64_t{number}));
}
std::string refusal(const std::expected<Options, OptionError>& options) {
  return options ? "taken" : to_text(options.error());
}

constexpr NodeResources four_gib{.cores = 4, .memory_bytes = 4294967296};

std::string parameter(const Options& options, std::string_view name,
                      const NodeResources& node = four_gib) {
  for (const Parameter& one : postgresql_parameters(options, node)) {
    if (one.name == name) return one.value;
  }
  return "absent";
}

TEST(OptionTable, IsInTheOrderOfItsNames) {
  const auto table = option_table();
  EXPECT_EQ(table.size(), 186U) << "as many as the newest upstream has";
  EXPECT_TRUE(std::ranges::is_sorted(table, {}, &OptionSpec::name));
  EXPECT_EQ(std::ranges::adjacent_find(table, {}, &OptionSpec::name), table.end());
}

TEST(OptionTable, EachDefaultIsAValueThatIsTaken) {
  std::vector<RawOption> raw;
  const Options defaults;
  for (std::size_t at = 0; at < option_table().size(); ++at) {
    raw.push_back({std::string(option_table()[at].name), defaults.at(at)});
  }
  const auto read = Options::read(raw);
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(*read, defaults);
}

// --- every option, by the reference's table ---

struct Row {
  std::string name, type, initial, allowed;
};

std::vector<Row> reference() {
  std::ifstream in(tests::in_repository("tests/charm/options.txt"));
  std::vector<Row> rows;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream words(line);
    Row& row = rows.emplace_back();
    for (std::string* word : {&row.name, &row.type, &row.initial, &row.allowed}) {
      std::getline(words, *word, '\t');
    }
  }
  return rows;
}

struct Range {
  double least = 0;
  double most = 0;  // infinite: any
};
// Of `auto|2..any` or `1..600`.
std::optional<Range> range_of(const Row& row) {
  const std::size_t dots = row.allowed.find("..");
  if (dots == std::string::npos) return std::nullopt;
  const std::size_t bar = row.allowed.rfind('|', dots);
  const std::size_t begin = bar == std::string::npos ? 0 : bar + 1;
  const std::string most = row.allowed.substr(dots + 2);
  return Range{std::stod(row.allowed.substr(begin, dots - begin)),
               most == "any" ? std::numeric_limits<double>::infinity() : std::stod(most)};
}
std::vector<std::string> words_of(const Row& row) {
  std::vector<std::string> words;
  std::istringstream in(row.allowed);
  for (std::string word; std::getline(in, word, '|');) {
    if (word != "-" && word.find("..") == std::string::npos) words.push_back(word);
  }
  return words;
}
std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

OptionValue value_of(const Row& row, const std::string& text) {
  if (text == "none") {
    return row.type == "string" && row.allowed != "-" ? OptionValue(text) : OptionValue();
  }
  if (row.type == "boolean") return text == "true";
  if (row.type == "int") return std::int64_t{std::stoll(text)};
  if (row.type == "float") return std::stod(text);
  return text;
}

TEST(EveryOption, IsOfTheReferenceWithItsTypeAndDefault) {
  const auto rows = reference();
  const auto table = option_table();
  ASSERT_EQ(rows.size(), table.size());
  const Options defaults;
  for (std::size_t at = 0; at < rows.size(); ++at) {
    EXPECT_EQ(rows[at].name, table[at].name);
    EXPECT_EQ(defaults.at(at), value_of(rows[at], rows[at].initial)) << rows[at].name;
  }
}

// A number of the option's own type; of a text that may be a number, in words.
OptionValue number_for(const Row& row, double number) {
  if (row.type == "float") return number;
  const auto whole = static_cast<std::int64_t>(number);
  if (row.type == "string") return std::to_string(whole);
  return whole;
}

std::string expected_range_text(const Row& row, const Range& range, bool below) {
  if (row.name == "memory_shared_buffers") {
    return "Shared buffers config option should be at least 16";
  }
  if (row.name == "profile_limit_memory") {
    return below ? "PostgreSQL Charm requires at least 128MB"
                 : "`profile_limit_memory` limited to 7 digits (9999999MB)";
  }
  if (row.name == "experimental_max_connections") {
    return "Value is not 0, or between 25 and 262106";
  }
  std::ostringstream text;
  text.precision(17);
  if (std::isinf(range.most)) {
    text << "Value is not at least " << range.least;
  } else {
    text << "Value is not between " << range.least << " and " << range.most;
  }
  return text.str();
}

TEST(EveryOption, TakesBothEndsOfItsRangeAndNothingBeyond) {
  std::size_t ranges = 0;
  for (const Row& row : reference()) {
    const auto range = range_of(row);
    if (!range) continue;
    ++ranges;
    const double step = row.type == "float" ? 0.001 : 1;
    const double most = std::isinf(range->most) ? 1e15 : range->most;
    EXPECT_EQ(refusal(with(row.name, number_for(row, range->least))), "taken") << row.name;
    EXPECT_EQ(refusal(with(row.name, number_for(row, most))), "taken") << row.name;
    EXPECT_EQ(refusal(with(row.name, number_for(row, range->least - step))),
              row.name + ": " + expected_range_text(row, *range, true));
    if (std::isinf(range->most)) continue;
    EXPECT_EQ(refusal(with(row.name, number_for(row, range->most + step))),
              row.name + ": " + expected_range_text(row, *range, false));
  }
  EXPECT_EQ(ranges, 70U);
}

TEST(EveryOption, ThatIsAChoiceTakesItsWordsAndNoOther) {
  std::size_t choices = 0;
  for (const Row& row : reference()) {
    const auto words = words_of(row);
    if (words.empty()) continue;
    ++choices;
    for (const std::string& word : words) {
      EXPECT_EQ(refusal(with(row.name, word.c_str())), "taken") << row.name;
    }
    const std::string or_number = range_of(row) ? ", and not a whole number" : "";
    const std::string text = row.name + ": Value not one of " + joined(words) + or_number;
    for (const std::string& word : {words.front() + "x", std::string("|"), std::string()}) {
      EXPECT_EQ(refusal(with(row.name, word.c_str())), text);
    }
  }
  EXPECT_EQ(choices, 19U);
}

TEST(EveryOption, RefusesAValueOfAnotherType) {
  for (const Row& row : reference()) {
    const bool is_number = row.type == "int" || row.type == "float";
    const OptionValue other = is_number ? OptionValue(std::string("1")) : OptionValue(1.5);
    const std::string kind = row.type == "boolean" ? "a boolean"
                             : row.type == "int"   ? "a whole number"
                             : row.type == "float" ? "a number"
                                                   : "a text";
    EXPECT_EQ(refusal(with(row.name, other)), row.name + ": Value is not " + kind);
  }
}

TEST(OptionsRead, NumbersHaveToLieInTheirRange) {
  EXPECT_EQ(refusal(with("memory_work_mem", 63)),
            "memory_work_mem: Value is not between 64 and 2147483647");
  EXPECT_TRUE(with("memory_work_mem", 64));
  EXPECT_TRUE(with("memory_work_mem", 2147483647));
  EXPECT_EQ(refusal(with("durability_maximum_lag_on_failover", -1)),
            "durability_maximum_lag_on_failover: Value is not at least 0");
  EXPECT_EQ(refusal(with("optimizer_geqo_selection_bias", OptionValue(2.5))),
            "optimizer_geqo_selection_bias: Value is not between 1.5 and 2");
  EXPECT_TRUE(with("optimizer_geqo_selection_bias", 2)) << "a whole number is a number";
}

TEST(OptionsRead, WhatIsNoNumberLiesInNoRange) {
  EXPECT_FALSE(with("optimizer_geqo_seed", OptionValue(std::numeric_limits<double>::quiet_NaN())));
  EXPECT_FALSE(with("optimizer_geqo_seed", OptionValue(std::numeric_limits<double>::infinity())));
}

TEST(OptionsRead, AChoiceIsOneOfItsWords) {
  EXPECT_EQ(refusal(with("durability_synchronous_commit", "off")),
            "durability_synchronous_commit: Value not one of on, remote_apply, remote_write");
  EXPECT_FALSE(with("durability_synchronous_commit", "on|remote_apply"));
  EXPECT_FALSE(with("durability_synchronous_commit", ""));
  EXPECT_TRUE(with("durability_synchronous_commit", "remote_write"));
}

TEST(OptionsRead, AWordOrANumber) {
  EXPECT_TRUE(with("synchronous_node_count", "2"));
  EXPECT_EQ(refusal(with("synchronous_node_count", "0")),
            "synchronous_node_count: Value is not at least 1");
  EXPECT_EQ(refusal(with("synchronous_node_count", "2x")),
            "synchronous_node_count: Value not one of all, majority, and not a whole number");
  EXPECT_FALSE(with("cpu_max_worker_processes", "1"));
  EXPECT_FALSE(with("cpu_max_worker_processes", "99999999999999999999"));
}

// Patroni starts PostgreSQL with 100 where it is told fewer than 25.
TEST(OptionsRead, ConnectionsAreAsManyAsPatroniTakes) {
  constexpr const char* refused =
      "experimental_max_connections: Value is not 0, or between 25 and 262106";
  for (const int number : {-1, 1, 24, 262107}) {
    EXPECT_EQ(refusal(with("experimental_max_connections", number)), refused) << number;
  }
  for (const int number : {0, 25, 262106}) {
    EXPECT_TRUE(with("experimental_max_connections", number)) << number;
  }
}

TEST(OptionsRead, AMapOfGroupsHasARoleForEach) {
  for (const char* map : {"staff=reader", "staff=reader,admins=writer", ""}) {
    EXPECT_TRUE(with("ldap_map", map)) << map;
  }
  for (const char* map :
       {"staff", "=reader", "staff=", "staff=reader,", ",staff=reader", "a=b=c"}) {
    EXPECT_EQ(refusal(with("ldap_map", map)),
              "ldap_map: ldap_map config option has an invalid value")
        << map;
  }
  using Roles = std::vector<std::string_view>;
  EXPECT_EQ(ldap_roles("staff=reader,admins=writer"), (Roles{"reader", "writer"}));
  EXPECT_EQ(ldap_roles(""), Roles());
}

TEST(OptionsRead, AValueOfAnotherTypeIsRefused) {
  EXPECT_EQ(refusal(with("plugin_vector_enable", 1)),
            "plugin_vector_enable: Value is not a boolean");
  EXPECT_EQ(refusal(with("memory_work_mem", "64")), "memory_work_mem: Value is not a whole number");
  EXPECT_EQ(refusal(with("request_time_zone", 0)), "request_time_zone: Value is not a text");
}

TEST(OptionsRead, ATextHasNoControlCharacters) {
  EXPECT_EQ(refusal(with("request_time_zone", "UTC\nlisten_addresses: '*'")),
            "request_time_zone: Value has control characters");
}

TEST(OptionsRead, WhatTheTableDoesNotHaveIsIgnored) {
  const auto options = with("of_another_revision", "anything");
  ASSERT_TRUE(options);
  EXPECT_EQ(*options, Options());
}

TEST(OptionsRead, AnOptionWithoutAValueIsLeftOut) {
  const auto options = with("memory_work_mem", OptionValue());
  ASSERT_TRUE(options);
  EXPECT_EQ(options->integer("memory_work_mem"), std::nullopt);
  EXPECT_EQ(parameter(*options, "work_mem"), "absent");
}

TEST(CharmConfigOf, TheSynchronousCount) {
  EXPECT_EQ(charm_config(*with("synchronous_node_count", "majority")).synchronous_node_count,
            CharmConfig::NodeCount::majority);
  const Options three = *with("synchronous_node_count", "3");
  EXPECT_EQ(charm_config(three).synchronous_node_count, CharmConfig::NodeCount::number);
  EXPECT_EQ(charm_config(three).synchronous_node_number, 3);
  const Options many = *with("synchronous_node_count", "70000");
  EXPECT_EQ(charm_config(many).synchronous_node_number, 65535) << "more than any cluster has";
}

TEST(PostgreSQLParameters, LoseTheFirstWordOfTheirOption) {
  const Options options;
  EXPECT_EQ(parameter(options, "work_mem"), "4096");
  EXPECT_EQ(parameter(options, "synchronous_commit"), "on");
  EXPECT_EQ(parameter(options, "DateStyle"), "ISO, MDY");
  EXPECT_EQ(parameter(options, "TimeZone"), "UTC");
  EXPECT_EQ(parameter(options, "pg_stat_statements.track"), "top");
  EXPECT_EQ(parameter(options, "wal_compression"), "on");
  EXPECT_EQ(parameter(options, "cpu_tuple_cost"), "0.01");
  EXPECT_EQ(parameter(options, "maximum_lag_on_failover"), "absent") << "Patroni's own";
  EXPECT_EQ(parameter(options, "node_count"), "absent");
  EXPECT_EQ(parameter(options, "max_connections"), "absent") << "of the dynamic configuration";
}

TEST(PostgreSQLParameters, OfTwoOptionsOfOneParameterTheLaterWins) {
  const std::array raw{RawOption{"logging_track_functions", std::string("all")},
                       RawOption{"optimizer_track_functions", std::string("pl")}};
  EXPECT_EQ(parameter(*Options::read(raw), "track_functions"), "pl");
}

// The reference's own example.
TEST(PostgreSQLParameters, AQuarterOfTheMemoryIsShared) {
  const Options options;
  EXPECT_EQ(parameter(options, "shared_buffers"), "137438");
  EXPECT_EQ(parameter(options, "effective_cache_size"), "412288");
}

TEST(PostgreSQLParameters, ALimitCountsIfItIsLessThanTheNode) {
  EXPECT_EQ(parameter(*with("profile_limit_memory", 1000), "shared_buffers"), "32000");
  EXPECT_EQ(parameter(*with("profile_limit_memory", 9999999), "shared_buffers"), "137438");
}

TEST(PostgreSQLParameters, TheTestingProfileLeavesTheMemoryToPostgreSQL) {
  const Options options = *with("profile", "testing");
  EXPECT_EQ(parameter(options, "shared_buffers"), "absent");
  EXPECT_EQ(parameter(options, "effective_cache_size"), "absent");
}

TEST(PostgreSQLParameters, WorkersFollowTheCores) {
  const Options options;
  EXPECT_EQ(parameter(options, "max_worker_processes"), "8");
  EXPECT_EQ(parameter(options, "max_worker_processes", {.cores = 2, .memory_bytes = 1}), "4");
  const std::array raw{RawOption{"cpu_max_worker_processes", std::string("3")},
                       RawOption{"cpu_max_parallel_workers", std::string("20")}};
  const auto set = Options::read(raw);
  EXPECT_EQ(parameter(*set, "max_worker_processes"), "3");
  EXPECT_EQ(parameter(*set, "max_parallel_workers"), "3") << "no more than there are";
  EXPECT_EQ(parameter(*set, "max_logical_replication_workers"), "3");
}

TEST(Connections, ArePostgresqlsTogetherWithWorkers) {
  const NodeResources large{.cores = 100, .memory_bytes = std::uint64_t{4} << 30U};
  const std::vector<RawOption> raw{{"experimental_max_connections", std::int64_t{262106}},
                                   {"cpu_max_worker_processes", std::string("9")}};
  EXPECT_EQ(too_much_for(large, *with("experimental_max_connections", 262106)), std::nullopt);
  EXPECT_EQ(to_text(*too_much_for(large, *Options::read(raw))),
            "experimental_max_connections: Value is not at most 262105 with 9 worker processes");
}

std::string too_much(const Options& options) {
  const auto error = too_much_for(four_gib, options);
  return error ? to_text(*error) : "fits";
}

TEST(TooMuch, IsMoreThanTwoFifthsOfTheMemory) {
  EXPECT_EQ(too_much(*with("memory_shared_buffers", 214625)), "fits");
  EXPECT_EQ(too_much(*with("memory_shared_buffers", 214626)),
            "memory_shared_buffers: Shared buffers config option should be at most 40% of the "
            "available memory, which is 1717MB");
}

TEST(TooMuch, IsMoreThanTenWorkersForEachCore) {
  EXPECT_EQ(too_much(*with("cpu_max_worker_processes", "40")), "fits");
  EXPECT_EQ(too_much(*with("cpu_max_worker_processes", "41")),
            "cpu_max_worker_processes: value 41 exceeds maximum allowed of 40 (10 * vCores). "
            "Please set a value <= 40.");
}

std::string dynamic(const Options& options, std::string_view name) {
  for (const DynamicParameter& one : dynamic_parameters(options, four_gib)) {
    if (one.name == name) return one.value;
  }
  return "absent";
}

TEST(DynamicParameters, AreThoseThatPatroniTakesFromNowhereElse) {
  const Options options;
  EXPECT_EQ(dynamic(options, "max_connections"), "100");
  EXPECT_EQ(dynamic(*with("experimental_max_connections", 500), "max_connections"), "500");
  EXPECT_EQ(dynamic(options, "max_prepared_transactions"), "0");
  EXPECT_EQ(dynamic(*with("memory_shared_buffers", 16), "shared_buffers"), "absent")
      << "a node that cannot give them would get them all the same";
  EXPECT_EQ(dynamic(options, "wal_keep_size"), "4096");
  EXPECT_EQ(dynamic(*with("durability_wal_keep_size", 16), "wal_keep_size"), "16");
  EXPECT_EQ(dynamic(*with("durability_wal_keep_size", 0), "wal_keep_size"), "16")
      << "of less Patroni makes 128 MB";
  EXPECT_EQ(dynamic(options, "max_worker_processes"), "8");
}

std::int64_t number(const std::string& text) { return text == "absent" ? 0 : std::stoll(text); }

// As the rendered file and the PATCH have them.
PostmasterParameters as_rendered(const Options& options) {
  return {.shared_buffers = number(parameter(options, "shared_buffers")),
          .max_connections = number(dynamic(options, "max_connections")),
          .max_prepared_transactions = number(dynamic(options, "max_prepared_transactions")),
          .max_worker_processes = number(dynamic(options, "max_worker_processes")),
          .max_logical_replication_workers =
              number(dynamic(options, "max_logical_replication_workers")),
          .track_activity_query_size = number(parameter(options, "track_activity_query_size")),
          .old_snapshot_threshold = number(parameter(options, "old_snapshot_threshold")),
          .autovacuum_freeze_max_age = number(parameter(options, "autovacuum_freeze_max_age"))};
}

TEST(PostmasterParameters, AreWhatTheFileAndThePatchSay) {
  EXPECT_EQ(postmaster_parameters(Options(), four_gib), as_rendered(Options()));
  const std::vector<RawOption> each{{"experimental_max_connections", std::int64_t{500}},
                                    {"memory_shared_buffers", std::int64_t{2048}},
                                    {"memory_max_prepared_transactions", std::int64_t{7}},
                                    {"request_track_activity_query_size", std::int64_t{2048}},
                                    {"storage_old_snapshot_threshold", std::int64_t{60}},
                                    {"vacuum_autovacuum_freeze_max_age", std::int64_t{100000}},
                                    {"cpu_max_worker_processes", std::string("5")},
                                    {"cpu_max_logical_replication_workers", std::string("3")},
                                    {"profile_limit_memory", std::int64_t{1000}},
                                    {"profile", std::string("testing")}};
  for (const RawOption& one : each) {
    const auto options = Options::read({{one}});
    ASSERT_TRUE(options) << one.name;
    const PostmasterParameters found = postmaster_parameters(*options, four_gib);
    EXPECT_EQ(found, as_rendered(*options)) << one.name;
    EXPECT_NE(found, postmaster_parameters(Options(), four_gib)) << one.name;
  }
  const auto all = Options::read(each);
  ASSERT_TRUE(all);
  EXPECT_EQ(postmaster_parameters(*all, four_gib), as_rendered(*all));
}

TEST(PostmasterParameters, StayAsTheyAreForWhatAReloadBrings) {
  for (const RawOption& one : std::vector<RawOption>{{"memory_work_mem", std::int64_t{8192}},
                                                     {"durability_wal_keep_size", std::int64_t{1}},
                                                     {"cpu_max_parallel_workers", std::string("2")},
                                                     {"logging_log_connections", false}}) {
    const auto options = Options::read({{one}});
    ASSERT_TRUE(options) << one.name;
    EXPECT_EQ(postmaster_parameters(*options, four_gib), postmaster_parameters(Options(), four_gib))
        << one.name;
  }
}

}  // namespace
}  // namespace charm
