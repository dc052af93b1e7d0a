#include "charm/types/status.h"

#include "charm/types/check.h"

namespace charm {

std::string_view to_text(StatusKind kind) {
  switch (kind) {
    case StatusKind::unknown: return "unknown";
    case StatusKind::maintenance: return "maintenance";
    case StatusKind::waiting: return "waiting";
    case StatusKind::blocked: return "blocked";
    case StatusKind::active: return "active";
  }
  CHECK(false && "no such status");
  return {};
}

}  // namespace charm
