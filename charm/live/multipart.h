// Bodies of several parts (RFC 7578), as Pebble takes and gives files. Pure functions.
// Source: juju-and-pebble.md, section 6.5.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace charm::live {

struct Part {
  std::string name;          // of the form's field
  std::string filename;      // empty: it is no file
  std::string content_type;  // empty: it says none
  std::string body;          // any bytes

  friend bool operator==(const Part&, const Part&) = default;
};

// A boundary that stands in none of the parts: the same for the same parts, and of at least 32
// characters, as Pebble demands.
std::string boundary_for(const std::vector<Part>& parts);
// CHECKs that names and types hold neither line ends nor quotes.
std::string write_multipart(const std::vector<Part>& parts, std::string_view boundary);

// `boundary` of `multipart/form-data; boundary=x`. Nothing: it is no such type, or names none.
std::optional<std::string> boundary_of(std::string_view content_type);
// Nothing: it is no such body, is cut off before its last boundary, or has more than 64 parts.
std::optional<std::vector<Part>> read_multipart(std::string_view body, std::string_view boundary);

}  // namespace charm::live
