// Files that nobody but this user can read, for the time of one call: a hook tool reads a secret's
// content from files, so that it stands in no argument. Source: juju-and-pebble.md, section 2.2.
#pragma once

#include <string>
#include <string_view>

namespace charm::live {

class PrivateFolder {
 public:
  // In TMPDIR, or else in /tmp, where ops puts them, too: Juju's agent, which does the reading, is
  // in the same container. Throws HookFailed if it cannot be made.
  PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  // It goes with all that is in it.
  ~PrivateFolder();

  // The path of a new file with these contents. Throws HookFailed if it cannot be written.
  std::string write(std::string_view contents);
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  int files_ = 0;
};

}  // namespace charm::live
