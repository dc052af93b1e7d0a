#include "charm/live/sql_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "charm/types/text.h"

namespace charm::live {
namespace {

constexpr std::string_view client_prefix = "relation_id_";

bool is_upper_or_digit(char letter) {
  return (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
}

// Behind the opening quote: up to the closing one, both taken off the text. Two quotes are one.
std::string take_quoted(std::string_view& text) {
  std::string name;
  while (!text.empty()) {
    const char letter = text.front();
    text.remove_prefix(1);
    if (letter != '"') {
      name.push_back(letter);
    } else if (text.starts_with('"')) {
      name.push_back('"');
      text.remove_prefix(1);
    } else {
      break;
    }
  }
  return name;
}

std::string_view take_word(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of("\"(), \t\r\n\f\v"), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

using Phrase = std::pair<std::string_view, std::string_view>;

constexpr std::array phrases{
    Phrase{"could not translate host name", "its name does not resolve"},
    Phrase{"Connection refused", "connection refused"},
    Phrase{"certificate verify failed", "its certificate is not trusted"},
    Phrase{"does not match host name", "its certificate is another host's"},
    Phrase{"does not support SSL", "it talks no TLS"},
    Phrase{"SSL error", "TLS failed"},
    Phrase{"root certificate file", "the authority's certificate cannot be read"},
    Phrase{"server is in hot standby mode", "it is no primary"},
    Phrase{"server closed the connection", "it closed the connection"},
    Phrase{"timeout expired", "no answer in time"},
};

constexpr std::array states{
    Phrase{"25006", "read-only"},          Phrase{"28000", "login refused"},
    Phrase{"28P01", "password refused"},   Phrase{"3D000", "no such database"},
    Phrase{"42501", "not permitted"},      Phrase{"53100", "disk full"},
    Phrase{"53300", "out of connections"}, Phrase{"57014", "cancelled"},
    Phrase{"57P01", "shutting down"},      Phrase{"57P03", "starting up"},
};

}  // namespace

UnitSet named_standbys(const AppName& app, std::string_view parameter) {
  UnitSet named;
  while (!parameter.empty()) {
    const char letter = parameter.front();
    std::string name;
    if (letter == '"') {
      parameter.remove_prefix(1);
      name = take_quoted(parameter);
    } else {
      name = take_word(parameter);
      if (name.empty()) parameter.remove_prefix(1);  // a separator
      if (letter == '(') named.clear();              // what stood before it says how many
    }
    if (const auto member = parse_member_name(app, name)) named.insert(unit_of(*member));
  }
  return named;
}

std::vector<std::string> asked_roles(std::string_view list) {
  std::vector<std::string> roles;
  while (!list.empty()) {
    std::string& role = roles.emplace_back(take_until(list, ','));
    for (char& letter : role) {
      if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    }
  }
  return roles;
}

std::string client_user_name(RelationId relation) {
  return std::string(client_prefix).append(std::to_string(relation.number));
}

std::optional<RelationId> parse_client_user_name(std::string_view name) {
  if (!name.starts_with(client_prefix)) return std::nullopt;
  const std::string_view digits = name.substr(client_prefix.size());
  std::uint16_t number = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc() || stop != end || number == 0 || digits.front() == '0') {
    return std::nullopt;
  }
  return RelationId{number};
}

BoundedText<15> version_number(std::string_view server_version) {
  return BoundedText<15>(take_until(server_version, ' '));
}

std::string_view sqlstate_in(std::string_view message) {
  constexpr std::string_view before = "FATAL:  ";
  constexpr std::size_t length = 5;
  const std::size_t found = message.find(before);
  if (found == std::string_view::npos) return {};
  const std::string_view state = message.substr(found + before.size(), length);
  if (state.size() != length || !std::ranges::all_of(state, is_upper_or_digit)) return {};
  return state;
}

std::string_view kind_of_failure(std::string_view message) {
  const auto found = std::ranges::find_if(
      phrases, [message](const Phrase& phrase) { return message.contains(phrase.first); });
  return found == phrases.end() ? "no connection" : found->second;
}

std::string_view meaning_of(std::string_view sqlstate) {
  const auto found = std::ranges::find(states, sqlstate, &Phrase::first);
  return found == states.end() ? std::string_view() : found->second;
}

}  // namespace charm::live
