// One call of a hook tool, while it is answered.
#pragma once

#include <fstream>
#include <iterator>

#include "charm/live/tool_output.h"
#include "tests/live/agent/tools.h"

namespace agent {

// Nothing was done: the tool is to be called again, with its standard input.
struct NeedsInput {};

struct Tools::Call {
  charm::UnitName unit;
  const ToolCall& given;
  std::string output;

  [[nodiscard]] Arguments arguments(const Options& options) const {
    return {given.arguments, options};
  }

  // As Juju prints: JSON, or by itself, where that is plain text.
  void print(const nlohmann::json& value, bool as_json) {
    if (as_json) {
      output = value.dump() + '\n';
    } else if (value.is_boolean()) {
      output = value.get<bool>() ? "True\n" : "False\n";
    } else if (value.is_string()) {
      output = value.get<std::string>();
      if (!output.empty()) output += '\n';
    } else if (!value.is_null()) {
      throw Refusal{2, "these tools print lists and mappings in JSON only"};
    }
  }

  [[nodiscard]] std::string path_of(const std::string& file) const {
    return file.starts_with('/') ? file : given.folder + '/' + file;
  }
  [[nodiscard]] std::string text_of(const std::string& file) const {
    std::ifstream in(path_of(file), std::ios::binary);
    if (!in) refuse_use("open " + path_of(file) + ": no such file or directory");
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // A mapping of texts: from `--file`, and from `key=value`, which come over it.
  [[nodiscard]] charm::wire::Bag changes(Arguments& arguments) const {
    charm::wire::Bag bag;
    const std::string file = arguments.value("--file");
    if (file == "-" && !given.input) throw NeedsInput{};
    if (!file.empty()) {
      const auto read = charm::live::parse_bag(file == "-" ? *given.input : text_of(file));
      if (!read) refuse_use("these tools read mappings of texts in JSON only");
      bag = *read;
    }
    for (const std::string& word : arguments.take_all()) {
      const auto equals = word.find('=');
      if (equals == word.npos || equals == 0) {
        refuse_use("expected \"key=value\", got \"" + word + '"');
      }
      bag.insert_or_assign(word.substr(0, equals), word.substr(equals + 1));
    }
    return bag;
  }
};

}  // namespace agent
