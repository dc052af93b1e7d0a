// A scenario file.
#include "sim/scenario/read.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto scenario = sim::read_scenario(fuzz::text_of(bytes, size), "fuzzed.json");
  if (!scenario) fuzz::expect(!to_text(scenario.error()).empty(), "a refusal says why");
  return 0;
}
