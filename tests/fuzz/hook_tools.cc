// What Juju's hook tools print.
#include "charm/live/tool_output.h"
#include "charm/wire/action.h"
#include "tests/fuzz/fuzz.h"

using namespace charm::live;  // its parsers, all of them

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto [which, text] = fuzz::choose(fuzz::text_of(bytes, size), 14);
  switch (which) {
    case 0: (void)parse_flag(text); break;
    case 1: (void)parse_word(text); break;
    case 2: (void)parse_words(text); break;
    case 3: (void)parse_bag(text); break;
    case 4: (void)parse_options(text); break;
    case 5: (void)parse_status(text); break;
    case 6: (void)parse_goal_state(text); break;
    case 7: (void)parse_secret_uri(text); break;
    case 8: (void)parse_secret_id(text); break;
    case 9: (void)parse_bind_address(text); break;
    case 10: (void)failure_of("relation-get", text); break;
    case 11:
      fuzz::expect(first_line(text).find('\n') == std::string::npos, "a line is one line");
      break;
    case 12: (void)charm::wire::parse_action_parameters(text); break;
    default: (void)charm::wire::parse_given_key(text); break;
  }
  return 0;
}
