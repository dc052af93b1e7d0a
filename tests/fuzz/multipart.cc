// Forms of several parts, as Pebble sends files.
#include "charm/live/multipart.h"
#include "tests/fuzz/fuzz.h"

using charm::live::boundary_for;
using charm::live::boundary_of;
using charm::live::read_multipart;
using charm::live::write_multipart;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto texts = fuzz::parts(fuzz::text_of(bytes, size), 2);
  const std::string boundary = boundary_of(texts[0]).value_or("x");
  const auto parts = read_multipart(texts[1], boundary);
  if (!parts) return 0;
  // A file's bytes are any; they come back as they are, whatever they look like.
  std::vector<charm::live::Part> bodies;
  for (const auto& part : *parts) {
    bodies.push_back({.name = "files", .filename = "/f", .content_type = {}, .body = part.body});
  }
  if (bodies.empty()) return 0;
  const std::string again = boundary_for(bodies);
  fuzz::expect(read_multipart(write_multipart(bodies, again), again) == bodies,
               "what is written is read");
  return 0;
}
