// A pod of the rig (tests/live/rig/pod), of application `postgresql-k8s` in the model `testing`: a
// real Pebble, and under it, as soon as a layer says so, a real Patroni and PostgreSQL.
#pragma once

#include <cstdint>
#include <string>

namespace charm::live::given {

class RigPod {
 public:
  // Starts it. The caller looks whether it runs.
  explicit RigPod(std::uint16_t ordinal);
  // Ends all that runs in it, and its Pod object.
  ~RigPod();
  RigPod(const RigPod&) = delete;
  RigPod& operator=(const RigPod&) = delete;

  // Why it does not run; empty: it does.
  [[nodiscard]] const std::string& lacks() const { return lacks_; }
  [[nodiscard]] std::string socket() const;
  // Of its network: `10.199.0.10`; this machine reaches it.
  [[nodiscard]] std::string address() const;
  // `kill`, `partition`, `heal`: what the script calls so.
  [[nodiscard]] bool run(const std::string& command) const;

 private:
  [[nodiscard]] std::string line(const std::string& command) const;

  std::uint16_t ordinal_;
  std::string lacks_;
};

}  // namespace charm::live::given
