#include "charm/wire/client.h"

#include <algorithm>

#include "charm/wire/json.h"
#include "charm/wire/pem.h"

namespace charm::wire {
namespace {

constexpr std::string_view port = ":5432";
constexpr std::string_view tls_on = "True";
constexpr std::string_view tls_off = "False";

bool is_printable(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

// What is too long is cut, and the hook refuses it for that (charm/types/client.h).
Wire<RequestText> parse_request_text(const Bag& bag, std::string_view key) {
  const std::string_view text = value_of(bag, key);
  if (!is_printable(text)) return refuse(key, "has control characters");
  return RequestText(text);
}

// So that each application's clients have the same endpoint for ever: it is a Service.
std::string endpoint(const ClientContext& context, std::string_view service) {
  return std::string(context.app.text)
      .append("-")
      .append(service)
      .append(".")
      .append(context.model)
      .append(".svc.cluster.local")
      .append(port);
}

std::string user_name(RelationId relation) {
  return "relation_id_" + std::to_string(relation.number);
}

// The copy of the request by which a library knows what has changed: without its own key `data`.
std::string marker(Bag request_bag) {
  request_bag.erase("data");
  return to_python_json(nlohmann::json(request_bag));
}

Bag user_fields(const ClientContext& context, const ClientRequest& request,
                const ClientOffer& offer) {
  const std::string user = user_name(context.relation);
  const std::string password(offer.password.reveal());
  return {{"username", user},
          {"password", password},
          {"uris", "postgresql://" + user + ':' + password + '@' + endpoint(context, "primary") +
                       '/' + std::string(request.database.view())}};
}

constexpr std::string_view asked_secrets = "requested-secrets";

bool is_asked_in_secret(const Bag& request_bag, std::string_view field) {
  const auto asked = parse_text_list(asked_secrets, value_of(request_bag, asked_secrets));
  return asked && std::ranges::find(*asked, field) != asked->end();
}

}  // namespace

Wire<ClientRequest> parse_client_request(const Bag& bag) {
  const auto database = parse_request_text(bag, "database");
  if (!database) return std::unexpected(database.error());
  if (database->empty()) return {};
  const auto roles = parse_request_text(bag, "extra-user-roles");
  if (!roles) return std::unexpected(roles.error());
  const auto secrets = parse_text_list(asked_secrets, value_of(bag, asked_secrets));
  if (!secrets) return std::unexpected(secrets.error());
  const bool wants = std::ranges::any_of(*secrets, [](const std::string& field) {
    return field == "username" || field == "password" || field == "uris";
  });
  return ClientRequest{.database = *database, .extra_user_roles = *roles, .wants_secret = wants};
}

ClientAnswer client_answer(const ClientContext& context, const Bag& request_bag,
                           const ClientRequest& request, const ClientOffer& offer) {
  const bool secured = !context.tls_ca.empty();
  ClientAnswer answer;
  answer.bag = {{"data", marker(request_bag)},
                {"database", std::string(request.database.view())},
                {"endpoints", endpoint(context, "primary")},
                {"read-only-endpoints",
                 offer.read_only_endpoints ? endpoint(context, "replicas") : std::string()},
                {"version", std::string(offer.version.view())}};
  const Bag user = user_fields(context, request, offer);
  // One of the user's fields in a secret takes the others there, since the URIs have the password.
  // Those of TLS go where each is asked for (config-and-wire.md, 3.2).
  if (offer.in_secret) {
    answer.secret_user = user;
  } else {
    answer.bag.insert(user.begin(), user.end());
  }
  for (const auto& [field, value] :
       {std::pair{"tls", std::string(secured ? tls_on : tls_off)}, {"tls-ca", context.tls_ca}}) {
    if (!offer.in_secret || !is_asked_in_secret(request_bag, field)) {
      answer.bag.insert({field, value});
    } else if (!value.empty()) {
      answer.secret_tls.insert({field, value});
    }
  }
  return answer;
}

Wire<Secret> parse_offered_password(std::string_view text) {
  if (text.size() > Secret::capacity) return refuse("password", "is too long");
  if (!is_printable(text)) return refuse("password", "has control characters");
  return Secret(text);
}

Wire<BoundedText<15>> parse_offered_version(std::string_view text) {
  if (text.size() > 15) return refuse("version", "is longer than 15 bytes");
  if (!is_printable(text)) return refuse("version", "has control characters");
  return BoundedText<15>(text);
}

Wire<bool> parse_offered_tls(std::string_view text) {
  if (text.empty() || text == tls_off) return false;
  if (text == tls_on) return true;
  return refuse("tls", "is neither True nor False");
}

Wire<std::string> parse_offered_authority(std::string_view text) {
  return parse_pem("tls-ca", PemKind::certificates, text);
}

Wire<ToldOffer> parse_client_offer(const ClientAnswer& told) {
  const bool user_in_secret = !value_of(told.bag, "secret-user").empty();
  const Bag& of_user = user_in_secret ? told.secret_user : told.bag;
  Bag of_tls;
  if (!value_of(told.bag, "secret-tls").empty()) of_tls = told.secret_tls;
  of_tls.insert(told.bag.begin(), told.bag.end());
  const auto password = parse_offered_password(value_of(of_user, "password"));
  if (!password) return std::unexpected(password.error());
  const auto version = parse_offered_version(value_of(told.bag, "version"));
  if (!version) return std::unexpected(version.error());
  const auto tls = parse_offered_tls(value_of(of_tls, "tls"));
  if (!tls) return std::unexpected(tls.error());
  const auto authority = parse_offered_authority(value_of(of_tls, "tls-ca"));
  if (!authority) return std::unexpected(authority.error());
  return ToldOffer{
      .offer = {.password = *password,
                .version = *version,
                .in_secret = user_in_secret,
                .read_only_endpoints = !value_of(told.bag, "read-only-endpoints").empty(),
                .authority = {}},
      .tls_ca = *tls ? *authority : std::string()};
}

}  // namespace charm::wire
