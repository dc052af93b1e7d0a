// valijson judges; where it refuses, explain() finds the place and the words.
#include "sim/scenario/shape.h"

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "sim/scenario/explain.h"
#include "sim/scenario/schema.h"

namespace sim {
namespace {

using nlohmann::json;

// Parsed once: who shrinks a story, or draws one, reads thousands of scenarios.
struct ParsedSchema {
  ParsedSchema() {
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(json), rules);
  }

  nlohmann::json json = nlohmann::json::parse(scenario_schema());
  valijson::Schema rules;
};

// The earliest place in the text, here or inside, where a value is not what the schema wants.
void find_first(const json& schema, const JsonText& text, const json& value,
                const std::string& pointer, std::optional<ScenarioError>& first) {
  const json* node = schema_at(schema, pointer);
  if (node == nullptr) return;
  if (auto error = explain(schema, *node, value, pointer)) {
    error->line = text.line_of(error->pointer);
    if (!first || *error->line < *first->line) first = std::move(error);
  }
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      find_first(schema, text, member, pointer_to(pointer, key), first);
    }
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      find_first(schema, text, value[i], pointer_to(pointer, i), first);
    }
  }
}

}  // namespace

std::optional<ScenarioError> check_shape(const JsonText& text) {
  static const ParsedSchema schema;
  valijson::Validator validator;
  valijson::ValidationResults results;
  const valijson::adapters::NlohmannJsonAdapter target(text.value);
  if (validator.validate(schema.rules, target, &results)) return std::nullopt;

  std::optional<ScenarioError> first;
  find_first(schema.json, text, text.value, "", first);
  if (first) return first;
  return ScenarioError{"", 1, {}, "", results.begin()->description, ""};
}

}  // namespace sim
