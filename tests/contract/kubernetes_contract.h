// The cases of the Kubernetes port: what a hook may rely on, whoever stands behind it. `Model` runs
// in virtual time; `LiveKubernetes` needs the rig's control plane (tests/live/rig, label `live`).
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

#include "tests/contract/kubernetes_bench.h"

namespace charm::contract {

using namespace std::chrono_literals;
using ports::BootstrapState;
using ports::PatroniObject;
using ports::ServiceKind;

inline constexpr std::array all_patroni_objects{
    PatroniObject::service,   PatroniObject::config_service,   PatroniObject::sync_service,
    PatroniObject::endpoints, PatroniObject::config_endpoints, PatroniObject::sync_endpoints};
// Those that Patroni keeps its keys in.
inline constexpr std::array patroni_endpoints{
    PatroniObject::endpoints, PatroniObject::config_endpoints, PatroniObject::sync_endpoints};

template <class T>
testing::AssertionResult fails_with(const std::expected<T, ApiError>& answer, ApiError error) {
  if (answer) return testing::AssertionFailure() << "it has succeeded";
  if (answer.error() == error) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "it is " << to_text(answer.error());
}

enum class Side : std::uint8_t { model, live };

class KubernetesContract : public testing::TestWithParam<Side> {
 protected:
  void SetUp() override {
    if (GetParam() == Side::live) {
      if (const std::string lacks = lacks_live_kubernetes(); !lacks.empty()) GTEST_SKIP() << lacks;
    }
    bench = GetParam() == Side::live ? live_kubernetes() : model_kubernetes();
  }

  ports::Kubernetes& kubernetes() { return bench->kubernetes(); }
  // Of an object that is there.
  ports::ResourceVersion version_of(PatroniObject object) {
    const auto found = kubernetes().patroni_object(object);
    EXPECT_TRUE(found.has_value());
    return found ? found->version : ports::ResourceVersion{};
  }
  bool is_there(PatroniObject object) {
    const auto found = kubernetes().patroni_object(object);
    EXPECT_TRUE(found || found.error() == ApiError::not_found);
    return found.has_value();
  }

  std::unique_ptr<KubernetesBench> bench;
};

inline std::string side_name(const testing::TestParamInfo<Side>& side) {
  return side.param == Side::live ? "Live" : "Model";
}

}  // namespace charm::contract

// CTest tells those that need the rig by their name's beginning.
#define CHARM_ON_BOTH_SIDES(suite)                                                 \
  INSTANTIATE_TEST_SUITE_P(Model, suite, testing::Values(Side::model), side_name); \
  INSTANTIATE_TEST_SUITE_P(LiveKubernetes, suite, testing::Values(Side::live), side_name)
