#include "tests/live/scenes/routes.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "tests/live/api_server.h"
#include "tests/live/text_of.h"

namespace scenes {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using tests::text_of;

bool selects(const json& selector, const json& pod) {
  const json labels = pod["metadata"].value("labels", json::object());
  for (const auto& [name, value] : selector.items()) {
    if (!labels.contains(name) || labels[name] != value) return false;
  }
  // Who is on the way out is none of the endpoints.
  return !pod["metadata"].contains("deletionTimestamp") &&
         !pod["status"].value("podIP", "").empty();
}

// Its length is always the same, and it is written at once, so nobody reads a half of it.
void write_in_place(const fs::path& file, std::string text) {
  constexpr std::size_t size = 8192;
  text.resize(size, '\n');
  const int opened = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
  if (opened < 0) return;
  (void)!::pwrite(opened, text.data(), text.size(), 0);
  ::close(opened);
}

}  // namespace

Routes::Routes(std::string state, std::string model)
    : state_(std::move(state)),
      model_(std::move(model)),
      thread_([this](const std::stop_token& over) { follow(over); }) {}

std::vector<Routes::Seen> Routes::seen() {
  const std::lock_guard lock(mutex_);
  return std::exchange(seen_, {});
}

void Routes::note(const json& pods) {
  const auto now = std::chrono::steady_clock::now();
  for (const json& pod : pods) {
    const json& metadata = pod["metadata"];
    const std::string name = metadata["name"];
    const charm::UnitName unit{
        static_cast<std::uint16_t>(std::stoul(name.substr(name.rfind('-') + 1)))};
    const json status = json::parse(
        metadata.value("annotations", json::object()).value("status", "{}"), nullptr, false);
    std::string what = metadata.value("labels", json::object()).value("role", "no role");
    if (status.is_object()) what += ", " + status.value("state", "no state");
    std::string& last = last_seen_[unit];
    if (last == what) continue;
    last = what;
    const std::lock_guard lock(mutex_);
    seen_.push_back({.unit = unit, .at = now, .what = std::move(what)});
  }
}

void Routes::follow(const std::stop_token& over) {
  charm::live::given::ApiServer api;
  const std::string server = text_of(state_ + "/control-plane/server");  // https://10.199.0.1:6443
  const auto begin = server.find("//") + 2;
  const std::string nobody = server.substr(begin, server.rfind(':') - begin);
  const std::string all = "/api/v1/namespaces/" + model_;
  while (!over.stop_requested()) {
    const json pods = api.get(all + "/pods").value("items", json::array());
    note(pods);
    std::string names;
    for (const json& service : api.get(all + "/services").value("items", json::array())) {
      const json selector = service["spec"].value("selector", json::object());
      if (selector.empty()) continue;
      std::string address = nobody;
      for (const json& pod : pods) {
        if (selects(selector, pod)) address = pod["status"].value("podIP", "");
      }
      const std::string name = service["metadata"].value("name", "");
      const std::string domain = name + '.' + model_;
      names += address + ' ' + domain + ".svc.cluster.local " + domain + ".svc " + name + '\n';
    }
    for (const auto& pod : fs::directory_iterator(state_ + "/pods")) {
      if (!fs::exists(pod.path() / "charm-hosts")) continue;
      write_in_place(pod.path() / "charm-hosts", text_of(pod.path() / "hosts") + names);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
  }
}

}  // namespace scenes
