#include "charm/wire/unreadable.h"

namespace charm::wire {
namespace {

Wire<void> read(const KeyRule& rule, const KeyReading& reading, std::string_view key,
                std::string_view text) {
  if (rule.check != nullptr) return rule.check(reading, key, text);
  return rule.fate == Fate::refused ? Wire<void>(refuse(key, rule.why)) : Wire<void>();
}

// What of a bag cannot be read by a rule, if anything.
std::string why_not(const KeyRule& rule, const KeyReading& reading) {
  for (const auto& [key, text] : reading.bag) {
    if (text.empty() || !rule.covers(key)) continue;
    if (const auto result = read(rule, reading, key, text); !result) return result.error().text;
  }
  return {};
}

}  // namespace

Unreadable first_unreadable(const CharmDefinition& charm, const AppName& app,
                            const StoredState& state) {
  Unreadable first;
  for (const KeyRule& rule : key_rules()) {
    if (rule.name == StateKey::none) continue;
    if (first.key != StateKey::none && first.key <= rule.name) continue;
    for (const Bag& bag : state.at(rule.place)) {
      const std::string why = why_not(rule, {charm, app, bag});
      if (why.empty()) continue;
      first = {rule.name, why};
      break;
    }
  }
  return first;
}

}  // namespace charm::wire
