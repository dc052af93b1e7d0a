// The list of properties that PostgreSQL's charm is judged by.
#include "sim/properties/postgresql.h"

#include <array>

namespace sim {

std::string_view to_text(Form form) {
  switch (form) {
    case Form::always: return "always";
    case Form::eventually: return "eventually";
    case Form::sometimes: return "sometimes";
  }
  return {};
}

std::span<const Property> postgresql_properties() {
  static constexpr std::array all{
      properties::one_acknowledger,
      properties::initialised_after_service,
      properties::endpoints_by_leader,
      properties::endpoints_without_duplicates,
      properties::endpoints_keep_units,
      properties::no_hook_exception,
      properties::one_system_identifier,
      properties::no_confirmed_commit_lost,
      properties::lock_is_patronis,
      properties::used_objects_stay,
      properties::configuration_converges,
      properties::units_active,
      properties::queues_empty,
      properties::service_selects_primary,
      properties::scale_reached,
      properties::deferral_reemitted,
      properties::leader_changed_early,
      properties::killed_after_flush,
      properties::replica_promoted,
      properties::primary_restarted,
  };
  return all;
}

}  // namespace sim
