// The configuration that Patroni is given: patroni.yml, and the dynamic one by PATCH.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>

#include "charm/runtime/unit.h"

namespace charm::steps {

// `all` is one standby for each other planned unit, `majority` half of the planned units, a number
// at most what is there. Strict only if somebody can be asked (charm-hooks.md, section 8.4).
SynchronousSettings synchronous_settings(const CharmConfig& config, std::size_t planned_units,
                                         std::size_t members);
DynamicConfiguration dynamic_configuration(const CharmConfig& config, std::size_t planned_units,
                                           std::size_t members, const NodeResources& node);

// By whose node that is decided: the first unit's, whoever leads, since a change of leaders between
// nodes of different sizes would have all members start anew (hazard 28). Units are removed from
// the other end.
UnitName decides_for_all(UnitSet planned, UnitName own);

enum class ConfigurationError : std::uint8_t {
  forbidden,  // the API server answers 403
  // PostgreSQL would refuse a value. All the rest is done: it is written with the parameters of the
  // file that stands, and Patroni has read it.
  bad_option,
  no_file,      // the same, and there is no such file: nothing is written
  unreachable,  // the container, or the API server: nothing is written
  not_taken,    // written, but Patroni was not reached: it does not run, or did not answer
};
// Whether PostgreSQL's parameters are others now than those that stood in the file.
enum class Written : std::uint8_t { same_parameters, new_parameters };
using ConfigurationResult = std::expected<Written, ConfigurationError>;

// Done, or only held up by an option.
bool is_done_but_for_options(const ConfigurationResult& result);

// What only the running system knows of an option's value is asked there (steps/known_values.h).
enum class Unanswered : std::uint8_t {
  passes,      // where it does not answer, the value is taken: a database that is down has to start
  is_refused,  // ... nothing is written: ConfigurationError::unreachable
};

// Patroni takes for written what it loads while PostgreSQL does not run, and changes pg_hba.conf
// only when it finds the list changed (Patroni 3.1.2: postgresql/config.py, reload_config).
enum class PgHba : std::uint8_t {
  as_listed,
  listed_anew,  // another list that says the same
};

// What all members are asked for, and of which units.
struct AskedOfAll {
  CharmConfig config;
  UnitSet planned;
  std::size_t members = 0;
  NodeResources own_node;
};

// What is written, and still to be brought to Patroni.
struct Rendered {
  Written written = Written::same_parameters;
  bool held_up_by_option = false;   // one of them is bad here: all the rest is written
  bool unanswered = false;          // the system could not be asked for a value of one
  bool alone = false;               // one unit is planned, and no other one is listed
  std::optional<AskedOfAll> asked;  // nothing: one of the options is bad for all
  TlsState tls;
  Secret monitoring_password;  // the exporter's
};

// Pushes the TLS files, if there is a certificate, and writes patroni.yml. Who a unit is, whom it
// lets in, its passwords and certificates go their way whatever the options are.
std::expected<Rendered, ConfigurationError> render_configuration(
    Unit& unit, Unanswered unanswered = Unanswered::passes, PgHba pg_hba = PgHba::as_listed);
// Lets Patroni read it, lets Pebble's check, the exporter's password and the unit's announcement
// follow, and PATCHes the dynamic configuration, if this unit leads and no option is bad for all;
// where one is, and this unit is the only one, that nobody is waited for.
ConfigurationResult apply_configuration(Unit& unit, const Rendered& rendered);
// The one after the other.
ConfigurationResult update_config(Unit& unit, Unanswered unanswered = Unanswered::passes,
                                  PgHba pg_hba = PgHba::as_listed);

// The own member runs, and its pg_hba.conf lets in others than the file that stands lists. Shortly
// after a reload that may be on its way. Who does not answer is not behind.
bool is_pg_hba_behind(Unit& unit);

// Leaves the current box by a failure that ends the hook in every chart the same way.
Outcome exit_for(Unit& unit, ConfigurationError error);

}  // namespace charm::steps
