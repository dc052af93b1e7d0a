// What unit_agent is told, and tells: README.md has the list.
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/live/agent/dispatcher.h"

namespace agent {

// Of an application with the charm's own options, each at its default where `given` has none.
nlohmann::json configuration(const nlohmann::json& given);

class Rig {
 public:
  // Throws nlohmann::json::exception if the file lacks something.
  Rig(const nlohmann::json& file, std::ostream& told);

  // Until there is nothing more to be read there.
  void serve(int orders);

 private:
  [[nodiscard]] Deployment deployment(const nlohmann::json& file);
  [[nodiscard]] Dispatcher::Setting setting(const nlohmann::json& file);
  void read_orders();
  void obey(const nlohmann::json& order);
  void tell(nlohmann::json what);
  [[nodiscard]] std::string name_of(charm::MaybeUnit unit) const;
  [[nodiscard]] nlohmann::json stands();

  std::ostream& told_;
  charm::AppName app_;
  ModelJuju juju_;
  Dispatcher dispatcher_;
  std::string unread_;
  int orders_ = -1;
  bool over_ = false;
  std::size_t actions_told_ = 0;
};

}  // namespace agent
