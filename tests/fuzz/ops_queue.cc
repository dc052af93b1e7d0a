// The deferral queue that upstream has left: YAML of anybody's making. The list, then keys and
// values in turn.
#include <map>

#include "charm/postgresql_k8s.h"
#include "charm/wire/ops_queue.h"
#include "tests/fuzz/fuzz.h"

using charm::wire::ops_notices_key;
using charm::wire::parse_ops_notices;
using charm::wire::take_over_ops_queue;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto texts = fuzz::parts(fuzz::text_of(bytes, size), 7);
  (void)parse_ops_notices(texts[0]);
  std::map<std::string, std::string, std::less<>> state;
  state.emplace(ops_notices_key, texts[0]);
  for (std::size_t at = 1; at + 1 < texts.size(); at += 2) state.emplace(texts[at], texts[at + 1]);
  (void)take_over_ops_queue(charm::postgresql_k8s(), charm::AppName{"pg"},
                            [&state](std::string_view key) -> std::optional<std::string> {
                              const auto found = state.find(key);
                              if (found == state.end()) return std::nullopt;
                              return found->second;
                            });
  return 0;
}
