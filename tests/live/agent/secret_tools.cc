// Secrets. Source: juju-and-pebble.md, sections 2.2, 3.2 and 3.8.
#include <algorithm>

#include "tests/live/agent/tool_call.h"

namespace agent {
namespace {

using Kind = SecretName::Kind;
using charm::wire::Bag;
using nlohmann::json;

bool is_applications(const SecretName& secret) { return secret.kind != Kind::unit; }

std::string not_found(std::string_view what) {
  return "secret \"" + std::string(what) + "\" not found";
}

std::string bare(std::string_view uri) {
  const std::string_view id = uri.substr(uri.rfind(':') + 1);
  return std::string(id.substr(id.rfind('/') + 1));
}

// `key=value` and `key#file=PATH`.
template <class Call>
Bag content_of(Call& call, Arguments& arguments) {
  Bag content;
  for (const std::string& word : arguments.take_all()) {
    const auto equals = word.find('=');
    if (equals == word.npos || equals == 0) refuse_use("key value \"" + word + "\" not valid");
    std::string key = word.substr(0, equals);
    std::string value = word.substr(equals + 1);
    constexpr std::string_view from_file = "#file";
    if (key.ends_with(from_file)) {
      key.resize(key.size() - from_file.size());
      value = call.text_of(value);
    }
    content.insert_or_assign(key, value);
  }
  return content;
}

}  // namespace

void Tools::secret_add(Call& call) {
  Arguments arguments =
      call.arguments({.with_value = {"--label", "--owner", "--description"}, .flags = {}});
  if (arguments.at_end()) refuse_use("missing secret value or filename");
  const Bag content = content_of(call, arguments);
  std::string owner = arguments.value("--owner");
  if (owner.empty()) owner = "application";
  if (owner != "application" && owner != "unit") {
    refuse_use("secret owner \"" + owner + "\" not valid");
  }
  if (owner == "application" && !juju_.is_leader(call.unit)) refuse("this unit is not the leader");
  const auto secret = texts_.secret_of_label(arguments.value("--label"));
  if (!secret || is_applications(*secret) != (owner == "application")) {
    throw NoPlace("the model has no place for a secret of that label and owner");
  }
  // The controller would refuse a second one with that label when the hook ends.
  if (texts_.exists(call.unit, *secret)) throw NoPlace("there is a secret of that label");
  texts_.set_secret(call.unit, *secret, content);
  call.output = "secret:" + texts_.id_of(call.unit, *secret) + '\n';
}

// Whoever does not know the secret's owner learns it when the hook ends: the flush is refused.
void Tools::secret_set(Call& call) {
  Arguments arguments =
      call.arguments({.with_value = {"--label", "--owner", "--description"}, .flags = {}});
  if (arguments.at_end()) refuse_use("missing secret URI");
  const std::string uri = arguments.take();
  const auto secret = texts_.secret_of_id(call.unit, uri);
  const Bag content = content_of(call, arguments);
  if (!secret) throw NoPlace("the model has no such secret");
  const bool knows_owner = juju_.hook(call.unit)->led_at_begin;
  if (is_applications(*secret) && knows_owner && !juju_.is_leader(call.unit)) {
    refuse("this unit is not the leader");
  }
  texts_.set_secret(call.unit, *secret, content);
}

void Tools::secret_get(Call& call) {
  Arguments arguments =
      call.arguments({.with_value = {"--label"}, .flags = {"--peek", "--refresh"}});
  const std::string uri = arguments.take();
  const std::string key = arguments.take();
  arguments.end();
  const std::string label = arguments.value("--label");
  if (uri.empty() && label.empty()) refuse_use("require either a secret URI or label");
  if (arguments.flag("--peek") && arguments.flag("--refresh")) {
    refuse_use("specify one of --peek or --refresh but not both");
  }
  if (arguments.flag("--peek")) throw NoPlace("the model has no --peek");
  const auto secret =
      uri.empty() ? texts_.secret_of_label(label) : texts_.secret_of_id(call.unit, uri);
  if (!secret || !texts_.exists(call.unit, *secret)) {
    refuse(uri.empty() ? "consumer label \"" + label + "\" not found" : not_found(bare(uri)));
  }
  // Of one that has been changed here the old revision is read, unless the new one is asked for by
  // the URI that it was changed by: of a change Juju's hook context keeps no label.
  const bool refresh = arguments.flag("--refresh");
  const bool is_new = !texts_.is_committed(call.unit, *secret);
  const bool with_own = is_new || (refresh && !uri.empty());
  const Bag content =
      texts_.secret(call.unit, *secret,
                    refresh ? model::juju::SecretRead::refresh : model::juju::SecretRead::tracked,
                    with_own ? StoredTexts::Own::with : StoredTexts::Own::without);
  if (key.empty()) return call.print(content, arguments.as_json());
  const auto found = content.find(key);
  if (found == content.end()) refuse("secret key value \"" + key + "\" not found");
  call.print(found->second, arguments.as_json());
}

// Only its owner is told of it: the unit, or the leader.
std::string Tools::owned_id(Call& call, const SecretName& secret, const std::string& shown) {
  const bool owns = !is_applications(secret) || juju_.is_leader(call.unit);
  if (!owns || !texts_.exists(call.unit, secret)) refuse(not_found(shown));
  return texts_.id_of(call.unit, secret);
}

void Tools::secret_info_get(Call& call) {
  Arguments arguments = call.arguments({.with_value = {"--label"}, .flags = {}});
  const std::string uri = arguments.take();
  arguments.end();
  const std::string label = arguments.value("--label");
  if (uri.empty() && label.empty()) refuse_use("require either a secret URI or label");
  if (!uri.empty() && !label.empty()) {
    refuse_use("specify either a secret URI or label but not both");
  }
  const std::string shown = uri.empty() ? label : bare(uri);
  const auto secret =
      uri.empty() ? texts_.secret_of_label(label) : texts_.secret_of_id(call.unit, uri);
  if (!secret) refuse(not_found(shown));
  const std::string id = owned_id(call, *secret, shown);
  const std::uint16_t revision = juju_.world().shared().application.secret_revision;
  const bool counted = secret->kind == Kind::application && revision != 0;
  const json info{{"revision", counted ? revision : 1},
                  {"label", texts_.label_of(*secret)},
                  {"owner", is_applications(*secret) ? "application" : "unit"}};
  call.print({{id, info}}, true);
}

void Tools::secret_ids(Call& call) {
  Arguments arguments = call.arguments({});
  arguments.end();
  std::vector<std::string> ids;
  std::vector<SecretName> all{{Kind::application}, {Kind::unit}};
  for (std::size_t client = 0; client < juju_.deployment().clients.size(); ++client) {
    all.push_back({Kind::client_user, client});
    all.push_back({Kind::client_tls, client});
  }
  for (const SecretName& secret : all) {
    if (is_applications(secret) && !juju_.is_leader(call.unit)) continue;
    if (texts_.exists(call.unit, secret)) ids.push_back(texts_.id_of(call.unit, secret));
  }
  std::ranges::sort(ids);
  call.print(ids, arguments.as_json());
}

// In the model a secret that a client's bag names is granted to the client.
void Tools::secret_grant(Call& call) {
  Arguments arguments = call.arguments({.with_value = {"-r", "--unit"}, .flags = {}});
  if (arguments.at_end()) refuse_use("missing secret URI");
  const std::string uri = arguments.take();
  arguments.end();
  if (!arguments.has("-r")) refuse_use("no relation id specified");
  relation(call, arguments);
  const auto secret = texts_.secret_of_id(call.unit, uri);
  if (!secret) refuse(not_found(bare(uri)));
  owned_id(call, *secret, bare(uri));
}

void Tools::secret_revoke(Call& call) {
  Arguments arguments = call.arguments({.with_value = {"-r", "--unit", "--app"}, .flags = {}});
  if (arguments.at_end()) refuse_use("missing secret URI");
  const std::string uri = arguments.take();
  arguments.end();
  if (!arguments.has("-r") && !arguments.has("--unit") && !arguments.has("--app")) {
    refuse_use("missing relation or application or unit");
  }
  if (arguments.has("-r")) relation(call, arguments);
}

}  // namespace agent
