#include "charm/steps/known_values.h"

#include <array>
#include <optional>
#include <string>

namespace charm::steps {
namespace {

using ports::SystemValue;

struct Question {
  explicit Question(std::string_view name) : option(name), index(option_index(name)) {}

  std::string_view option;
  std::size_t index;

  // Nothing: it stands at its default, or has none.
  [[nodiscard]] const std::string* value_set(const Options& options) const {
    return options.is_default(index) ? nullptr : std::get_if<std::string>(&options.at(index));
  }
};

struct SystemQuestion : Question {
  SystemQuestion(std::string_view name, SystemValue value) : Question(name), kind(value) {}

  SystemValue kind;
};

const std::array<SystemQuestion, 4>& questions() {
  static const std::array<SystemQuestion, 4> all{
      {{"instance_default_text_search_config", SystemValue::text_search_configuration},
       {"request_date_style", SystemValue::date_style},
       {"request_time_zone", SystemValue::time_zone},
       {"storage_default_table_access_method", SystemValue::table_access_method}}};
  return all;
}

const std::array<Question, 3>& locales() {
  static const std::array all{Question{"response_lc_monetary"}, Question{"response_lc_numeric"},
                              Question{"response_lc_time"}};
  return all;
}

}  // namespace

KnownValues look_up_values(Unit& unit, const Options& options) {
  KnownValues known = KnownValues::all;
  for (const SystemQuestion& question : questions()) {
    const std::string* value = question.value_set(options);
    if (value == nullptr) continue;
    const auto answer = unit.postgresql.knows(question.kind, *value);
    if (!answer) {
      known = KnownValues::unanswered;
    } else if (!*answer) {
      unit.juju.log(std::string(question.option).append(" config option has an invalid value"));
      return KnownValues::not_all;
    }
  }
  for (const Question& question : locales()) {
    const std::string* value = question.value_set(options);
    if (value == nullptr) continue;
    const auto answer = unit.workload.has_locale(*value);
    if (!answer) {
      known = KnownValues::unanswered;
    } else if (!*answer) {
      unit.juju.log(std::string("Value for ")
                        .append(question.option)
                        .append(" not one of the locales available in the system"));
      return KnownValues::not_all;
    }
  }
  return known;
}

}  // namespace charm::steps
