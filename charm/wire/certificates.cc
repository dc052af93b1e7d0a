#include "charm/wire/certificates.h"

#include <array>
#include <optional>

#include "charm/wire/json.h"

namespace charm::wire {
namespace {

using nlohmann::json;

constexpr std::string_view requests_key = "certificate_signing_requests";
constexpr const char* request_field = "certificate_signing_request";
constexpr std::string_view certificates_key = "certificates";
constexpr std::string_view removed_marker = "None";

std::string stripped(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

std::optional<std::string> text_in(const json& entry, const char* field) {
  const auto found = entry.find(field);
  if (found == entry.end() || !found->is_string()) return std::nullopt;
  return stripped(found->get_ref<const std::string&>());
}

std::optional<std::string> chain_in(const json& entry) {
  const auto found = entry.find("chain");
  if (found == entry.end() || !found->is_array()) return std::nullopt;
  std::string chain;
  for (const json& block : *found) {
    if (!block.is_string()) return std::nullopt;
    if (!chain.empty()) chain += '\n';
    chain += stripped(block.get_ref<const std::string&>());
  }
  return chain;
}

std::optional<bool> revoked_in(const json& entry) {
  const auto found = entry.find("revoked");
  if (found == entry.end()) return false;
  if (!found->is_boolean()) return std::nullopt;
  return found->get<bool>();
}

std::optional<IssuedCertificate> issued(const json& entry) {
  if (!entry.is_object()) return std::nullopt;
  const auto request = text_in(entry, request_field);
  const auto certificate = text_in(entry, "certificate");
  const auto ca = text_in(entry, "ca");
  const auto chain = chain_in(entry);
  const auto revoked = revoked_in(entry);
  if (!request || !certificate || !ca || !chain || !revoked) return std::nullopt;
  return IssuedCertificate{*request, *certificate, *ca, *chain, *revoked};
}

// The list under this key; an absent one is empty.
Wire<json> list_of(std::string_view key, std::string_view text) {
  if (text.empty()) return json::array();
  auto list = parse_json(key, text);
  if (list && !list->is_array()) return refuse(key, "is no list");
  return list;
}

struct Field {
  const char* name;
  std::string UnitSecret::* value;
};
constexpr std::array<Field, 6> fields{{{"key", &UnitSecret::key},
                                       {"csr", &UnitSecret::request},
                                       {"cert", &UnitSecret::certificate},
                                       {"cauth", &UnitSecret::ca},
                                       {"chain", &UnitSecret::chain},
                                       {"requested-key", &UnitSecret::requested_key}}};

}  // namespace

Wire<std::vector<std::string>> parse_certificate_requests(std::string_view text) {
  const auto list = list_of(requests_key, text);
  if (!list) return std::unexpected(list.error());
  std::vector<std::string> requests;
  for (const json& entry : *list) {
    if (!entry.is_object()) return refuse(requests_key, "has an entry that is no mapping");
    if (auto request = text_in(entry, request_field)) requests.push_back(*std::move(request));
  }
  return requests;
}

std::string certificate_requests_text(std::string_view pem) {
  json entry{{request_field, stripped(pem)}, {"ca", false}};
  return to_python_json(json::array({std::move(entry)}));
}

Wire<std::vector<IssuedCertificate>> parse_issued_certificates(std::string_view text) {
  const auto list = list_of(certificates_key, text);
  if (!list) return std::unexpected(list.error());
  std::vector<IssuedCertificate> all;
  for (const json& entry : *list) {
    auto one = issued(entry);
    if (!one) return refuse(certificates_key, "has an entry of another shape");
    all.push_back(*std::move(one));
  }
  return all;
}

UnitSecret parse_unit_secret(const Bag& content) {
  UnitSecret secret;
  for (const Field& field : fields) {
    const std::string_view text = value_of(content, field.name);
    if (text != removed_marker) secret.*field.value = stripped(text);
  }
  if (content.find("requested-key") == content.end()) secret.requested_key = secret.key;
  return secret;
}

Bag with_unit_secret(Bag content, const UnitSecret& secret) {
  for (const Field& field : fields) {
    const std::string& text = secret.*field.value;
    if (!text.empty()) {
      content.insert_or_assign(field.name, text);
    } else if (const auto found = content.find(field.name); found != content.end()) {
      found->second = removed_marker;
    }
  }
  // Without the field a later reader would take the key in use for it.
  if (secret.requested_key.empty() && !secret.key.empty()) {
    content.insert_or_assign("requested-key", std::string(removed_marker));
  }
  return content;
}

}  // namespace charm::wire
