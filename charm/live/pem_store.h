// The PEM texts of one dispatch: hooks know them by a number (charm/types/tls.h), the adapters hand
// the texts on.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "charm/types/tls.h"

namespace charm::live {

class PemStore {
 public:
  // The number of this text: of its contents, blanks at both ends aside, the same in every process
  // (it is the beginning of its SHA-256). An empty text is no PEM.
  Pem keep(std::string_view text);
  // CHECKs that it was kept here; empty for none.
  [[nodiscard]] const std::string& text(Pem pem) const;

 private:
  std::map<std::uint64_t, std::string> texts_;
};

}  // namespace charm::live
