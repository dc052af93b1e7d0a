// What Patroni's REST API answers.
#include "charm/live/patroni_answers.h"
#include "tests/fuzz/fuzz.h"

using namespace charm::live;  // its parsers, all of them

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto [which, text] = fuzz::choose(fuzz::text_of(bytes, size), 5);
  switch (which) {
    case 0: (void)parse_cluster(charm::AppName{"pg"}, text); break;
    case 1: (void)parse_member_status(text); break;
    case 2: (void)is_not_synchronous(text); break;
    case 3: (void)member_role(text); break;
    default: (void)member_state(text); break;
  }
  return 0;
}
