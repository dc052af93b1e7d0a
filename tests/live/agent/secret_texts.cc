// Secrets, and what a client is told, which may stand in one.
#include <algorithm>
#include <charconv>

#include "charm/wire/coordination.h"
#include "charm/wire/peers.h"
#include "charm/wire/pem.h"
#include "tests/live/agent/stored_texts.h"

namespace agent {
namespace {

namespace juju = model::juju;
namespace wire = charm::wire;
using charm::UnitName;
using Kind = SecretName::Kind;

constexpr std::size_t id_size = 20;  // of an id of Juju's

template <class T>
T read(wire::Wire<T> text) {
  if (!text) throw NoPlace(text.error().text);
  return *std::move(text);
}

Bag without_empty(Bag bag) {
  std::erase_if(bag, [](const auto& field) { return field.second.empty(); });
  return bag;
}

std::string padded(std::string id) { return id.append(id_size - id.size(), '0'); }

}  // namespace

// --- numbers for texts ---

std::uint16_t StoredTexts::number_of_password(std::string_view text) {
  return passwords_.id_of(text);
}

model::PemNumber StoredTexts::number_of_pem(std::string_view text) {
  const std::string_view stripped = wire::strip(text);
  if (stripped.empty()) return 0;
  const auto known = pems_.find(stripped);
  if (known != pems_.end()) return known->second;
  const model::PemNumber number = juju::make_pem(juju_.world(), juju::make_key(juju_.world()));
  pems_.emplace(stripped, number);
  return number;
}

std::string_view StoredTexts::pem(model::PemNumber number) const {
  const auto found =
      std::ranges::find_if(pems_, [number](const auto& one) { return one.second == number; });
  return found == pems_.end() ? std::string_view() : std::string_view(found->first);
}

// --- which there are ---

std::string StoredTexts::label_of(const SecretName& secret) const {
  const std::string& app = juju_.deployment().app.text;
  const std::string number =
      std::to_string(juju::client_id(juju_.step().parameters, secret.client).number);
  switch (secret.kind) {
    case Kind::application: return "database-peers." + app + ".app";
    case Kind::unit: return "database-peers." + app + ".unit";
    case Kind::client_user: return "database." + number + ".user.secret";
    case Kind::client_tls: return "database." + number + ".tls.secret";
  }
  return {};
}

std::optional<SecretName> StoredTexts::secret_of_label(std::string_view label) const {
  std::vector<SecretName> all{{Kind::application}, {Kind::unit}};
  for (std::size_t client = 0; client < juju_.deployment().clients.size(); ++client) {
    all.push_back({Kind::client_user, client});
    all.push_back({Kind::client_tls, client});
  }
  for (const SecretName& secret : all) {
    if (label_of(secret) == label) return secret;
  }
  return std::nullopt;
}

std::string StoredTexts::id_of(UnitName unit, const SecretName& secret) const {
  const std::string number = std::to_string(secret.client);
  switch (secret.kind) {
    case Kind::application: return padded("c0app");
    case Kind::unit: return padded("c0unit" + std::to_string(unit.ordinal) + "v");
    case Kind::client_user: return padded("c0user" + number + "v");
    case Kind::client_tls: return padded("c0tls" + number + "v");
  }
  return {};
}

std::optional<SecretName> StoredTexts::secret_of_id(UnitName unit, std::string_view id) const {
  id = id.substr(id.rfind(':') + 1);
  id = id.substr(id.rfind('/') + 1);
  std::vector<SecretName> all{{Kind::application}, {Kind::unit}};
  for (std::size_t client = 0; client < juju_.deployment().clients.size(); ++client) {
    all.push_back({Kind::client_user, client});
    all.push_back({Kind::client_tls, client});
  }
  for (const SecretName& secret : all) {
    if (id_of(unit, secret) == id) return secret;
  }
  return std::nullopt;
}

bool StoredTexts::is_committed(UnitName unit, const SecretName& secret) {
  const model::Shared& shared = juju_.world().shared();
  const model::TlsRecord& tls = juju_.unit(unit).record.tls;
  switch (secret.kind) {
    case Kind::application: return shared.application.secret_revision != 0;
    case Kind::unit:
      return !(tls.secret == model::PemFiles{}) || tls.request != 0 || tls.request_key != 0;
    case Kind::client_user:
    case Kind::client_tls: break;
  }
  const model::ClientRelation& relation = shared.relations.at(secret.client);
  return relation.bag.in_secret && relation.life != model::Relating::gone;
}

bool StoredTexts::exists(UnitName unit, const SecretName& secret) {
  if (is_committed(unit, secret)) return true;
  const model::Staged& staged = juju_.unit(unit).staged;
  switch (secret.kind) {
    case Kind::application: return staged.passwords != model::Passwords{};
    case Kind::unit:
      return staged.tls_written && (!(staged.secret == model::PemFiles{}) || staged.request != 0 ||
                                    staged.request_key != 0);
    case Kind::client_user:
    case Kind::client_tls: break;
  }
  return (staged.clients >> secret.client & 1U) != 0 &&
         staged.client_bags.at(secret.client).in_secret;
}

// --- contents ---

wire::UnitSecret StoredTexts::unit_secret(UnitName unit, Own own) {
  const model::TlsRecord& tls = juju_.unit(unit).record.tls;
  juju::TlsView view{tls.secret, tls.request, tls.request_key, tls.announced};
  if (own == Own::with) view = juju::read_tls(juju_.world(), unit);
  return {.key = std::string(pem(view.files.key)),
          .certificate = std::string(pem(view.files.certificate)),
          .authority = std::string(pem(view.files.authority)),
          .request = std::string(pem(view.request)),
          .request_key = std::string(pem(view.request_key))};
}

Bag StoredTexts::secret(UnitName reader, const SecretName& secret, juju::SecretRead how, Own own) {
  switch (secret.kind) {
    case Kind::application: break;
    case Kind::unit: return without_empty(wire::with_unit_secret({}, unit_secret(reader, own)));
    case Kind::client_user:
    case Kind::client_tls: {
      const model::ClientBag bag = own == Own::with
                                       ? staged_client(reader, secret.client)
                                       : juju_.world().shared().relations.at(secret.client).bag;
      const wire::ClientAnswer told = answer(reader, secret.client, bag);
      return without_empty(secret.kind == Kind::client_user ? told.secret_user : told.secret_tls);
    }
  }
  const model::Passwords& staged = juju_.unit(reader).staged.passwords;
  const model::Passwords known = juju::read_secret(juju_.world(), reader, how);
  Bag content;
  for (std::size_t at = 0; at < known.size(); ++at) {
    const bool is_staged = own == Own::with && staged[at] != 0;
    const std::uint16_t number = is_staged ? staged[at] : known[at];
    if (number == 0) continue;
    content.emplace(wire::password_key(static_cast<charm::SystemUser>(at)), password(number));
  }
  return content;
}

void StoredTexts::set_secret(UnitName writer, const SecretName& name, const Bag& content) {
  switch (name.kind) {
    case Kind::application: {
      const auto given = read(wire::parse_passwords({}, content));
      for (std::size_t at = 0; at < given.size(); ++at) {
        if (given[at].empty()) continue;
        juju::stage_password(juju_.world(), writer, static_cast<charm::SystemUser>(at),
                             number_of_password(given[at].reveal()));
      }
      break;
    }
    case Kind::unit: {
      const wire::UnitSecret given = read(wire::parse_unit_secret({}, content));
      juju::TlsView tls = juju::read_tls(juju_.world(), writer);
      tls.files = {.key = number_of_pem(given.key),
                   .certificate = number_of_pem(given.certificate),
                   .authority = number_of_pem(given.authority)};
      tls.request = number_of_pem(given.request);
      tls.request_key = number_of_pem(given.request_key);
      juju::stage_tls(juju_.world(), writer, tls);
      break;
    }
    case Kind::client_user:
    case Kind::client_tls: {
      wire::ClientAnswer told = answer(writer, name.client, staged_client(writer, name.client));
      const bool is_user = name.kind == Kind::client_user;
      (is_user ? told.secret_user : told.secret_tls) = content;
      told.bag.insert_or_assign("secret-user", "pending");  // the bag will name it
      told.bag.insert_or_assign("secret-tls", "pending");
      stage_client(writer, name.client, told);
      break;
    }
  }
  const Bag stands = secret(writer, name, juju::SecretRead::refresh, Own::with);
  for (const auto& [key, value] : content) {
    if (wire::value_of(stands, key) != value) throw NoPlace("the model has no place for " + key);
  }
}

// --- what clients are told ---

model::ClientBag StoredTexts::staged_client(UnitName unit, std::size_t client) {
  return juju::read_client_bag(juju_.world(), unit, client);
}

wire::ClientAnswer StoredTexts::answer(UnitName unit, std::size_t client,
                                       const model::ClientBag& bag) {
  if (bag == model::ClientBag{}) return {};
  const charm::RelationId relation = juju::client_id(juju_.step().parameters, client);
  const Bag& asks = juju_.deployment().clients.at(client).asks;
  charm::ClientOffer offer{.password = charm::Secret(password(bag.password)),
                           .version = charm::BoundedText<15>(version_),
                           .in_secret = bag.in_secret,
                           .read_only_endpoints = bag.read_only_endpoints,
                           .authority = {}};
  wire::ClientAnswer told =
      wire::client_answer({.app = juju_.deployment().app,
                           .model = juju_.deployment().model,
                           .relation = relation,
                           .tls_ca = std::string(pem(bag.authority))},
                          asks, read(wire::parse_client_request(asks)), offer);
  told.bag = without_empty(told.bag);
  if (bag.in_secret) {
    told.bag.insert_or_assign("secret-user", "secret:" + id_of(unit, {Kind::client_user, client}));
    told.bag.insert_or_assign("secret-tls", "secret:" + id_of(unit, {Kind::client_tls, client}));
  }
  return told;
}

void StoredTexts::stage_client(UnitName unit, std::size_t client, const wire::ClientAnswer& to) {
  const wire::ToldOffer told = read(wire::parse_client_offer(to));
  if (!told.offer.version.view().empty()) version_ = told.offer.version.view();
  juju::stage_client_bag(juju_.world(), unit, client,
                         {.password = number_of_password(told.offer.password.reveal()),
                          .read_only_endpoints = told.offer.read_only_endpoints,
                          .in_secret = told.offer.in_secret,
                          .authority = number_of_pem(told.tls_ca)});
}

// --- certificates ---

Bag StoredTexts::certificates_bag(UnitName reader, std::string_view of) {
  if (of != charm::to_text(juju_.deployment().app, reader)) return {};
  Bag bag = address_bag(reader);
  const model::PemNumber asked = juju::read_asked(juju_.world(), reader);
  if (asked != 0) {
    bag.emplace("certificate_signing_requests",
                wire::certificate_requests_text(std::string(pem(asked))));
  }
  return bag;
}

void StoredTexts::stage_requests(UnitName writer, const Bag& bag) {
  const auto asked =
      read(wire::parse_certificate_requests(wire::value_of(bag, "certificate_signing_requests")));
  if (asked.size() > 1) throw NoPlace("the model has no place for two requests");
  juju::stage_asked(juju_.world(), writer, asked.empty() ? 0 : number_of_pem(asked.front()));
}

}  // namespace agent
