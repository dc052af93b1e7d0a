// The files that are held against the golden ones, byte for byte, and that Patroni itself judges
// (tests/differential/rendering).
#pragma once

#include <map>
#include <string>

namespace charm::given {

// By the name of the golden file: `patroni-one-unit.yml`, `layer-tls.yml`.
std::map<std::string, std::string> rendered_files();

}  // namespace charm::given
