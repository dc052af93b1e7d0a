// Juju's secrets, by their labels. Source: juju-and-pebble.md, sections 2.2, 3.2 and 3.8;
// charm-hooks.md, section 1.5.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "charm/live/hook_tools.h"
#include "charm/types/errors.h"

namespace charm::live {

// Each call throws HookFailed if Juju does not answer.
class Secrets {
 public:
  explicit Secrets(HookTools& tools) : tools_(tools) {}

  // Its latest revision, with a refresh each time, or what has been written here; nothing if there
  // is no such secret.
  std::optional<wire::Bag> content(std::string_view label);
  // Makes it, or gives it this content: all of it at once, since before 3.6 the last of several
  // writes in one hook was all that remained. The same content makes no revision. It is not empty.
  std::expected<void, NotLeader> set(std::string_view label, Scope owner, const wire::Bag& content);
  // Lets the application at the other end of the relation read it; answers with the secret's URI.
  // It is the application's own.
  std::expected<std::string, NotLeader> grant(std::string_view label, std::string_view relation);

 private:
  struct Known {
    std::string id;
    std::optional<wire::Bag> written;
  };
  std::expected<void, NotLeader> make(std::string_view label, Scope owner,
                                      const wire::Bag& content);
  std::expected<void, NotLeader> change(std::string_view label, const wire::Bag& content);
  std::expected<std::string, NotLeader> id_of(std::string_view label);

  HookTools& tools_;
  std::map<std::string, Known, std::less<>> known_;
};

}  // namespace charm::live
