// What the API server answers, and a kubeconfig.
#include "charm/live/kubernetes_access.h"
#include "charm/live/kubernetes_objects.h"
#include "charm/live/patroni_records.h"
#include "charm/live/quantity.h"
#include "charm/live/timestamps.h"
#include "tests/fuzz/fuzz.h"

using namespace charm::live;  // its parsers, all of them

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const charm::AppName app{"pg"};
  const auto [which, text] = fuzz::choose(fuzz::text_of(bytes, size), 9);
  switch (which) {
    case 0:
      if (const auto object = parse_object(text)) {
        (void)leader_annotation_of(*object, app);
        (void)bootstrap_state_of(*object);
        (void)has_member_labels(*object, app);
        (void)synchronous_names(*object);
      }
      break;
    case 1:
      (void)parse_pod(text, "postgresql");
      (void)parse_published_members(app, text, charm::MemberName{0}, {"pg-1"});
      break;
    case 2: (void)parse_node(text); break;
    case 3: (void)parse_stateful_set(text); break;
    case 4:
      if (const auto version = parse_resource_version(text)) {
        fuzz::expect(std::to_string(version->value) == text, "a version is its digits");
      }
      break;
    case 5: (void)parse_quantity(text); break;
    case 6: (void)parse_rfc3339(text); break;
    case 7: (void)parse_http_date(text); break;
    default: (void)parse_kubeconfig(text, "/nowhere"); break;
  }
  return 0;
}
