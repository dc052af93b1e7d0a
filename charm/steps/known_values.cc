#include "charm/steps/known_values.h"

#include <array>
#include <optional>
#include <string>

#include "charm/options/ldap_map.h"

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

const Question& ldap_map() {
  static const Question question{"ldap_map"};
  return question;
}

KnownValues ask_database(Unit& unit, std::string_view option, SystemValue kind,
                         std::string_view value) {
  const auto answer = unit.postgresql.knows(kind, value);
  if (!answer) return KnownValues::unanswered;
  if (*answer) return KnownValues::all;
  unit.juju.log(std::string(option).append(" config option has an invalid value"));
  return KnownValues::not_all;
}

// Of the own member, as all others: the primary's roles are in WAL; upstream asks the primary.
KnownValues look_up_roles(Unit& unit, const Options& options) {
  const auto map = ldap_map().value_set(options);
  if (!map) return KnownValues::all;
  KnownValues known = KnownValues::all;
  for (const std::string_view role : ldap_roles(*map).value_or(std::vector<std::string_view>())) {
    const KnownValues answer = ask_database(unit, ldap_map().option, SystemValue::role, role);
    if (answer == KnownValues::not_all) return answer;
    if (answer == KnownValues::unanswered) known = answer;
  }
  return known;
}

}  // namespace

KnownValues look_up_values(Unit& unit, const Options& options) {
  KnownValues known = look_up_roles(unit, options);
  if (known == KnownValues::not_all) return known;
  for (const SystemQuestion& question : questions()) {
    const std::string* value = question.value_set(options);
    if (value == nullptr) continue;
    const KnownValues answer = ask_database(unit, question.option, question.kind, *value);
    if (answer == KnownValues::not_all) return answer;
    if (answer == KnownValues::unanswered) known = answer;
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
