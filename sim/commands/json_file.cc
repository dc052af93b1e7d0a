// JSON from files, read with suspicion.
#include "sim/commands/json_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

#include "model/hash.h"
#include "sim/scenario/counting_iterator.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

// Line and column of a byte, both from 1, as the byte is.
void place(ScenarioError& error, std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(text.size(), byte == 0 ? 0 : byte - 1));
  error.line = static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1;
  const std::size_t line_begin = before.rfind('\n');
  error.column = before.size() - (line_begin == before.npos ? 0 : line_begin + 1) + 1;
}

// Refuses what the library lets pass: of two values of a key it takes the last.
class StrictReader final : public nlohmann::json_sax<Json> {
 public:
  StrictReader(std::string_view text, const std::string& file, const std::string& expected,
               const std::size_t& consumed)
      : text_(text), file_(file), expected_(expected), consumed_(consumed) {}

  std::optional<ScenarioError> error;

  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(number_integer_t) override { return value(); }
  bool number_unsigned(number_unsigned_t) override { return value(); }
  bool number_float(number_float_t, const string_t&) override { return value(); }
  bool string(string_t&) override { return value(); }
  bool binary(binary_t&) override { return value(); }
  bool start_object(std::size_t) override { return open(true); }
  bool start_array(std::size_t) override { return open(false); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& key) override {
    Frame& frame = frames_.back();
    frame.key = key;
    const auto [first, is_new] = frame.lines.emplace(key, line());
    return is_new ||
           refuse("stands twice in its object, first in line " + std::to_string(first->second),
                  "must stand once");
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    error = wrong_in(file_, "", "is no JSON from here on", expected_);
    place(*error, text_, position);
    return false;
  }

 private:
  struct Frame {
    bool is_object = false;
    std::string key;                           // of an object: the last one
    std::size_t next = 0;                      // of a list: the index of the next element
    std::map<std::string, std::size_t> lines;  // of an object's keys
  };

  bool value() {
    if (!frames_.empty()) ++frames_.back().next;
    return true;
  }
  bool open(bool is_object) {
    value();
    if (frames_.size() == deepest_json) {
      return refuse("is nested too deeply",
                    "must have at most " + std::to_string(deepest_json) + " levels");
    }
    frames_.emplace_back().is_object = is_object;
    return true;
  }
  bool close() {
    frames_.pop_back();
    return true;
  }

  // Of what has been read.
  std::size_t line() {
    lines_ += static_cast<std::size_t>(
        std::ranges::count(text_.substr(counted_, consumed_ - counted_), '\n'));
    counted_ = consumed_;
    return lines_ + 1;
  }

  bool refuse(const std::string& what, const std::string& expected) {
    std::string pointer;
    for (const Frame& frame : frames_) {
      pointer =
          frame.is_object ? pointer_to(pointer, frame.key) : pointer_to(pointer, frame.next - 1);
    }
    error = wrong_in(file_, std::move(pointer), what, expected);
    error->line = line();
    return false;
  }

  std::string_view text_;
  const std::string& file_;
  const std::string& expected_;
  const std::size_t& consumed_;
  std::size_t counted_ = 0;
  std::size_t lines_ = 0;  // that have ended
  std::vector<Frame> frames_;
};

constexpr const char* digests_key = "digests";
constexpr std::string_view of_elements = "/*";

std::string digest_of_member(const Json& member) {
  const std::string text = member.dump(-1, ' ', false, Json::error_handler_t::replace);
  return to_hex(model::hash_text(text, 0x5A));
}

// For each element the last digits of its digest: the whole list has a digest besides.
constexpr std::size_t element_digits = 4;
std::string digests_of_elements(const Json& list) {
  std::string digits;
  digits.reserve(list.size() * element_digits);
  for (const Json& element : list) {
    const std::string digest = digest_of_member(element);
    digits.append(digest, digest.size() - element_digits);
  }
  return digits;
}

std::string key_of_elements(const std::string& member) { return member + std::string(of_elements); }

// Of a member that was edited: the element, where that can be told.
std::string edited_element(const Json& member, const std::string& key, const Json& digests) {
  std::string pointer = pointer_to("", key);
  const Json elements = digests.value(key_of_elements(key), Json());
  if (!member.is_array() || !elements.is_string()) return pointer;
  const auto& expected = elements.get_ref<const std::string&>();
  const std::string found = digests_of_elements(member);
  if (found == expected) return pointer;
  const auto [at, unused] = std::ranges::mismatch(found, expected);
  return pointer_to(pointer, static_cast<std::size_t>(at - found.begin()) / element_digits);
}

struct Edited {
  std::string pointer;
  std::string how;
};

std::string pointer_to_digest(const std::string& key) {
  return pointer_to(pointer_to("", digests_key), key);
}

