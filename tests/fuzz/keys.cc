// A private key that an operator gives.
#include "charm/tls/private_key.h"
#include "tests/fuzz/fuzz.h"

using charm::tls::read_private_key;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (const auto key = read_private_key(fuzz::text_of(bytes, size))) {
    fuzz::expect(read_private_key(*key) == key, "a key that was read is read again");
  }
  return 0;
}
