// What PostgreSQL and libpq say in text, and the names in it.
#include "charm/live/sql_text.h"

#include <algorithm>

#include "tests/fuzz/fuzz.h"

using namespace charm::live;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const charm::AppName app{"pg"};
  const auto [which, text] = fuzz::choose(fuzz::text_of(bytes, size), 5);
  switch (which) {
    case 0: (void)named_standbys(app, text); break;
    case 1:
      for (const std::string& role : asked_roles(text)) {
        const bool is_lower =
            std::none_of(role.begin(), role.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
        fuzz::expect(is_lower, "a role is in lower case");
      }
      break;
    case 2:
      if (const auto relation = parse_client_user_name(text)) {
        fuzz::expect(client_user_name(*relation) == text, "a name is its relation's");
      }
      break;
    case 3: (void)version_number(text); break;
    default: {
      const std::string_view state = sqlstate_in(text);
      fuzz::expect(state.empty() || state.size() == 5, "an SQLSTATE has five characters");
      (void)meaning_of(state);
      (void)kind_of_failure(text);
    }
  }
  return 0;
}
