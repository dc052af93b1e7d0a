#include "charm/live/private_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "charm/types/outcome.h"

namespace charm::live {
namespace {

[[noreturn]] void fail(std::string_view text) {
  throw HookFailed(std::string(text).append(": ").append(std::generic_category().message(errno)));
}

}  // namespace

PrivateFolder::PrivateFolder() {
  const char* parent = std::getenv("TMPDIR");
  path_ = parent != nullptr && *parent == '/' ? parent : "/tmp";
  path_.append("/charm-XXXXXX");
  if (::mkdtemp(path_.data()) == nullptr) fail("cannot make a folder for a secret's content");
}

PrivateFolder::~PrivateFolder() {
  for (int file = 0; file < files_; ++file) {
    ::unlink((path_ + '/' + std::to_string(file)).c_str());
  }
  ::rmdir(path_.c_str());
}

std::string PrivateFolder::write(std::string_view contents) {
  std::string path = path_ + '/' + std::to_string(files_++);
  constexpr mode_t mine_alone = 0600;
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mine_alone);
  if (file < 0) fail("cannot make a file for a secret's content");
  std::string_view rest = contents;
  while (!rest.empty()) {
    const ssize_t written = ::write(file, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      ::close(file);
      fail("cannot write a secret's content");
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  ::close(file);
  return path;
}

}  // namespace charm::live
