// What Pebble answers, with any status of HTTP.
#include <array>

#include "charm/live/pebble_answers.h"
#include "tests/fuzz/fuzz.h"

using namespace charm::live;  // its parsers, all of them

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto [which, rest] = fuzz::choose(fuzz::text_of(bytes, size), 11);
  const auto [chosen, text] = fuzz::choose(rest, 6);
  const int status = std::array{200, 202, 400, 404, 500, 504}.at(chosen);
  switch (which) {
    case 0: (void)read_done(status, text); break;
    case 1: (void)read_plan(status, text); break;
    case 2: (void)read_services(status, text); break;
    case 3: (void)read_checks(status, text); break;
    case 4: (void)read_file_list(status, text); break;
    case 5: (void)read_change_id(status, text); break;
    case 6: (void)read_change(status, text); break;
    case 7: (void)read_started_command(status, text); break;
    case 8: (void)read_file_results(status, text, 2); break;
    case 9: {
      const std::vector<std::string> paths = {"/a", "/b"};
      const auto files =
          read_files(status, "multipart/form-data; boundary=01234567", text, paths);
      if (files) fuzz::expect(files->size() == paths.size(), "a file for each path");
      break;
    }
    default: (void)is_end_of_stream(text); break;
  }
  return 0;
}
