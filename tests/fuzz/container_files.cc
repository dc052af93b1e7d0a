// What stands in the workload's container: patroni.yml, pg_hba.conf, snap.yaml, and Pebble's plan.
#include "charm/rendering/container_files.h"

#include "charm/rendering/patroni_yml.h"
#include "charm/rendering/pebble_layer.h"
#include "charm/rendering/standing_file.h"
#include "tests/fuzz/fuzz.h"

using namespace charm;  // all that reads them

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const Deployment deployment{.app = {"pg"}, .model = "m"};
  static const std::string layer = render_pebble_layer({.deployment = deployment});
  const auto [which, text] = fuzz::choose(fuzz::text_of(bytes, size), 7);
  switch (which) {
    case 0: (void)serves_tls(text); break;
    case 1: (void)is_in_plan(layer, text); break;
    case 2: (void)is_exporter_in_plan(layer, text); break;
    case 3: (void)postgresql_version_of(text); break;
    case 4: (void)rendering::is_pg_hba_marked(text); break;
    case 5: {
      const auto texts = fuzz::parts(text, 2);
      (void)is_written_as_asked(texts[0], texts[1]);
      break;
    }
    default:
      if (const auto kept = render_over(text, {}, deployment)) {
        fuzz::expect(!have_other_parameters(*kept, *kept), "what is written is read again");
      }
  }
  return 0;
}
