// A flowchart.
#include "sim/flow/mermaid.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto chart = sim::read_chart(fuzz::text_of(bytes, size), "fuzzed.mmd");
  if (!chart) fuzz::expect(!to_text(chart.error()).empty(), "a refusal says why");
  return 0;
}
