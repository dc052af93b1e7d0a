#include "charm/live/kubernetes_access.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>

#include "charm/live/kubernetes_objects.h"
#include "charm/tls/private_key.h"

namespace charm::live {
namespace {

using Access = std::expected<KubernetesAccess, AccessError>;

constexpr std::size_t longest = std::size_t{1} << 20U;

std::unexpected<AccessError> refuse(std::string text) {
  return std::unexpected(AccessError{std::move(text)});
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

// A host name, or an address of either family.
bool is_host(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_letter || (c >= '0' && c <= '9') || c == '.' || c == ':' || c == '-';
  });
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Looks a key up; nothing if there is none, or what it stands in is no map.
YAML::Node item_in(const YAML::Node& map, const char* key) {
  if (!map.IsDefined() || !map.IsMap()) return YAML::Node(YAML::NodeType::Undefined);
  return map[key];
}

std::string text_in(const YAML::Node& map, const char* key) {
  const YAML::Node found = item_in(map, key);
  return found.IsDefined() && found.IsScalar() ? found.Scalar() : std::string();
}

// Of `clusters`, `contexts` or `users`, the one of this name, without its wrapping.
YAML::Node named(const YAML::Node& root, const char* list, const char* kind,
                 const std::string& name) {
  const YAML::Node items = item_in(root, list);
  if (items.IsDefined() && items.IsSequence()) {
    for (const YAML::Node& item : items) {
      if (!name.empty() && text_in(item, "name") == name) return item_in(item, kind);
    }
  }
  return YAML::Node(YAML::NodeType::Undefined);
}

// `<key>-data` is base64; `<key>` is a file.
std::expected<Source, AccessError> pem_in(const YAML::Node& map, const std::string& key,
                                          const std::string& folder) {
  const std::string data = text_in(map, (key + "-data").c_str());
  if (!data.empty()) {
    const auto text = tls::decode_base64(data);
    if (!text) return refuse(key + "-data is no base64");
    return Source{.text = *text};
  }
  const std::string file = text_in(map, key.c_str());
  if (file.empty()) return Source{};
  return Source{.file = (std::filesystem::path(folder) / file).string()};
}

std::optional<AccessError> take_user(const YAML::Node& user, const std::string& folder,
                                     KubernetesAccess& access) {
  if (item_in(user, "exec").IsDefined() || item_in(user, "auth-provider").IsDefined()) {
    return AccessError{"its user's credential is made by a program"};
  }
  const std::string file = text_in(user, "tokenFile");
  access.token.text = text_in(user, "token");
  if (!file.empty()) {
    access.token = {.file = (std::filesystem::path(folder) / file).string(), .text = {}};
  }
  auto certificate = pem_in(user, "client-certificate", folder);
  if (!certificate) return certificate.error();
  auto key = pem_in(user, "client-key", folder);
  if (!key) return key.error();
  access.certificate = std::move(*certificate);
  access.key = std::move(*key);
  return std::nullopt;
}

Access access_in(const YAML::Node& root, const std::string& folder) {
  const YAML::Node context = named(root, "contexts", "context", text_in(root, "current-context"));
  const YAML::Node cluster = named(root, "clusters", "cluster", text_in(context, "cluster"));
  KubernetesAccess access{.server = text_in(cluster, "server"),
                          .name_space = text_in(context, "namespace")};
  while (access.server.ends_with('/')) access.server.pop_back();
  if (!access.server.starts_with("https://")) return refuse("it names no https server");
  if (text_in(cluster, "insecure-skip-tls-verify") == "true") {
    return refuse("the server's certificate shall not be checked");
  }
  if (access.name_space.empty()) access.name_space = "default";
  if (!is_kubernetes_name(access.name_space)) return refuse("its namespace has no such name");
  auto authority = pem_in(cluster, "certificate-authority", folder);
  if (!authority) return std::unexpected(authority.error());
  access.authority = std::move(*authority);
  const YAML::Node user = named(root, "users", "user", text_in(context, "user"));
  if (auto refused = take_user(user, folder, access)) return std::unexpected(*refused);
  return access;
}

}  // namespace

std::expected<std::string, AccessError> contents(const Source& source) {
  if (source.file.empty()) return std::string(trimmed(source.text));
  std::ifstream in(source.file, std::ios::binary);
  std::array<char, 4096> piece{};
  std::string text;
  while (in && text.size() <= longest) {
    in.read(piece.data(), piece.size());
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (!in.is_open() || in.bad()) return refuse("cannot read " + source.file);
  if (text.size() > longest) return refuse(source.file + " is longer than 1 MiB");
  const std::string_view found = trimmed(text);
  if (found.empty()) return refuse(source.file + " is empty");
  return std::string(found);
}

Access in_cluster_access(std::string_view host, std::string_view port, std::string_view folder) {
  if (!is_host(host) || !is_port(port)) {
    return refuse("KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT name no server");
  }
  const bool is_version_6 = host.find(':') != std::string_view::npos;
  KubernetesAccess access;
  access.server = std::string("https://")
                      .append(is_version_6 ? "[" : "")
                      .append(host)
                      .append(is_version_6 ? "]" : "")
                      .append(":")
                      .append(port);
  const std::string below = std::string(folder) + '/';
  access.authority.file = below + "ca.crt";
  access.token.file = below + "token";
  auto name = contents({.file = below + "namespace", .text = {}});
  if (!name) return std::unexpected(name.error());
  if (!is_kubernetes_name(*name)) return refuse(below + "namespace holds no name");
  access.name_space = std::move(*name);
  return access;
}

Access kubeconfig_access(const std::string& path) {
  const auto text = contents({.file = path, .text = {}});
  if (!text) return std::unexpected(text.error());
  auto access = parse_kubeconfig(*text, std::filesystem::path(path).parent_path().string());
  if (!access) return refuse("cannot use " + path + ": " + access.error().text);
  return access;
}

Access parse_kubeconfig(std::string_view text, const std::string& folder) {
  try {
    return access_in(YAML::Load(std::string(text)), folder);
  } catch (const YAML::Exception&) {
    return refuse("it is no YAML");  // what yaml-cpp says of it quotes it
  }
}

}  // namespace charm::live
