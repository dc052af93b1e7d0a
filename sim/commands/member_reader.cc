// What is not there is read as null, which is of no kind that is asked for.
#include "sim/commands/member_reader.h"

#include <limits>

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

Json any_member(const Json& json, const char* key) {
  return json.is_object() ? json.value(key, Json()) : Json();
}

}  // namespace

void MemberReader::refuse(const std::string& pointer, std::string what, std::string right) {
  if (!error_) error_ = wrong_in(file_, pointer, std::move(what), std::move(right));
}

std::uint64_t MemberReader::number(const Json& json, const std::string& parent, const char* key,
                                   std::uint64_t least, std::uint64_t most) {
  const Json member = any_member(json, key);
  if (member.is_number_unsigned()) {
    const auto number = member.get<std::uint64_t>();
    if (number >= least && number <= most) return number;
  }
  refuse(pointer_to(parent, key), "is " + member.dump(),
         "must be a whole number, " + std::to_string(least) + " to " + std::to_string(most));
  return least;
}

std::uint32_t MemberReader::small(const Json& json, const std::string& parent, const char* key) {
  return static_cast<std::uint32_t>(
      number(json, parent, key, 0, std::numeric_limits<std::uint32_t>::max()));
}

std::string MemberReader::text(const Json& json, const std::string& parent, const char* key) {
  const Json member = any_member(json, key);
  if (member.is_string()) return member.get<std::string>();
  refuse(pointer_to(parent, key), "is no text", "must be one");
  return {};
}

bool MemberReader::truth(const Json& json, const std::string& parent, const char* key) {
  const Json member = any_member(json, key);
  if (!member.is_boolean()) {
    refuse(pointer_to(parent, key), "is " + member.dump(), "must be true or false");
  }
  return member == Json(true);
}

const Json& MemberReader::list(const Json& json, const std::string& parent, const char* key) {
  static const Json none = Json::array();
  const auto found = json.is_object() ? json.find(key) : json.end();
  if (found != json.end() && found->is_array()) return *found;
  refuse(pointer_to(parent, key), "is no list", "must be one");
  return none;
}

}  // namespace sim