// Whether the members are those, each with its digests, and no digest is of something else.
std::optional<Edited> other_members(const Json& json, const Json& digests,
                                    const FileMembers& members) {
  const auto has = [](std::span<const std::string_view> keys, const std::string& key) {
    return std::ranges::find(keys, key) != keys.end();
  };
  for (const std::string_view key : members.always) {
    if (!json.contains(key)) return Edited{pointer_to("", std::string(key)), "is missing"};
  }
  for (const auto& [key, member] : json.items()) {
    if (key == digests_key) continue;
    if (!has(members.always, key) && !has(members.sometimes, key)) {
      return Edited{pointer_to("", key), "is no member of such a file"};
    }
    if (!digests.contains(key)) return Edited{pointer_to("", key), "has no digest"};
    const std::string elements = key_of_elements(key);
    if (member.is_array() && !digests.contains(elements)) {
      return Edited{pointer_to_digest(elements), "is missing"};
    }
  }
  for (const auto& [key, unused] : digests.items()) {
    if (json.contains(key)) continue;
    if (!key.ends_with(of_elements)) return Edited{pointer_to("", key), "is missing"};
    const auto list = json.find(key.substr(0, key.size() - of_elements.size()));
    if (list == json.end() || !list->is_array()) {
      return Edited{pointer_to_digest(key), "is of no list"};
    }
  }
  return std::nullopt;
}

// The first member that is not as those digests say that are there.
std::optional<Edited> other_value(const Json& json, const Json& digests) {
  constexpr const char* how = "is not what was written";
  for (const auto& [key, member] : json.items()) {
    const auto digest = digests.find(key);
    if (digest != digests.end() && *digest != Json(digest_of_member(member))) {
      return Edited{edited_element(member, key, digests), how};
    }
    const std::string elements = key_of_elements(key);
    const auto digits = digests.find(elements);
    if (member.is_array() && digits != digests.end() &&
        *digits != Json(digests_of_elements(member))) {
      return Edited{pointer_to_digest(elements), how};
    }
  }
  return std::nullopt;
}

ScenarioError refusal_of(Edited edited, const std::string& file, const std::string& advice) {
  return wrong_in(file, std::move(edited.pointer), edited.how + ": the file was edited", advice);
}

}  // namespace

ScenarioError wrong_in(const std::string& file, std::string pointer, std::string what,
                       std::string expected) {
  return {.file = file,
          .line = {},
          .column = {},
          .pointer = std::move(pointer),
          .what = std::move(what),
          .expected = std::move(expected)};
}

std::expected<Json, ScenarioError> parse_object(std::string_view text, const std::string& file,
                                                const std::string& expected) {
  std::size_t consumed = 0;
  StrictReader reader(text, file, expected, consumed);
  if (!Json::sax_parse(CountingIterator{text.begin(), &consumed},
                       CountingIterator{text.end(), &consumed}, &reader)) {
    return std::unexpected(*std::move(reader.error));
  }
  Json json = Json::parse(text);  // it is well-formed
  if (!json.is_object()) return std::unexpected(wrong_in(file, "", "is no object", expected));
  return json;
}

Json digests_of(const Json& json) {
  Json digests = Json::object();
  for (const auto& [key, member] : json.items()) {
    if (key == digests_key) continue;
    digests[key] = digest_of_member(member);
    if (member.is_array()) digests[key_of_elements(key)] = digests_of_elements(member);
  }
  return digests;
}

std::optional<ScenarioError> edited_place(const Json& json, const FileMembers& members,
                                          const std::string& file, const std::string& advice) {
  const auto digests = json.find(digests_key);
  if (digests == json.end() || !digests->is_object()) {
    return wrong_in(file, pointer_to("", digests_key),
                    "is missing: nothing tells any more whether the file was edited", advice);
  }
  auto edited = other_members(json, *digests, members);
  if (!edited) edited = other_value(json, *digests);
  if (edited) return refusal_of(*std::move(edited), file, advice);
  return std::nullopt;
}

std::optional<ScenarioError> edited_place_of_other_version(const Json& json,
                                                           const std::string& file,
                                                           const std::string& advice) {
  const auto digests = json.find(digests_key);
  if (digests == json.end() || !digests->is_object()) return std::nullopt;
  if (auto edited = other_value(json, *digests)) {
    return refusal_of(*std::move(edited), file, advice);
  }
  return std::nullopt;
}

std::string to_hex(std::uint64_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t at = 16; at > 0; --at, number >>= 4U) text[at - 1] = digits[number & 0xFU];
  return text;
}

std::expected<std::string, ScenarioError> read_file(const std::string& path,
                                                    std::uintmax_t most_bytes) {
  const auto refuse = [&path](const std::string& why) {
    return std::unexpected(wrong_in(path, "", "cannot be read: " + why, ""));
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return refuse("it is a folder");
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return refuse(std::generic_category().message(errno));
  // Part by part, as a pipe does not tell how long it is.
  std::string text;
  std::array<char, 1U << 16U> part{};
  while (in) {
    in.read(part.data(), part.size());
    text.append(part.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > most_bytes) {
      return refuse("it has more than " + std::to_string(most_bytes >> 20U) + " MiB");
    }
  }
  if (in.bad()) return refuse(std::generic_category().message(errno));
  return text;
}

}  // namespace sim
