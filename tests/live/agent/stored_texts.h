// What stands in the model's Juju, as the texts that hook tools print and take: bags, secrets, the
// state store. The model keeps what the charm means by them, so a text goes in through charm/wire
// and comes out through it; what would come out otherwise than it went in is refused at once
// (NoPlace), rather than lost.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "charm/live/hook_tools.h"
#include "charm/wire/bag.h"
#include "charm/wire/client.h"
#include "charm/wire/tls.h"
#include "tests/live/agent/model_juju.h"

namespace agent {

using charm::live::Scope;
using charm::wire::Bag;

// The model has no place for that.
struct NoPlace : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A relation as a unit sees it.
struct Relation {
  std::size_t endpoint = 0;           // which of the charm's
  std::uint16_t number = 0;           // of its id
  std::optional<std::size_t> client;  // its place among the relations with others
};

// One of the secrets that the charm makes.
struct SecretName {
  enum class Kind : std::uint8_t { application, unit, client_user, client_tls };

  Kind kind = Kind::application;
  std::size_t client = 0;

  friend bool operator==(const SecretName&, const SecretName&) = default;
};

class StoredTexts {
 public:
  explicit StoredTexts(ModelJuju& juju) : juju_(juju) {}

  // --- relations ---
  // Those whose scope the unit is in, by their numbers.
  std::vector<Relation> relations(charm::UnitName unit);
  std::string endpoint_name(const Relation& relation) const;
  std::string id_of(const Relation& relation) const;
  // At the other end; of the peers' the own one.
  std::string other_application(const Relation& relation) const;
  // The members that this unit knows, in Juju's order.
  std::vector<std::string> members(charm::UnitName unit, const Relation& relation);

  // --- bags: `of` is a unit or an application, by the scope ---
  Bag bag(charm::UnitName reader, const Relation& relation, Scope scope, std::string_view of);
  // Of a unit, as the controller has it, whatever a hook sees or has staged.
  Bag committed_bag(charm::UnitName unit, const Relation& relation);
  // Of the own one; an empty value removes its key.
  void set_bag(charm::UnitName writer, const Relation& relation, Scope scope, const Bag& changes);

  // --- secrets ---
  [[nodiscard]] std::optional<SecretName> secret_of_label(std::string_view label) const;
  [[nodiscard]] std::optional<SecretName> secret_of_id(charm::UnitName unit,
                                                       std::string_view id) const;
  [[nodiscard]] std::string id_of(charm::UnitName unit, const SecretName& secret) const;
  [[nodiscard]] std::string label_of(const SecretName& secret) const;
  // Whether there is such a secret, for this unit: committed, or made by its hook.
  bool exists(charm::UnitName unit, const SecretName& secret);
  // Whether it stands there without what the running hook has staged.
  bool is_committed(charm::UnitName unit, const SecretName& secret);
  // With what the running hook has staged, or as it was before.
  enum class Own : std::uint8_t { with, without };
  Bag secret(charm::UnitName reader, const SecretName& secret, model::juju::SecretRead read,
             Own own);
  void set_secret(charm::UnitName writer, const SecretName& secret, const Bag& content);

  // --- the unit's own ---
  Bag state(charm::UnitName unit);
  void set_state(charm::UnitName unit, const Bag& changes);
  [[nodiscard]] std::string address(std::uint16_t incarnation, charm::UnitName unit) const;

 private:
  [[nodiscard]] Bag address_bag(charm::UnitName of) const;
  Bag peers_bag(charm::UnitName reader, Scope scope, charm::UnitName of);
  Bag restart_bag(charm::UnitName reader, Scope scope, charm::UnitName of);
  Bag upgrade_bag(charm::UnitName reader, Scope scope, charm::UnitName of);
  Bag certificates_bag(charm::UnitName reader, std::string_view of);
  void stage_peers(charm::UnitName writer, Scope scope, const Bag& bag);
  void stage_restart(charm::UnitName writer, Scope scope, const Bag& bag);
  void stage_upgrade(charm::UnitName writer, Scope scope, const Bag& bag);
  void stage_requests(charm::UnitName writer, const Bag& bag);
  // The unit that the name is of; nothing for the application.
  charm::UnitName unit_in(Scope scope, std::string_view of) const;

  // What a client is told: the bag, and the secrets that it names.
  charm::wire::ClientAnswer answer(charm::UnitName unit, std::size_t client,
                                   const model::ClientBag& bag);
  model::ClientBag staged_client(charm::UnitName unit, std::size_t client);
  void stage_client(charm::UnitName unit, std::size_t client, const charm::wire::ClientAnswer& to);
  charm::wire::UnitSecret unit_secret(charm::UnitName unit, Own own);

  // Texts by the numbers that the model has for them.
  std::uint16_t number_of_password(std::string_view text);
  std::string_view password(std::uint16_t number) const { return passwords_.text_of(number); }
  model::PemNumber number_of_pem(std::string_view text);
  std::string_view pem(model::PemNumber number) const;

  ModelJuju& juju_;
  model::Texts passwords_;
  std::map<std::string, model::PemNumber, std::less<>> pems_;
  std::string version_ = "14.20";  // that clients are told: as a hook has told it last
  std::string dependencies_;       // likewise
};

}  // namespace agent
