// The tests; and, under another name, what they run: Juju's hook tools, or the charm itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "charm/live/run_hook.h"
#include "charm/postgresql_k8s.h"
#include "tests/live/fake_tools.h"

namespace {

namespace fake = charm::live::fake;

std::optional<std::string_view> environment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string_view>(value);
}

// Of the ports only those that are Juju's.
charm::live::MakePorts connect_nothing(const charm::live::Identity& /*who*/,
                                       charm::live::HookTools& /*tools*/) {
  const auto refuse = [](std::string_view name) {
    throw charm::HookFailed("asked for " + std::string(name));
  };
  return {.kubernetes = [refuse](auto&) -> std::unique_ptr<charm::ports::Kubernetes> {
            refuse("kubernetes");
            return nullptr;
          },
          .patroni = [refuse](auto&) -> std::unique_ptr<charm::ports::Patroni> {
            refuse("patroni");
            return nullptr;
          },
          .workload = [refuse](auto&) -> std::unique_ptr<charm::ports::Workload> {
            refuse("workload");
            return nullptr;
          },
          .postgresql = [refuse](auto&) -> std::unique_ptr<charm::ports::PostgreSQL> {
            refuse("postgresql");
            return nullptr;
          }};
}

}  // namespace

int main(int argc, char** argv) {
  const std::string name = std::filesystem::path(*argv).filename();
  if (name == "charm") {
    return charm::live::run_hook(charm::postgresql_k8s(), environment, connect_nothing);
  }
  if (std::ranges::find(fake::tool_names(), name) != fake::tool_names().end()) {
    return fake::play(name, std::vector<std::string>(argv + 1, argv + argc));
  }
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
