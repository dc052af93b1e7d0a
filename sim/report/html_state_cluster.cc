// What there is once: the application, its objects in Kubernetes, Patroni's keys.
#include <array>

#include "sim/report/html_state.h"
#include "sim/report/html_state_words.h"

namespace sim {
namespace {

using namespace state_words;

std::string scale_text(const StateView& view) {
  const model::Application& app = view.world.shared().application;
  switch (app.presence) {
    case model::Presence::deployed: return std::to_string(app.scale);
    case model::Presence::leaving: return "being removed";
    case model::Presence::removed: return "removed";
  }
  return {};
}

std::string endpoints_text(const StateView& view) {
  std::string text;
  for (const charm::HostName host : view.world.endpoints()) {
    text.append(text.empty() ? "" : ", ");
    text.append(to_text(view.scenario.world.app, unit_of(host)));
  }
  return text;
}

std::string application_bag_text(const StateView& view) {
  const model::Application& app = view.world.shared().application;
  const std::string revision = number_if(app.secret_revision);
  return listed({if_so(app.initialised, "cluster_initialised"),
                 revision.empty() ? "" : "secret revision " + revision});
}

std::string restarts_text(const StateView& view) {
  return units_text(view, view.world.shared().application.restart_granted);
}

std::string upgrade_stack_text(const StateView& view) {
  return units_text(view, view.world.upgrade_stack());
}

std::string clients_text(const StateView& view) {
  const auto named = clients(view.scenario);
  std::string text;
  for (std::size_t at = 0; at < named.size() && at < model::max_clients; ++at) {
    const model::ClientRelation& relation = view.world.shared().relations[at];
    std::string_view state;
    switch (relation.life) {
      case model::Relating::never:
      case model::Relating::gone: continue;
      case model::Relating::made: state = "related"; break;
      case model::Relating::joined: state = "joined"; break;
      case model::Relating::requested: state = "asked"; break;
      case model::Relating::dying: state = "leaves"; break;
    }
    text.append(text.empty() ? "" : "; ").append(named[at]->client).append(": ").append(state);
    if (relation.bag.password != 0) text += ", has credentials";
  }
  return text;
}

std::string route_text(const StateView& view) {
  const model::Application& app = view.world.shared().application;
  return app.primary_service ? units_text(view, app.primary_route) : "no Service";
}

std::string api_server_text(const StateView& view) {
  const model::Application& app = view.world.shared().application;
  if (app.api_down) return "down";
  switch (app.api_trouble) {
    case model::ApiTrouble::none: return app.trusted ? "" : "no trust: 403";
    case model::ApiTrouble::throttled: return "429";
    case model::ApiTrouble::forbidden: return "403";
    case model::ApiTrouble::late: return "answers too late";
  }
  return {};
}

std::string partition_text(const StateView& view) {
  const model::Rollout& rollout = view.world.shared().application.rollout;
  if (rollout.charm == 0) return {};
  return "charm " + std::to_string(rollout.charm) + " from ordinal " +
         std::to_string(rollout.partition) + " on";
}

std::string holder_text(const StateView& view) {
  const model::Dcs& dcs = view.world.shared().dcs;
  return member_text(view, dcs.lock_holder);
}

std::string initialise_text(const StateView& view) {
  switch (view.world.shared().dcs.initialise) {
    case model::Initialise::absent: return {};
    case model::Initialise::bootstrapping: return "bootstrapping";
    case model::Initialise::done: return "done";
  }
  return {};
}

std::string sync_text(const StateView& view) {
  const model::Dcs& dcs = view.world.shared().dcs;
  if (!dcs.sync_leader) return {};
  const std::string standbys = units_text(view, dcs.sync_standbys);
  return member_text(view, dcs.sync_leader) + ": " + (standbys.empty() ? "nobody" : standbys);
}

std::string failover_text(const StateView& view) {
  const model::Dcs& dcs = view.world.shared().dcs;
  if (!dcs.failover_leader && !dcs.failover_candidate) return {};
  return "from " + member_text(view, dcs.failover_leader) + " to " +
         member_text(view, dcs.failover_candidate);
}

std::string paused_text(const StateView& view) {
  return if_so(view.world.shared().dcs.paused, "paused");
}

std::string history_text(const StateView& view) {
  return number_if(view.world.shared().dcs.cluster_timeline);
}

std::string acknowledged_text(const StateView& view) {
  return number_if(view.world.shared().client.acknowledged);
}

struct ClusterField {
  StateField field;
  std::string (*text)(const StateView& view) = nullptr;
};

constexpr std::array of_cluster{
    ClusterField{{"scale", juju, "Units asked for"}, scale_text},
    ClusterField{{"endpoints", juju, "Peer bag: endpoints", FieldRole::databag}, endpoints_text},
    ClusterField{{"bag", juju, "Peer bag", FieldRole::databag}, application_bag_text},
    ClusterField{{"restarts", juju, "Restart lock", FieldRole::databag}, restarts_text},
    ClusterField{{"stack", juju, "Upgrade stack", FieldRole::databag}, upgrade_stack_text},
    ClusterField{{"clients", juju, "Clients", FieldRole::databag}, clients_text},
    ClusterField{{"route", kubernetes, "Primary Service", FieldRole::label}, route_text},
    ClusterField{{"api", kubernetes, "API server", FieldRole::band}, api_server_text},
    ClusterField{{"rollout", kubernetes, "Refresh", FieldRole::label}, partition_text},
    ClusterField{{"lock", patroni, "Lock"}, holder_text},
    ClusterField{{"initialise", patroni, "initialize"}, initialise_text},
    ClusterField{{"sync", patroni, "Synchronous"}, sync_text},
    ClusterField{{"failover", patroni, "Asked to fail over"}, failover_text},
    ClusterField{{"paused", patroni, "Pause"}, paused_text},
    ClusterField{{"history", patroni, "Timeline"}, history_text},
    ClusterField{{"acknowledged", postgresql, "Commits acknowledged", FieldRole::quiet},
                 acknowledged_text},
};

constexpr auto fields_of_cluster = fields_of(of_cluster);

}  // namespace

std::span<const StateField> cluster_fields() { return fields_of_cluster; }

StateTexts cluster_state(const StateView& view) {
  StateTexts texts;
  for (const ClusterField& field : of_cluster) texts.push_back(field.text(view));
  return texts;
}

}  // namespace sim
