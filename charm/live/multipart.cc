#include "charm/live/multipart.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "charm/types/check.h"

namespace charm::live {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view blanks = " \t";
constexpr std::size_t most_parts = 64;
// RFC 2046, section 5.1.1.
constexpr std::size_t longest_boundary = 70;

bool is_plain(std::string_view text) {
  return std::ranges::none_of(
      text, [](unsigned char c) { return c < ' ' || c == 0x7f || c == '"' || c == '\\'; });
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

bool is_same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// A value and what stands before its parameters: `form-data; name="x"`.
struct Value {
  std::string_view word;
  std::string_view parameters;
};

Value split_value(std::string_view text) {
  const std::size_t end = std::min(text.find(';'), text.size());
  return {trimmed(text.substr(0, end)), text.substr(std::min(end + 1, text.size()))};
}

// What stands in quotes at the beginning of the text, which is taken off with them.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string value;
  std::size_t at = 1;
  for (; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
    if (at == text.size()) return std::nullopt;
    value += text[at];
  }
  if (at == text.size()) return std::nullopt;
  text.remove_prefix(at + 1);
  return value;
}

std::string take_token(std::string_view& text) {
  const std::size_t end = std::min(text.find(';'), text.size());
  std::string token(trimmed(text.substr(0, end)));
  text.remove_prefix(end);
  return token;
}

// The parameter of that name in `; name="files"; filename=/x`. Nothing: there is none, or the list
// is malformed before it.
std::optional<std::string> parameter(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const std::size_t equals = list.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view found = trimmed(list.substr(0, equals));
    list.remove_prefix(equals + 1);
    list.remove_prefix(std::min(list.find_first_not_of(blanks), list.size()));
    std::optional<std::string> value =
        list.starts_with('"') ? take_quoted(list) : std::optional(take_token(list));
    if (!value) return std::nullopt;
    if (is_same_word(found, name)) return value;
    const std::size_t next = list.find(';');
    list.remove_prefix(next == std::string_view::npos ? list.size() : next + 1);
  }
  return std::nullopt;
}

void read_header(std::string_view line, Part& part) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string_view name = trimmed(line.substr(0, colon));
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (is_same_word(name, "content-type")) part.content_type = value;
  if (!is_same_word(name, "content-disposition")) return;
  const std::string_view parameters = split_value(value).parameters;
  part.name = parameter(parameters, "name").value_or("");
  part.filename = parameter(parameters, "filename").value_or("");
}

// Headers, an empty line, and the body: what stands between two boundaries.
std::optional<Part> read_part(std::string_view text) {
  Part part;
  while (true) {
    const std::size_t end = text.find(line_end);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + line_end.size());
    if (line.empty()) break;
    read_header(line, part);
  }
  part.body = text;
  return part;
}

void write_header(std::string& out, const Part& part) {
  CHECK(is_plain(part.name));
  CHECK(is_plain(part.filename));
  CHECK(is_plain(part.content_type));
  out.append("Content-Disposition: form-data; name=\"").append(part.name).append("\"");
  if (!part.filename.empty()) out.append("; filename=\"").append(part.filename).append("\"");
  out += line_end;
  if (!part.content_type.empty()) {
    out.append("Content-Type: ").append(part.content_type).append(line_end);
  }
  out += line_end;
}

}  // namespace

std::string boundary_for(const std::vector<Part>& parts) {
  for (std::size_t number = 0;; ++number) {
    std::string digits = std::to_string(number);
    digits.insert(0, 32 - std::min<std::size_t>(digits.size(), 32), '0');
    std::string boundary = "charm-part-" + digits;
    const auto has_it = [&boundary](const Part& part) {
      return part.body.find(boundary) != std::string::npos;
    };
    if (std::ranges::none_of(parts, has_it)) return boundary;
  }
}

std::string write_multipart(const std::vector<Part>& parts, std::string_view boundary) {
  std::string out;
  for (const Part& part : parts) {
    out.append("--").append(boundary).append(line_end);
    write_header(out, part);
    out.append(part.body).append(line_end);
  }
  return out.append("--").append(boundary).append("--").append(line_end);
}

std::optional<std::string> boundary_of(std::string_view content_type) {
  const Value value = split_value(content_type);
  if (!is_same_word(value.word, "multipart/form-data")) return std::nullopt;
  std::optional<std::string> boundary = parameter(value.parameters, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > longest_boundary) return std::nullopt;
  return boundary;
}

std::optional<std::vector<Part>> read_multipart(std::string_view body, std::string_view boundary) {
  const std::string first = std::string("--").append(boundary);
  const std::string other = std::string(line_end).append(first);
  if (!body.starts_with(first)) return std::nullopt;
  body.remove_prefix(first.size());
  std::vector<Part> parts;
  while (!body.starts_with("--")) {
    const std::size_t end = body.find(other);
    if (!body.starts_with(line_end) || end == std::string_view::npos) return std::nullopt;
    if (parts.size() == most_parts) return std::nullopt;
    std::optional<Part> part =
        read_part(body.substr(0, end).substr(std::min(line_end.size(), end)));
    if (!part) return std::nullopt;
    parts.push_back(std::move(*part));
    body.remove_prefix(end + other.size());
  }
  return parts;
}

}  // namespace charm::live
