// What an action asks of Juju: what the operator said, and what the operator is told. It means
// something while an action runs. Results and failure reach the operator when the action ends, the
// log at once. Source: juju-and-pebble.md, sections 1.7 and 2.2.
#pragma once

#include <string_view>

#include "charm/types/action.h"

namespace charm::ports {

class Action {
 public:
  virtual ~Action() = default;

  // action-get
  virtual ActionParameters parameters() = 0;
  // action-set; the same key again replaces what it had.
  virtual void set_result(std::string_view key, std::string_view value) = 0;
  // The same for what only the operator may see.
  virtual void set_result(std::string_view key, const Secret& value) = 0;
  // action-fail: the action has failed, whatever else it does. No more than that: what it has
  // staged is flushed, and the unit is not in error.
  virtual void fail(std::string_view text) = 0;
  // action-log; no secrets.
  virtual void log(std::string_view line) = 0;
};

}  // namespace charm::ports
