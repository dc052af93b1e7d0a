// What hooks ask and do about TLS: PEM texts are numbers here.
#include "model/juju.h"
#include "model/pebble.h"
#include "sim/ports/ports.h"
#include "sim/ports/workload_calls.h"

namespace sim {

charm::TlsFiles pems(const model::PemFiles& files) {
  return {pem(files.key), pem(files.certificate), pem(files.authority)};
}

model::PemFiles numbers_of(const charm::TlsFiles& files) {
  return {number_of(files.key), number_of(files.certificate), number_of(files.authority)};
}

// --- Juju ---

charm::TlsState JujuPort::tls() {
  return gate_.make(Call::tls, 0, [this] {
    const model::juju::TlsView view = model::juju::read_tls(gate_.world(), gate_.unit());
    return charm::TlsState{.files = pems(view.files),
                           .request = pem(view.request),
                           .request_key = pem(view.request_key),
                           .announced = view.announced};
  });
}

void JujuPort::set_tls(const charm::TlsState& state) {
  const std::uint64_t arguments =
      model::mix(state.files.certificate.digest, state.request.digest) + (state.announced ? 1 : 0);
  gate_.make(Call::set_tls, digest(arguments), [this, &state] {
    model::juju::stage_tls(gate_.world(), gate_.unit(),
                           {.files = numbers_of(state.files),
                            .request = number_of(state.request),
                            .request_key = number_of(state.request_key),
                            .announced = state.announced});
    return Done{};
  });
}

// The own bag with what this hook has written. The peers' as they are committed: an agent's cache
// would be behind until the changed that tells of it, and whoever asks is asked again then.
charm::UnitSet JujuPort::tls_units() {
  return gate_.make(Call::tls_units, 0, [this] {
    charm::UnitSet units;
    for (charm::UnitName unit : gate_.world().existing()) {
      const bool announced = unit == gate_.unit()
                                 ? model::juju::read_tls(gate_.world(), unit).announced
                                 : gate_.world().unit(unit).record.tls.announced;
      if (announced) units.insert(unit);
    }
    return units;
  });
}

std::optional<charm::CertificatesRelation> JujuPort::certificates() {
  return gate_.make(Call::certificates, 0, [this]() -> std::optional<charm::CertificatesRelation> {
    if (!model::juju::provider_of(gate_.step(), gate_.unit())) return std::nullopt;
    const model::TlsRecord& tls = gate_.state().record.tls;
    const model::PemNumber asked = model::juju::read_asked(gate_.world(), gate_.unit());
    charm::CertificatesRelation relation{.asked = pem(asked)};
    if (asked == 0 || tls.issued_for != asked) return relation;
    relation.certificate = pem(tls.issued);
    relation.authority = pem(tls.issued_by);
    relation.revoked = tls.revoked;
    return relation;
  });
}

void JujuPort::request_certificate(charm::Pem request) {
  gate_.make(Call::request_certificate, digest(request.digest), [this, request] {
    model::juju::stage_asked(gate_.world(), gate_.unit(), number_of(request));
    return Done{};
  });
}

// --- the container ---

std::expected<charm::TlsFiles, charm::Unreachable> WorkloadPort::tls_files() {
  return gate_.make(Call::tls_files, 0, [this] {
    return if_connected<charm::TlsFiles>(gate_, [this] { return pems(gate_.state().volume.pem); });
  });
}

std::expected<void, charm::Unreachable> WorkloadPort::push_tls_files(const charm::TlsFiles& files) {
  return gate_.make(Call::push_tls_files, digest(files.certificate.digest), [this, &files] {
    return if_connected<void>(gate_,
                              [this, &files] { gate_.state().volume.pem = numbers_of(files); });
  });
}

// --- entropy ---

charm::Pem EntropyPort::make_private_key() {
  return gate_.make(Call::make_private_key, 0,
                    [this] { return pem(model::juju::make_key(gate_.world())); });
}

charm::Pem EntropyPort::make_certificate_request(charm::Pem key) {
  return gate_.make(Call::make_certificate_request, digest(key.digest), [this, key] {
    return pem(model::juju::make_pem(gate_.world(), number_of(key)));
  });
}

}  // namespace sim
