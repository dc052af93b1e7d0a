// Where the API server is, whom to trust there, and what to show: from a pod's own files, or from a
// kubeconfig. Source: patroni-and-kubernetes.md, section 7.1.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace charm::live {

// What stands in a file, which is read whenever it is asked for: tokens are replaced in place about
// once an hour. Or a text, if there is no file.
struct Source {
  std::string file;
  std::string text;

  [[nodiscard]] bool empty() const { return file.empty() && text.empty(); }
};

struct KubernetesAccess {
  std::string server;      // `https://10.0.0.1:443`, without a slash at its end
  std::string name_space;  // Juju's model
  Source authority;        // PEM; empty: the system's
  Source token;            // empty: none is shown
  Source certificate;      // PEM, with its key; empty: none is shown
  Source key;
};

// Why there is no access; with the file's name, and none of its contents.
struct AccessError {
  std::string text;
};

// Blanks at both ends aside. Refused are a file that is empty, cannot be read, or has more than 1
// MiB.
std::expected<std::string, AccessError> contents(const Source& source);

inline constexpr std::string_view service_account_folder =
    "/var/run/secrets/kubernetes.io/serviceaccount";

// Of a pod: `host` and `port` are KUBERNETES_SERVICE_HOST and _PORT, the folder holds token, ca.crt
// and namespace.
std::expected<KubernetesAccess, AccessError> in_cluster_access(
    std::string_view host, std::string_view port, std::string_view folder = service_account_folder);

// Of a kubeconfig's current context: token, tokenFile or a client certificate; texts in it or files
// beside it. Refused is a server that is not https or whose certificate shall not be checked, and
// programs that would make a credential.
std::expected<KubernetesAccess, AccessError> kubeconfig_access(const std::string& path);
// The same of its text; relative paths in it count from `folder`.
std::expected<KubernetesAccess, AccessError> parse_kubeconfig(std::string_view text,
                                                              const std::string& folder);

}  // namespace charm::live
