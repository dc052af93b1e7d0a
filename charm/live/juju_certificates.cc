// What Juju keeps of TLS: the unit's secret, the announcement, and the relation with whoever issues
// certificates. Source: config-and-wire.md, section 3.2; charm-hooks.md, sections 1.4, 1.5, 5.2.
#include <algorithm>

#include "charm/live/juju.h"
#include "charm/live/need.h"
#include "charm/live/x509.h"
#include "charm/wire/peers.h"
#include "charm/wire/pem.h"

namespace charm::live {
namespace {

constexpr std::string_view peer_endpoint = "database-peers";
constexpr std::string_view requests_key = "certificate_signing_requests";

std::string unit_label(const AppName& app) {
  return std::string(peer_endpoint).append(".").append(app.text).append(".unit");
}

}  // namespace

const wire::Bag& Juju::unit_secret() {
  if (!unit_secret_) {
    unit_secret_ = secrets_.content(unit_label(who_.app)).value_or(wire::Bag());
  }
  return *unit_secret_;
}

// A unit from before Juju had secrets has the fields in its bag.
wire::UnitSecret Juju::stored_tls() {
  return need(wire::parse_unit_secret(bags_.unit(peer_endpoint, who_.unit), unit_secret()));
}

TlsState Juju::tls() {
  const wire::UnitSecret secret = stored_tls();
  const wire::Bag& bag = bags_.unit(peer_endpoint, who_.unit);
  TlsState state;
  state.files = {.key = pems_.keep(secret.key),
                 .certificate = pems_.keep(secret.certificate),
                 .authority = pems_.keep(secret.authority)};
  state.request = pems_.keep(secret.request);
  state.request_key = pems_.keep(secret.request_key);
  state.announced = need(wire::parse_tls_announced(wire::value_of(bag, "tls")));
  return state;
}

// What stands in the bag in clear would come first, so it goes when the secret is written.
void Juju::set_tls(const TlsState& state) {
  const auto text = [this](Pem pem) { return std::string(wire::strip(pems_.text(pem))); };
  const wire::UnitSecret secret{.key = text(state.files.key),
                                .certificate = text(state.files.certificate),
                                .authority = text(state.files.authority),
                                .request = text(state.request),
                                .request_key = text(state.request_key)};
  wire::Bag changes;
  for (const std::string_view field : wire::clear_tls_fields) {
    const wire::Bag& bag = bags_.unit(peer_endpoint, who_.unit);
    if (!wire::value_of(bag, field).empty()) changes.insert({std::string(field), ""});
  }
  if (!changes.empty() || secret != stored_tls()) {
    const wire::Bag content = wire::with_unit_secret(unit_secret(), secret);
    if (!secrets_.set(unit_label(who_.app), Scope::unit, content)) {
      throw HookFailed("Juju has refused the unit's own secret");
    }
    unit_secret_ = content;
  }
  changes.insert({"tls", state.announced ? std::string(wire::tls_announced_text) : ""});
  bags_.set_unit(peer_endpoint, changes);
}

UnitSet Juju::tls_units() {
  UnitSet units;
  for (const UnitName unit : members(peer_endpoint)) {
    const std::string_view told = wire::value_of(bags_.unit(peer_endpoint, unit), "tls");
    if (need(wire::parse_tls_announced(told))) units.insert(unit);
  }
  return units;
}

std::optional<std::string> Juju::certificates_relation() {
  const auto all = bags_.relations("certificates");
  return all.empty() ? std::nullopt : std::optional(all.front());
}

// What is no certificate of the key that it was asked for would end PostgreSQL's TLS, and
// Patroni's: it counts as nothing, and the log says so.
std::optional<wire::IssuedCertificate> Juju::issued_for(const std::string& relation,
                                                        const std::string& request) {
  const auto refuse = [&](std::string_view why) {
    tools_.log(LogLevel::warning,
               std::string("cannot use what ").append(relation).append(" has: ").append(why));
    return std::nullopt;
  };
  const wire::Bag& bag = bags_.other_bag(relation);
  auto found = wire::parse_issued_certificate(wire::value_of(bag, "certificates"), request);
  if (found.certificate.empty()) return std::nullopt;
  if (!certifies(found.certificate, request)) return refuse("it is for another key");
  if (!are_certificates(found.authority)) return refuse("its authority is no certificate");
  return found;
}

std::optional<CertificatesRelation> Juju::certificates() {
  const auto relation = certificates_relation();
  if (!relation) return std::nullopt;
  CertificatesRelation answer;
  const std::string request = stored_tls().request;
  const wire::Bag& own = bags_.own_unit_bag(*relation);
  const auto asked = need(wire::parse_certificate_requests(wire::value_of(own, requests_key)));
  const bool stands = std::ranges::find(asked, request) != asked.end();
  if (request.empty() || !stands) return answer;
  answer.asked = pems_.keep(request);
  if (const auto issued = issued_for(*relation, request)) {
    answer.certificate = pems_.keep(issued->certificate);
    answer.authority = pems_.keep(issued->authority);
    answer.revoked = issued->revoked;
  }
  return answer;
}

void Juju::request_certificate(Pem request) {
  const auto relation = certificates_relation();
  if (!relation) throw HookFailed("there is no relation certificates to ask in");
  const wire::Bag changes{{std::string(requests_key), wire::certificate_requests_text(std::string(
                                                          wire::strip(pems_.text(request))))}};
  if (!bags_.set(*relation, Scope::unit, changes)) {
    throw HookFailed("Juju has refused the unit's own bag of certificates");
  }
}

}  // namespace charm::live
