// Each option of the charm is judged by some property: another value of it changes what one of them
// holds against the world.
#include <gmock/gmock.h>

#include <cmath>
#include <set>
#include <string>
#include <tuple>

#include "charm/options/options.h"
#include "charm/options/parameters.h"
#include "charm/steps/configuration.h"
#include "model/patroni.h"
#include "model/state.h"
#include "sim/ports/ports.h"
#include "sim/scenario/configuration.h"

namespace sim {
namespace {

using charm::OptionSpec;
using charm::OptionType;
using charm::OptionValue;

// What the option can be beside its default.
OptionValue another(const OptionSpec& spec) {
  switch (spec.type) {
    case OptionType::boolean: return !std::get<bool>(spec.value);
    case OptionType::integer: {
      const auto* number = std::get_if<std::int64_t>(&spec.value);
      if (number == nullptr) return std::int64_t{1000};
      return static_cast<double>(*number) < spec.most ? *number + 1 : *number - 1;
    }
    case OptionType::real: {
      const double number = std::get<double>(spec.value);
      return number < spec.most ? std::nextafter(number, spec.most)
                                : std::nextafter(number, spec.least);
    }
    case OptionType::word_or_integer: return std::string("2");
    case OptionType::text: break;
  }
  if (spec.words.empty()) return std::string("group=other");
  const auto* standard = std::get_if<std::string_view>(&spec.value);
  const std::string_view first = spec.words.substr(0, spec.words.find('|'));
  return std::string(first != *standard
                         ? first
                         : spec.words.substr(first.size() + 1)
                               .substr(0, spec.words.substr(first.size() + 1).find('|')));
}

// All that properties know of options: parameters_hold, configuration_converges and
// extensions_converge.
auto judged(const charm::Options& options) {
  const charm::CharmConfig config = charm::charm_config(options);
  const charm::DynamicConfiguration dynamic =
      charm::steps::dynamic_configuration(config, 9, 9, usual_node);
  return std::tuple(digest_of_file(charm::postmaster_parameters(options, usual_node)),
                    model::patroni::parameters_of(dynamic), digest_of_reloaded(options, usual_node),
                    model::maximum_lag(dynamic.maximum_lag_on_failover_bytes),
                    model::kept_wal(dynamic.wal_keep_size_mb), dynamic.synchronous.node_count,
                    dynamic.synchronous.strict, options.extensions());
}

TEST(EachOption, IsJudgedOrReachesNothing) {
  // Of the four: PostgreSQL never gets the first (config-and-wire.md, section 1.3, 7), nothing of
  // LDAP is here, and the last is the same parameter as optimizer_track_functions, which wins.
  const std::set<std::string_view> without_effect{"instance_max_locks_per_transaction", "ldap_map",
                                                  "ldap_search_filter", "logging_track_functions"};
  const auto standard = judged(charm::default_options());
  for (const OptionSpec& spec : charm::option_table()) {
    const std::vector<charm::RawOption> raw{{std::string(spec.name), another(spec)}};
    const auto options = charm::Options::read(raw);
    ASSERT_TRUE(options) << spec.name << ": " << options.error().text;
    EXPECT_EQ(judged(*options) != standard, !without_effect.contains(spec.name)) << spec.name;
  }
}

}  // namespace
}  // namespace sim
