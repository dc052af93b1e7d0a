// What stands in databags, secrets and the state store: this charm's, another revision's, a
// client's, a certificate provider's.
#include "charm/postgresql_k8s.h"
#include "charm/wire/client.h"
#include "charm/wire/coordination.h"
#include "charm/wire/peers.h"
#include "charm/wire/pem.h"
#include "charm/wire/tls.h"
#include "charm/wire/unreadable.h"
#include "tests/fuzz/fuzz.h"

using namespace charm::wire;  // its parsers, all of them

namespace {

const charm::AppName app{"pg"};

// Keys and values in turn.
Bag bag_of(std::string_view text) {
  Bag bag;
  const auto texts = fuzz::parts(text, 12);
  for (std::size_t at = 0; at + 1 < texts.size(); at += 2) {
    if (!texts[at].empty()) bag[std::string(texts[at])] = texts[at + 1];
  }
  return bag;
}

void every_place(std::string_view text) {
  const auto [place, rest] = fuzz::choose(text, place_count);
  StoredState state;
  state.bags.at(place).push_back(bag_of(rest));
  const Unreadable found = first_unreadable(charm::postgresql_k8s(), app, state);
  fuzz::expect((found.key == charm::StateKey::none) == found.why.empty(), "a refusal says why");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto [which, text] = fuzz::choose(fuzz::text_of(bytes, size), 14);
  switch (which) {
    case 0:
      if (const auto hosts = parse_endpoints(app, text)) {
        fuzz::expect(parse_endpoints(app, endpoints_text(app, *hosts)) == hosts,
                     "endpoints are read as they are written");
      }
      break;
    case 1:
      if (const auto stack = parse_upgrade_stack(text)) {
        fuzz::expect(parse_upgrade_stack(upgrade_stack_text(*stack)) == stack,
                     "a stack is read as it is written");
      }
      break;
    case 2:
      if (const auto standbys = parse_sync_standbys(app, text)) {
        fuzz::expect(parse_sync_standbys(app, sync_standbys_text(app, *standbys)) == standbys,
                     "standbys are read as they are written");
      }
      break;
    case 3:
      if (const auto dependencies = parse_dependencies(text); dependencies && *dependencies) {
        fuzz::expect(parse_dependencies(dependencies_text(**dependencies)) == dependencies,
                     "dependencies are read as they are written");
      }
      break;
    case 4: (void)parse_upgrade_state(text); break;
    case 5: (void)parse_restart_granted(app, bag_of(text)); break;
    case 6: (void)parse_passwords(bag_of(text), {}); break;
    case 7: (void)parse_client_request(bag_of(text)); break;
    case 8:
      (void)parse_client_offer({.bag = bag_of(text), .secret_user = {}, .secret_tls = {}});
      break;
    case 9: (void)parse_unit_secret({}, bag_of(text)); break;
    case 10: (void)parse_certificate_requests(text); break;
    case 11: {
      const auto texts = fuzz::parts(text, 2);
      (void)parse_issued_certificate(texts[0], texts[1]);
      break;
    }
    case 12:
      for (const PemKind kind : {PemKind::private_key, PemKind::request, PemKind::certificates}) {
        if (const auto pem = parse_pem("key", kind, text)) {
          fuzz::expect(parse_pem("key", kind, *pem) == pem, "a PEM text stays one");
        }
      }
      break;
    default: every_place(text); break;
  }
  return 0;
}
