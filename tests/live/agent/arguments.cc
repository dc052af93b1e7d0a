#include "tests/live/agent/arguments.h"

#include <algorithm>

namespace agent {
namespace {

bool is_in(std::initializer_list<std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// Juju names an option that it does not know without its dashes' number.
[[noreturn]] void refuse_unknown(std::string_view option) {
  refuse_use("option provided but not defined: " + std::string(option));
}

}  // namespace

Arguments::Arguments(const std::vector<std::string>& call, const Options& options) {
  bool are_options_over = false;
  for (std::size_t at = 1; at < call.size(); ++at) {
    const std::string_view word = call[at];
    if (are_options_over || word.size() < 2 || word.front() != '-') {
      words_.emplace_back(word);
      continue;
    }
    if (word == "--") {
      are_options_over = true;
      continue;
    }
    const auto equals = word.find('=');
    std::string name(word.substr(0, equals));
    if (name == "--relation") name = "-r";
    const bool is_flag = is_in(options.flags, name);
    const bool takes_value =
        is_in(options.with_value, name) || name == "--format" || name == "--output";
    if (!is_flag && !takes_value) refuse_unknown(name);
    if (equals != word.npos) {
      options_.insert_or_assign(name, std::string(word.substr(equals + 1)));
    } else if (is_flag) {
      options_.insert_or_assign(name, "true");
    } else if (++at < call.size()) {
      options_.insert_or_assign(name, call[at]);
    } else {
      refuse_use("option needs an argument: " + name);
    }
  }
}

std::string Arguments::value(std::string_view option) const {
  const auto found = options_.find(option);
  return found == options_.end() ? std::string() : found->second;
}

bool Arguments::flag(std::string_view option) const { return value(option) == "true"; }

std::string Arguments::take() { return at_end() ? std::string() : words_[next_++]; }

std::vector<std::string> Arguments::take_all() {
  std::vector<std::string> rest(words_.begin() + static_cast<std::ptrdiff_t>(next_), words_.end());
  next_ = words_.size();
  return rest;
}

void Arguments::end() {
  if (at_end()) return;
  std::string text = "unrecognized args: [";
  for (bool first = true; const std::string& word : take_all()) {
    text.append(first ? "\"" : " \"").append(word).append("\"");
    first = false;
  }
  refuse_use(text + "]");
}

}  // namespace agent
