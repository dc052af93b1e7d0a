// Keys and certificates that somebody else has made, as PEM texts.
#include "charm/live/x509.h"
#include "tests/fuzz/fuzz.h"

using namespace charm::live;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto [which, text] = fuzz::choose(fuzz::text_of(bytes, size), 3);
  switch (which) {
    case 0: (void)are_certificates(text); break;
    case 1: {
      const auto texts = fuzz::parts(text, 2);
      if (certifies(texts[0], texts[1])) {
        fuzz::expect(are_certificates(texts[0]), "what certifies is a certificate");
      }
      break;
    }
    default: {
      const bool is_key = is_private_key(text);
      const bool is_asked = make_request(text, {.common_name = "pg-0"}).has_value();
      fuzz::expect(is_key == is_asked, "a key is what a certificate can be asked for with");
    }
  }
  return 0;
}
