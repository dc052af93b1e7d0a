// What the page shows of a world: of each unit, and of what there is once, a fixed list of fields,
// each as a short text; empty where there is nothing to say.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "charm/runtime/definition.h"
#include "model/text.h"
#include "model/world.h"
#include "sim/scenario/scenario.h"

namespace sim {

// What the diagram makes of a change of the field.
enum class FieldRole : std::uint8_t {
  plain,
  databag,  // a mark: what Juju keeps for all to read
  label,    // a mark: what Kubernetes keeps for all to read
  band,     // drawn for as long as it lasts
  quiet,    // changes all the time: brought up to date with other changes, and never one by itself
};
std::string_view to_text(FieldRole role);

struct StateField {
  std::string_view key;    // stable, without blanks: the page's script knows some of them
  std::string_view group;  // whose it is: `Juju`, `Patroni`
  std::string_view label;
  FieldRole role = FieldRole::plain;
};

// Of one moment of a run.
struct StateView {
  const model::World& world;
  const model::Texts& texts;
  const Scenario& scenario;
  const charm::CharmDefinition& charm;
};

// By field.
using StateTexts = std::vector<std::string>;

std::span<const StateField> unit_fields();
StateTexts unit_state(const StateView& view, charm::UnitName unit);

std::span<const StateField> cluster_fields();
StateTexts cluster_state(const StateView& view);

}  // namespace sim
