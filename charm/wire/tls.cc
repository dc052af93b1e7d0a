#include "charm/wire/tls.h"

#include <optional>

#include "charm/wire/json.h"
#include "charm/wire/pem.h"
#include "charm/wire/secret_content.h"

namespace charm::wire {
namespace {

constexpr const char* request_key = "certificate_signing_request";

// Reads fields one after the other, up to the first that cannot be read.
class Fields {
 public:
  Fields(const Bag& bag, const Bag& content) : bag_(bag), content_(content) {}

  std::string read(PemKind kind, std::string_view in_bag, std::string_view key) {
    auto text = parse_pem(key, kind, field_of(bag_, in_bag, content_, key));
    if (text) return *std::move(text);
    if (!error_) error_ = text.error();
    return {};
  }
  [[nodiscard]] const std::optional<WireError>& error() const { return error_; }

 private:
  const Bag& bag_;
  const Bag& content_;
  std::optional<WireError> error_;
};

const std::string* text_in(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : found->get_ptr<const std::string*>();
}

// One entry of a provider's list; nothing, if it does not fit.
struct Entry {
  std::string request;
  IssuedCertificate issued;
};

std::optional<std::string> parse_chain(const nlohmann::json& list) {
  std::string chain;
  if (!list.is_array()) return std::nullopt;
  for (const nlohmann::json& item : list) {
    if (!item.is_string()) return std::nullopt;
    if (!chain.empty()) chain += '\n';
    chain += strip(item.get_ref<const std::string&>());
  }
  return chain;
}

std::optional<Entry> parse_entry(const nlohmann::json& given) {
  if (!given.is_object() || !given.contains("chain")) return std::nullopt;
  const std::string* request = text_in(given, request_key);
  const std::string* certificate = text_in(given, "certificate");
  const std::string* ca = text_in(given, "ca");
  const auto chain = parse_chain(given["chain"]);
  const auto revoked = given.find("revoked");
  const bool has_revoked = revoked != given.end();
  if (request == nullptr || certificate == nullptr || ca == nullptr || !chain) return std::nullopt;
  if (has_revoked && !revoked->is_boolean()) return std::nullopt;
  const std::string& authority = chain->empty() ? *ca : *chain;
  const auto own = parse_pem("certificate", PemKind::certificates, *certificate);
  const auto others = parse_pem("chain", PemKind::certificates, authority);
  if (!own || !others) return std::nullopt;
  return Entry{.request = *request,
               .issued = {.certificate = *own,
                          .authority = *others,
                          .revoked = has_revoked && revoked->get<bool>()}};
}

}  // namespace

Wire<UnitSecret> parse_unit_secret(const Bag& peers_unit, const Bag& content) {
  Fields fields(peers_unit, content);
  const std::string key = fields.read(PemKind::private_key, "key", "key");
  const std::string certificate = fields.read(PemKind::certificates, "cert", "cert");
  const std::string ca = fields.read(PemKind::certificates, "ca", "cauth");
  const std::string chain = fields.read(PemKind::certificates, "chain", "chain");
  const std::string request = fields.read(PemKind::request, "csr", "csr");
  const std::string of_request = fields.read(PemKind::private_key, {}, "requested-key");
  if (fields.error()) return std::unexpected(*fields.error());

  UnitSecret secret{.key = {},
                    .certificate = {},
                    .authority = {},
                    .request = request,
                    .request_key = of_request.empty() ? key : of_request};
  // As upstream counts: TLS is on when all three are there (charm-hooks.md, section 5.2).
  if (key.empty() || certificate.empty() || ca.empty()) return secret;
  secret.key = key;
  secret.certificate = certificate;
  secret.authority = chain.empty() ? ca : chain;
  return secret;
}

Bag with_unit_secret(Bag content, const UnitSecret& secret) {
  const auto write = [&content](std::string_view key, const std::string& text) {
    content.insert_or_assign(std::string(key), text.empty() ? std::string(removed_marker) : text);
  };
  // Upstream has one key, of the request as of the certificate.
  write("key", secret.key.empty() ? secret.request_key : secret.key);
  write("cert", secret.certificate);
  write("cauth", secret.authority);
  write("chain", secret.authority);
  write("csr", secret.request);
  write("requested-key", secret.request_key);
  return content;
}

Wire<std::vector<std::string>> parse_certificate_requests(std::string_view text) {
  constexpr std::string_view key = "certificate_signing_requests";
  if (text.empty()) return {};
  const auto list = parse_json(key, text);
  if (!list) return std::unexpected(list.error());
  if (!list->is_array()) return refuse(key, "is no list");
  std::vector<std::string> requests;
  for (const nlohmann::json& item : *list) {
    const std::string* request = item.is_object() ? text_in(item, request_key) : nullptr;
    if (request == nullptr) return refuse(key, "has an entry without a request");
    const auto pem = parse_pem(key, PemKind::request, *request);
    if (!pem) return std::unexpected(pem.error());
    requests.push_back(*pem);
  }
  return requests;
}

std::string certificate_requests_text(const std::string& request) {
  nlohmann::json list = nlohmann::json::array();
  if (!request.empty()) list.push_back({{request_key, request}, {"ca", false}});
  return to_python_json(list);
}

IssuedCertificate parse_issued_certificate(std::string_view certificates,
                                           std::string_view request) {
  const auto list = parse_json("certificates", certificates);
  if (!list || !list->is_array()) return {};
  IssuedCertificate found;
  for (const nlohmann::json& item : *list) {
    const auto entry = parse_entry(item);
    if (!entry) return {};
    if (strip(entry->request) == strip(request)) found = entry->issued;
  }
  return found;
}

}  // namespace charm::wire
