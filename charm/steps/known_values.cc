#include "charm/steps/known_values.h"

#include <array>
#include <optional>
#include <string>

namespace charm::steps {
namespace {

using ports::SystemValue;

struct Question {
  std::string_view option;
  SystemValue kind;
};
constexpr std::array questions{
    Question{"instance_default_text_search_config", SystemValue::text_search_configuration},
    Question{"request_date_style", SystemValue::date_style},
    Question{"request_time_zone", SystemValue::time_zone},
    Question{"storage_default_table_access_method", SystemValue::table_access_method}};
constexpr std::array<std::string_view, 3> locales{"response_lc_monetary", "response_lc_numeric",
                                                  "response_lc_time"};

// Nothing: it stands at its default, or has none.
std::optional<std::string_view> value_set(const Options& options, std::string_view option) {
  const auto value = options.text(option);
  return value == default_options().text(option) ? std::nullopt : value;
}

}  // namespace

KnownValues look_up_values(Unit& unit, const Options& options) {
  KnownValues known = KnownValues::all;
  for (const auto& [option, kind] : questions) {
    const auto value = value_set(options, option);
    if (!value) continue;
    const auto answer = unit.postgresql.knows(kind, *value);
    if (!answer) {
      known = KnownValues::unanswered;
    } else if (!*answer) {
      unit.juju.log(std::string(option).append(" config option has an invalid value"));
      return KnownValues::not_all;
    }
  }
  for (const std::string_view option : locales) {
    const auto value = value_set(options, option);
    if (!value) continue;
    const auto answer = unit.workload.has_locale(*value);
    if (!answer) {
      known = KnownValues::unanswered;
    } else if (!*answer) {
      unit.juju.log(std::string("Value for ")
                        .append(option)
                        .append(" not one of the locales available in the system"));
      return KnownValues::not_all;
    }
  }
  return known;
}

}  // namespace charm::steps
