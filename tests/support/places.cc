#include "tests/support/places.h"

namespace tests {

std::string in_repository(const std::string& path) { return CHARM_SOURCE_DIR "/" + path; }
std::string in_build(const std::string& path) { return CHARM_BINARY_DIR "/" + path; }

}  // namespace tests
