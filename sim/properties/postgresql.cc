// The list of properties that PostgreSQL's charm is judged by.
#include "sim/properties/postgresql.h"

#include <array>

#include "sim/properties/actions.h"
#include "sim/properties/charm_duties.h"
#include "sim/properties/clients.h"
#include "sim/properties/dcs.h"
#include "sim/properties/extensions.h"
#include "sim/properties/foreign_state.h"
#include "sim/properties/passwords.h"
#include "sim/properties/path_claims.h"
#include "sim/properties/refresh.h"
#include "sim/properties/restarts.h"
#include "sim/properties/shown.h"
#include "sim/properties/tls.h"
#include "sim/properties/told.h"
#include "sim/properties/within.h"

namespace sim {
namespace {

constexpr std::array all{
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
    properties::lock_history,
    properties::entitled,
    properties::loss_bound,
    properties::standbys_enforced,
    properties::races_fairly,
    properties::synchronous_promotes,
    properties::timelines_rise,
    properties::streams_its_history,
    properties::initialised_once,
    properties::one_answers_as_primary,
    properties::last_copy_is_spared,
    properties::annotation_is_patronis,
    properties::data_stay,
    properties::deferred_runs,
    properties::leaders_lead,
    properties::defer_boxes_defer,
    properties::status_boxes_tell,
    properties::flag_stays,
    properties::copies_when_admitted,
    properties::listed_when_labelled,
    properties::forbidden_is_told,
    properties::inactive_was_started,
    properties::unreadable_is_refused,
    properties::action_keeps_its_word,
    properties::one_upgrade_at_a_time,
    properties::primary_hands_over,
    properties::only_who_is_down,
    properties::keys_match,
    properties::one_restarts,
    properties::restarts_are_needed,
    properties::working_members_go_on,
    properties::users_stay,
    properties::secrets_stay,
    properties::strangers_are_told_nothing,
    properties::primary_after_loss,
    properties::primary_after_release,
    properties::writable_after_crash,
    properties::whole_after_healing,
    properties::writable_after_outage,
    properties::commits_after_loss,
    properties::commits_with_standby,
    properties::rejoined,
    properties::joined,
    properties::route_follows,
    properties::leader_or_reason,
    properties::active_again,
    properties::planned_removal,
    properties::status_tells,
    properties::configuration_converges,
    properties::units_active,
    properties::members_run,
    properties::queues_empty,
    properties::actions_end,
    properties::refresh_ends,
    properties::parameters_hold,
    properties::restart_lock_is_free,
    properties::clients_are_served,
    properties::users_have_relations,
    properties::read_only_endpoints,
    properties::passwords_are_served,
    properties::extensions_converge,
    properties::refusals_are_told,
    properties::volume_is_told,
    properties::version_and_ports_are_shown,
    properties::tls_converges,
    properties::clients_know_tls,
    properties::service_selects_primary,
    properties::scale_reached,
    properties::one_primary_label,
    properties::departed_forgotten,
    properties::nothing_left_behind,
    properties::deferral_reemitted,
    properties::leader_changed_early,
    properties::killed_after_flush,
    properties::replica_promoted,
    properties::primary_restarted,
    properties::action_ran,
    properties::refreshed,
    properties::refresh_stopped,
    properties::upgraded_took_over,
    properties::let_go_ahead,
    properties::unreadable_was_refused,
    properties::client_served,
    properties::client_left,
    properties::member_restarted,
    properties::healed_under_bad_option,
    properties::password_altered,
    properties::passwords_restored,
    properties::login_refused,
    properties::tls_switched,
    properties::extensions_changed,
    properties::plugin_refused,
    properties::little_space_was_told,
    properties::lack_of_trust_was_told,
    properties::inactive_was_told,
};

}  // namespace

std::string_view to_text(Form form) {
  switch (form) {
    case Form::always: return "always";
    case Form::eventually: return "eventually";
    case Form::sometimes: return "sometimes";
    case Form::within: return "within";
  }
  return {};
}

std::span<const Property> postgresql_properties() { return all; }

}  // namespace sim
