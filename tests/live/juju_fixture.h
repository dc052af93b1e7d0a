// A unit of an application `pg` of three, on its second unit, and Juju's tools as they answer it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "charm/live/juju.h"
#include "charm/postgresql_k8s.h"
#include "charm/types/outcome.h"
#include "charm/wire/json.h"
#include "tests/live/fake_tools.h"

namespace charm::live {

class JujuFixture : public testing::Test {
 protected:
  JujuFixture() {
    fake_.answer("is-leader", {.output = "true"});
    fake_.answer("relation-ids", {.when = {"database-peers"}, .output = R"(["database-peers:0"])"});
    fake_.answer("relation-ids", {.when = {"restart"}, .output = R"(["restart:1"])"});
    fake_.answer("relation-ids", {.when = {"upgrade"}, .output = R"(["upgrade:2"])"});
    fake_.answer("relation-ids", {.when = {"database"}, .output = "[]"});
    fake_.answer("relation-ids", {.when = {"certificates"}, .output = "[]"});
    fake_.answer("relation-list", {.output = R"(["pg/0","pg/2"])"});
    fake_.answer("relation-get", {.output = "{}"});
    fake_.answer("state-get", {.output = "{}"});
    fake_.answer("secret-get", {.errors = "ERROR secret \"x\" not found\n", .code = 1});
  }

  // What stands in a bag from now on.
  void bag(const std::string& relation, const std::string& of, const wire::Bag& content) {
    fake_.answer("relation-get", {.when = {relation, of}, .output = wire::to_python_json(content)});
  }
  void not_leading() { fake_.answer("is-leader", {.output = "false"}); }

  // What was written, in JSON, by the calls of this tool.
  std::vector<std::string> written(const std::string& tool) {
    std::vector<std::string> inputs;
    for (const auto& call : fake_.calls(tool)) inputs.push_back(call.input);
    return inputs;
  }

  // Another dispatch.
  void begin() { juju_ = std::make_unique<Juju>(postgresql_k8s(), who_, tools_, pems_); }
  Juju& juju() {
    if (!juju_) begin();
    return *juju_;
  }

  fake::Tools fake_;
  HookTools tools_;
  Identity who_{.app = {"pg"}, .unit = {1}, .model = "m"};
  PemStore pems_;

 private:
  std::unique_ptr<Juju> juju_;
};

}  // namespace charm::live
