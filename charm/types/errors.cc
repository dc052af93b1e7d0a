#include "charm/types/errors.h"

#include "charm/types/check.h"

namespace charm {

std::string_view to_text(ApiError error) {
  switch (error) {
    case ApiError::forbidden: return "forbidden";
    case ApiError::not_found: return "not found";
    case ApiError::conflict: return "conflict";
    case ApiError::throttled: return "throttled";
    case ApiError::unavailable: return "unavailable";
  }
  CHECK(false && "no such error");
  return {};
}

}  // namespace charm
