// Juju's action tools.
#pragma once

#include "charm/live/hook_tools.h"
#include "charm/live/pem_store.h"
#include "charm/ports/action.h"

namespace charm::live {

class Action final : public ports::Action {
 public:
  Action(HookTools& tools, PemStore& pems) : tools_(tools), pems_(pems) {}

  // What cannot be read fails the action with a text, and ends it (HookFailed).
  ActionParameters parameters() override;
  void set_result(std::string_view key, std::string_view value) override;
  void set_result(std::string_view key, const Secret& value) override;
  void fail(std::string_view text) override;
  void log(std::string_view line) override;

 private:
  HookTools& tools_;
  PemStore& pems_;
};

}  // namespace charm::live
