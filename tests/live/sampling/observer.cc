#include "tests/live/sampling/observer.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <exception>
#include <sstream>
#include <utility>

#include "tests/live/api_server.h"

namespace sampling {
namespace {

using charm::UnitName;
using nlohmann::json;

std::string annotation(const json& object, const char* name) {
  if (!object.is_object() || !object.contains("metadata")) return {};
  return object["metadata"].value("annotations", json::object()).value(name, "");
}

bool listens(const std::string& address, std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  ::inet_pton(AF_INET, address.c_str(), &to.sin_addr);
  (void)::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof(to));
  pollfd waiting{.fd = socket, .events = POLLOUT, .revents = 0};
  int failure = ETIMEDOUT;
  socklen_t size = sizeof(failure);
  if (::poll(&waiting, 1, 20) == 1) ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &failure, &size);
  ::close(socket);
  return failure == 0;
}

}  // namespace

std::int64_t moment_in(const std::string& text) {
  std::tm parts{};
  const char* rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) return 0;
  std::int64_t micros = 0;
  if (*rest == '.') {
    std::int64_t unit = 100'000;
    for (++rest; *rest >= '0' && *rest <= '9'; ++rest, unit /= 10) micros += (*rest - '0') * unit;
  }
  return std::int64_t{::timegm(&parts)} * 1'000'000 + micros;
}

Observer::Observer(std::string app, std::string model, std::map<UnitName, std::string> addresses,
                   Journal& journal)
    : app_(std::move(app)),
      model_(std::move(model)),
      addresses_(std::move(addresses)),
      journal_(journal),
      thread_([this](const std::stop_token& over) { follow(over); }) {}

Observer::Lock Observer::lock() const {
  const std::lock_guard lock(mutex_);
  return lock_;
}

std::vector<std::int64_t> Observer::latencies() {
  const std::lock_guard lock(mutex_);
  return std::exchange(latencies_, {});
}

void Observer::keep(bool& last, bool is_so, Sight sight, UnitName unit, std::int64_t since_us) {
  if (last == is_so) return;
  last = is_so;
  journal_.note(
      {.at_us = now_us(), .sight = sight, .unit = unit, .is_so = is_so, .since_us = since_us});
}

void Observer::look(const json& endpoints, const json& pods) {
  Lock seen;
  std::int64_t acquired_us = 0;
  for (const json& object : endpoints.value("items", json::array())) {
    const std::string name = object["metadata"].value("name", "");
    if (name == "patroni-" + app_) {
      seen.holder = annotation(object, "leader");
      seen.renewed_us = moment_in(annotation(object, "renewTime"));
      acquired_us = moment_in(annotation(object, "acquireTime"));
    } else if (name == "patroni-" + app_ + "-sync") {
      std::istringstream listed(annotation(object, "sync_standby"));
      for (std::string one; std::getline(listed, one, ',');) seen.synchronous.push_back(one);
    }
  }
  for (const auto& [unit, address] : addresses_) {
    const std::string name = app_ + '-' + std::to_string(unit.ordinal);
    Member& member = members_[unit];
    keep(member.holds, seen.holder == name, Sight::lock, unit, acquired_us);
    bool routed = false;
    for (const json& pod : pods.value("items", json::array())) {
      const json& metadata = pod["metadata"];
      if (metadata.value("name", "") != name || metadata.contains("deletionTimestamp")) continue;
      const json labels = metadata.value("labels", json::object());
      // What the charm's primary Service selects (charm/live/kubernetes_objects.cc).
      routed = labels.value("role", "") == "primary" &&
               labels.value("cluster-name", "") == "patroni-" + app_;
    }
    keep(member.routed, routed, Sight::route, unit, 0);
  }
  const std::lock_guard lock(mutex_);
  lock_ = std::move(seen);
}

// Patroni begins a thread for each connection: one that answers is left alone most of the time.
void Observer::look_at_rest() {
  ++looks_;
  for (const auto& [unit, address] : addresses_) {
    if (members_[unit].rest && looks_ % 20 != 0) continue;
    keep(members_[unit].rest, listens(address, 8008), Sight::rest, unit, 0);
  }
}

void Observer::follow(const std::stop_token& over) {
  charm::live::given::ApiServer api;
  const std::string all = "/api/v1/namespaces/" + model_;
  json endpoints;
  json pods;
  const auto timed = [&](const std::string& path) {
    const auto begun = std::chrono::steady_clock::now();
    json answer = api.get(path);
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - begun);
    const std::lock_guard lock(mutex_);
    latencies_.push_back(took.count());
    return answer;
  };
  while (!over.stop_requested()) {
    const auto begun = std::chrono::steady_clock::now();
    try {
      endpoints = timed(all + "/endpoints");
      pods = timed(all + "/pods");
      look(endpoints, pods);
    } catch (const std::exception&) {  // the API server has not answered what it should
    }
    look_at_rest();
    std::this_thread::sleep_until(begun + interval);
  }
}

}  // namespace sampling
