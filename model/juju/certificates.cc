// A provider of certificates, and what each unit keeps of TLS in the controller. Source:
// config-and-wire.md, section 3.2; charm-hooks.md, section 1.5.
#include "model/juju/parts.h"
#include "model/timing.h"

namespace model::juju {

using charm::UnitName;

namespace {

TimerId timer_of(std::size_t provider) {
  const auto first = static_cast<std::size_t>(WorldTimer::provider_0);
  return timer_id(static_cast<WorldTimer>(first + provider - max_clients));
}

std::optional<std::size_t> acting_provider(const World& world) {
  for (std::size_t provider = max_clients; provider < max_relations; ++provider) {
    const Relating life = world.shared().relations[provider].life;
    if (life == Relating::joined || life == Relating::requested) return provider;
  }
  return std::nullopt;
}

void let_provider_look(Step& step) {
  const auto provider = acting_provider(step.world);
  if (!provider || step.world.is_armed(timer_of(*provider))) return;
  step.world.arm(timer_of(*provider), timing::client_acts);
}

void issue(World& world, TlsRecord& tls) {
  tls.issued_for = tls.asked;
  tls.issued = tls.asked == 0 ? 0 : make_pem(world, tls.asked);
  tls.issued_by = tls.asked == 0 ? 0 : world.shared().authority;
  tls.revoked = false;
}

}  // namespace

PemNumber make_key(World& world) { return PemNumber{++world.shared().pems_made} << 16U; }

PemNumber make_pem(World& world, PemNumber of_key) {
  return key_of(of_key) << 16U | ++world.shared().pems_made;
}

void begin_to_issue(Step& step) {
  step.world.shared().authority = ++step.world.shared().pems_made;
  let_provider_look(step);
}

// Of a request that was taken back it drops the certificate.
void issue_certificates(Step& step, std::size_t provider) {
  std::uint32_t changed = 0;
  for (UnitName unit : step.world.existing()) {
    TlsRecord& tls = step.world.unit(unit).record.tls;
    if (tls.issued_for == tls.asked) continue;
    issue(step.world, tls);
    ++changed;
  }
  if (changed == 0) return;
  step.note(FactKind::certificates_issued, {}, changed);
  tell_all(step, provider);
}

void rotate_certificates(Step& step, Rotation rotation) {
  const auto provider = acting_provider(step.world);
  if (!provider) return;
  const bool renewed = rotation == Rotation::renewed;
  if (renewed) step.world.shared().authority = ++step.world.shared().pems_made;
  std::uint32_t changed = 0;
  for (UnitName unit : step.world.existing()) {
    TlsRecord& tls = step.world.unit(unit).record.tls;
    if (tls.issued == 0) continue;
    if (renewed) {
      issue(step.world, tls);
    } else {
      tls.revoked = true;
    }
    ++changed;
  }
  step.note(FactKind::certificates_issued, {}, changed);
  if (changed > 0) tell_all(step, *provider);
}

// With the relation go its bags.
void forget_certificates(Step& step, UnitName unit) {
  TlsRecord& tls = step.world.unit(unit).record.tls;
  tls.asked = tls.issued_for = tls.issued = tls.issued_by = 0;
  tls.revoked = false;
}

std::optional<std::size_t> provider_of(const Step& step, UnitName unit) {
  const ClientSet related = client_relations(step, unit);
  for (std::size_t provider = max_clients; provider < max_relations; ++provider) {
    if ((related >> provider & 1U) != 0) return provider;
  }
  return std::nullopt;
}

TlsView read_tls(World& world, UnitName name) {
  const TlsRecord& tls = world.unit(name).record.tls;
  const Staged& staged = world.unit(name).staged;
  if (!staged.tls_written) return {tls.secret, tls.request, tls.request_key, tls.announced};
  return {staged.secret, staged.request, staged.request_key, staged.announced};
}

void stage_tls(World& world, UnitName name, const TlsView& tls) {
  Staged& staged = world.unit(name).staged;
  staged.tls_written = true;
  staged.secret = tls.files;
  staged.request = tls.request;
  staged.request_key = tls.request_key;
  staged.announced = tls.announced;
}

PemNumber read_asked(World& world, UnitName name) {
  const Staged& staged = world.unit(name).staged;
  return staged.asked_written ? staged.asked : world.unit(name).record.tls.asked;
}

void stage_asked(World& world, UnitName name, PemNumber request) {
  Staged& staged = world.unit(name).staged;
  staged.asked_written = true;
  staged.asked = request;
}

void write_tls(Step& step, UnitName name, const Staged& staged) {
  TlsRecord& tls = step.world.unit(name).record.tls;
  if (staged.tls_written) {
    tls.secret = staged.secret;
    tls.request = staged.request;
    tls.request_key = staged.request_key;
    if (tls.announced != staged.announced) {
      tls.announced = staged.announced;
      tell_unit_data(step, name, database_peers);
    }
  }
  if (!staged.asked_written || tls.asked == staged.asked) return;
  tls.asked = staged.asked;
  let_provider_look(step);
}

}  // namespace model::juju
