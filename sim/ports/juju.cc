// Juju's hook tools, over the model's agent and controller.
#include "model/juju.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "charm/types/outcome.h"
#include "sim/ports/deferral_order.h"
#include "sim/ports/ports.h"

namespace sim {
namespace {

// Of the passwords that operators give: what they are counts for no more than whether two differ.
constexpr std::uint16_t given = 0x8000;

charm::Secret make_generated(charm::SystemUser user, std::size_t number) {
  std::string text(password_canary);
  text.append("-").append(charm::to_text(user)).append("-").append(std::to_string(number));
  return charm::Secret(text);
}

// Those of the first numbers stand ready, with none for 0: a hook reads all of them at each
// rendering.
using FirstPasswords = std::array<std::array<charm::Secret, 64>, charm::system_user_count>;

FirstPasswords make_first_passwords() {
  FirstPasswords all;
  for (std::size_t user = 0; user < all.size(); ++user) {
    for (std::size_t number = 1; number < all[user].size(); ++number) {
      all[user][number] = make_generated(static_cast<charm::SystemUser>(user), number);
    }
  }
  return all;
}

const FirstPasswords& first_passwords() {
  static const FirstPasswords all = make_first_passwords();
  return all;
}

std::uint32_t digest_hosts(const charm::HostList& hosts) {
  std::uint64_t hash = hosts.size();
  for (charm::HostName host : hosts) hash = model::mix(hash, host.ordinal);
  return digest(hash);
}

}  // namespace

charm::Secret system_password(charm::SystemUser user, std::uint16_t number,
                              const Scenario& scenario) {
  const auto& of_user = first_passwords()[static_cast<std::size_t>(user)];
  if (number < of_user.size()) return of_user[number];
  if (number < given) return make_generated(user, number);
  for (const RunAction* action : actions(scenario)) {
    const auto& password = action->parameters.password;
    if (password && number_of_password(*password) == number) return *password;
  }
  return make_generated(user, number);  // a charm under test has made it up
}

std::uint16_t number_of_password(const charm::Secret& password) {
  if (password.empty()) return 0;
  const std::string_view text = password.reveal();
  const std::string_view last = text.substr(text.rfind('-') + 1);
  std::uint16_t number = 0;
  const auto parsed = std::from_chars(last.data(), last.data() + last.size(), number);
  const bool is_number = parsed.ec == std::errc() && parsed.ptr == last.data() + last.size();
  if (is_number && text.starts_with(password_canary)) return number;
  return static_cast<std::uint16_t>(given | (model::hash_text(text, 1) & (given - 1U)));
}

// A false answer stays false to the end of the hook (juju-and-pebble.md, section 2.3).
bool JujuPort::ask_leadership() {
  bool& told = gate_.state().process.told_not_leader;
  told = told || !model::juju::is_leader(gate_.world(), gate_.unit());
  return !told;
}

bool JujuPort::is_leader() {
  return gate_.make(Call::is_leader, 0, [this] { return ask_leadership(); });
}

charm::UnitSet JujuPort::peers() {
  return gate_.make(Call::peers, 0,
                    [this] { return model::juju::peers(gate_.world(), gate_.unit()); });
}

charm::UnitSet JujuPort::planned_units() {
  return gate_.make(Call::planned_units, 0, [this] { return gate_.world().planned(); });
}

charm::CharmConfig JujuPort::config() {
  return gate_.make(Call::config, 0, [this] {
    return configurations_[model::juju::read_configuration(gate_.world(), gate_.unit())];
  });
}

charm::HostList JujuPort::endpoints() {
  return gate_.make(Call::endpoints, 0,
                    [this] { return model::juju::read_endpoints(gate_.world(), gate_.unit()); });
}

std::expected<void, charm::NotLeader> JujuPort::set_endpoints(const charm::HostList& hosts) {
  return gate_.make(Call::set_endpoints, digest_hosts(hosts),
                    [this, &hosts]() -> std::expected<void, charm::NotLeader> {
                      if (!ask_leadership()) return std::unexpected(charm::NotLeader{});
                      model::juju::stage_endpoints(gate_.world(), gate_.unit(), hosts);
                      return {};
                    });
}

bool JujuPort::cluster_initialised() {
  return gate_.make(Call::cluster_initialised, 0,
                    [this] { return model::juju::read_initialised(gate_.world(), gate_.unit()); });
}

std::expected<void, charm::NotLeader> JujuPort::set_cluster_initialised() {
  return gate_.make(Call::set_cluster_initialised, 0,
                    [this]() -> std::expected<void, charm::NotLeader> {
                      if (!ask_leadership()) return std::unexpected(charm::NotLeader{});
                      gate_.state().staged.initialised = true;
                      gate_.state().staged.uninitialised = false;
                      return {};
                    });
}

std::expected<void, charm::NotLeader> JujuPort::clear_cluster_initialised() {
  return gate_.make(Call::clear_cluster_initialised, 0,
                    [this]() -> std::expected<void, charm::NotLeader> {
                      if (!ask_leadership()) return std::unexpected(charm::NotLeader{});
                      gate_.state().staged.initialised = false;
                      gate_.state().staged.uninitialised = true;
                      return {};
                    });
}

// Always with a refresh, as the library that the charm reads its secrets by does.
charm::SystemPasswords JujuPort::passwords() {
  return gate_.make(Call::passwords, 0, [this] {
    using model::juju::SecretRead;
    const model::Passwords& staged = gate_.state().staged.passwords;
    const model::Passwords known =
        model::juju::read_secret(gate_.world(), gate_.unit(), SecretRead::refresh);
    const FirstPasswords& first = first_passwords();
    charm::SystemPasswords answer;
    for (std::size_t at = 0; at < answer.all.size(); ++at) {
      const std::uint16_t number = staged[at] != 0 ? staged[at] : known[at];
      const auto user = static_cast<charm::SystemUser>(at);
      answer.all[at] =
          number < first[at].size() ? first[at][number] : system_password(user, number, scenario_);
    }
    return answer;
  });
}

std::expected<void, charm::NotLeader> JujuPort::set_password(charm::SystemUser user,
                                                             const charm::Secret& password) {
  const std::uint16_t number = number_of_password(password);
  const std::uint64_t arguments = model::mix(number, static_cast<std::uint64_t>(user));
  return gate_.make(Call::set_password, digest(arguments),
                    [this, user, number]() -> std::expected<void, charm::NotLeader> {
                      if (!ask_leadership()) return std::unexpected(charm::NotLeader{});
                      model::juju::stage_password(gate_.world(), gate_.unit(), user, number);
                      return {};
                    });
}

charm::ClientRelations JujuPort::client_relations() {
  return gate_.make(Call::client_relations, 0, [this] {
    const model::ClientSet set = model::juju::client_relations(gate_.step(), gate_.unit());
    charm::ClientRelations relations;
    for (std::size_t client = 0; client < model::max_clients; ++client) {
      if ((set >> client & 1U) == 0) continue;
      relations.push_back(model::juju::client_id(gate_.step().parameters, client));
    }
    return relations;
  });
}

bool JujuPort::knows_every_client() {
  return gate_.make(Call::knows_every_client, 0,
                    [this] { return model::juju::knows_every_client(gate_.step(), gate_.unit()); });
}

charm::ClientRequest JujuPort::client_request(charm::RelationId relation) {
  return gate_.make(Call::client_request, relation.number, [this, relation]() {
    const std::size_t client = model::juju::client_of(gate_.step().parameters, relation);
    if (!model::juju::has_request(gate_.world(), client)) return charm::ClientRequest{};
    return clients(scenario_)[client]->request;
  });
}

std::expected<charm::ClientOffer, charm::NotLeader> JujuPort::client_offer(
    charm::RelationId relation) {
  return gate_.make(Call::client_offer, relation.number,
                    [this, relation]() -> std::expected<charm::ClientOffer, charm::NotLeader> {
                      if (!ask_leadership()) return std::unexpected(charm::NotLeader{});
                      const model::ClientBag bag = model::juju::read_client_bag(
                          gate_.world(), gate_.unit(),
                          model::juju::client_of(gate_.step().parameters, relation));
                      charm::ClientOffer offer{.in_secret = bag.in_secret,
                                               .read_only_endpoints = bag.read_only_endpoints,
                                               .authority = pem(bag.authority)};
                      if (bag.password != 0) offer.password = client_password(bag.password);
                      return offer;
                    });
}

std::expected<void, charm::NotLeader> JujuPort::set_client_offer(charm::RelationId relation,
                                                                 const charm::ClientOffer& offer) {
  return gate_.make(
      Call::set_client_offer, digest(offer.password.reveal()),
      [this, relation, &offer]() -> std::expected<void, charm::NotLeader> {
        if (!ask_leadership()) return std::unexpected(charm::NotLeader{});
        const std::size_t client = model::juju::client_of(gate_.step().parameters, relation);
        model::juju::stage_client_bag(gate_.world(), gate_.unit(), client,
                                      {.password = number_of_client_password(offer.password),
                                       .read_only_endpoints = offer.read_only_endpoints,
                                       .in_secret = offer.in_secret,
                                       .authority = number_of(offer.authority)});
        return {};
      });
}

charm::Status JujuPort::unit_status() {
  return gate_.make(Call::unit_status, 0, [this] {
    return charm::Status{gate_.state().status, texts_.text_of(gate_.state().status_text)};
  });
}

void JujuPort::set_unit_status(const charm::Status& status) {
  gate_.make(Call::set_unit_status, digest(status.message), [this, &status] {
    model::UnitState& unit = gate_.state();
    const std::uint16_t text = texts_.id_of(status.message);
    const bool changed = unit.status != status.kind || unit.status_text != text;
    unit.status = status.kind;
    unit.status_text = text;
    if (changed) listener_.status_changed(gate_.unit(), {status.kind, texts_.text_of(text)});
    return Done{};
  });
}

void JujuPort::set_workload_version(std::string_view version) {
  gate_.make(Call::set_workload_version, digest(version), [this, version] {
    gate_.state().record.version_told = !version.empty();
    return Done{};
  });
}

void JujuPort::open_ports() {
  gate_.make(Call::open_ports, 0, [this] {
    gate_.state().staged.ports_opened = true;
    return Done{};
  });
}

// Read with the notices, in one go: no time passes in between.
charm::StateKey JujuPort::unreadable_state() {
  return gate_.make(Call::unreadable_state, 0, [this] {
    return gate_.state().process.unreadable =
               model::juju::read_unreadable(gate_.step(), gate_.unit());
  });
}

namespace {

// An order that a dispatch was told is not for ever then: the queue is stored as ops stores it, and
// nobody is told one for nothing. Random runs keep what they had: their orders last.
bool is_explored(const Scenario& scenario) { return scenario.quantum > charm::Duration{0}; }

}  // namespace

void JujuPort::pick_order(charm::Notices& queue) {
  if (queue.size() < 2) return;
  if (!is_explored(scenario_)) {
    return reorder(queue, gate_.pick_deferral_order(deferral_orders(queue.size())));
  }
  // While something cannot be read, no handler runs: the queue is put back as it was.
  if (gate_.state().process.unreadable != charm::StateKey::none) return;
  if (queue.size() <= most_orders_at_once) {
    return reorder(queue, gate_.pick_deferral_order(deferral_orders(queue.size())));
  }
  for (std::size_t place = 0; place + 1 < queue.size(); ++place) {
    const auto left = static_cast<std::uint32_t>(queue.size() - place);
    draw_forward(queue, place, gate_.pick_deferral_order(left));
  }
}

charm::Notices JujuPort::notices() {
  return gate_.make(Call::notices, 0, [this] {
    charm::Notices queue = gate_.state().staged.notices ? gate_.world().staged_notices(gate_.unit())
                                                        : gate_.world().notices(gate_.unit());
    pick_order(queue);
    if (is_explored(scenario_)) gate_.tell(queue);
    return queue;
  });
}

void JujuPort::set_notices(const charm::Notices& notices) {
  gate_.make(Call::set_notices, digest(notices.size()), [this, &notices] {
    // As Juju's store does when the queue is too long for it.
    if (notices.size() > gate_.world().notice_capacity()) {
      throw charm::HookFailed("cannot store " + std::to_string(notices.size()) + " notices");
    }
    gate_.state().staged.notices = true;
    if (!is_explored(scenario_)) {
      gate_.world().stage_notices(gate_.unit(), notices);
      return Done{};
    }
    charm::Notices stored = notices;
    restore_order(gate_.world().notices(gate_.unit()), stored, gate_.kept_of_queue());
    gate_.world().stage_notices(gate_.unit(), stored);
    return Done{};
  });
}

void JujuPort::log(std::string_view line) {
  gate_.make(Call::log, digest(line), [] { return Done{}; });
}

}  // namespace sim
