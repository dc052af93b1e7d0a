// A workload container with a real Pebble, for tests: needs root, and Pebble built (build.sh).
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/live/folder.h"

namespace charm::live::given {

class PebbleContainer {
 public:
  // Starts it, and waits until Pebble answers. The caller looks whether it does.
  PebbleContainer();
  // Ends all that runs in it.
  ~PebbleContainer();
  PebbleContainer(const PebbleContainer&) = delete;
  PebbleContainer& operator=(const PebbleContainer&) = delete;

  // SIGKILL: nothing of it stays but the storage.
  void kill();
  // A new container, on the same storage.
  void start();

  [[nodiscard]] std::string socket() const { return folder_.path() + "/socket/pebble.socket"; }
  // Where it is seen from outside: /var/lib/postgresql/data.
  [[nodiscard]] std::string storage() const { return folder_.path() + "/storage"; }
  // What Patroni's stand-in has been asked for: `start`, `reload`, `stop`, `crash`; in all
  // containers so far.
  [[nodiscard]] std::vector<std::string> events() const;
  // From now on Patroni's stand-in ends with an error as soon as it is started.
  void let_patroni_fail() const;

 private:
  Folder folder_;
  pid_t unshare_ = -1;
};

}  // namespace charm::live::given
