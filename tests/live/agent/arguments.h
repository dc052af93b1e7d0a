// The arguments of a hook tool, read as Juju's tools read theirs: options anywhere, `--name=value`
// or
// `--name value`, nothing is an option after `--`.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent {

// Why a tool has failed: its exit code, and what stands after `ERROR ` in its standard error.
struct Refusal {
  int code = 1;
  std::string text;
};
[[noreturn]] inline void refuse_use(std::string text) { throw Refusal{2, std::move(text)}; }
[[noreturn]] inline void refuse(std::string text) { throw Refusal{1, std::move(text)}; }

struct Options {
  std::initializer_list<std::string_view> with_value;
  std::initializer_list<std::string_view> flags;
};

class Arguments {
 public:
  // Throws Refusal for what is none of these. `--format` and `--output` all have.
  Arguments(const std::vector<std::string>& call, const Options& options);

  [[nodiscard]] bool has(std::string_view option) const { return options_.contains(option); }
  [[nodiscard]] std::string value(std::string_view option) const;
  [[nodiscard]] bool flag(std::string_view option) const;
  [[nodiscard]] bool as_json() const { return value("--format") == "json"; }

  // The next that is no option; empty if there is none.
  std::string take();
  [[nodiscard]] bool at_end() const { return next_ == words_.size(); }
  std::vector<std::string> take_all();
  // Throws Refusal if there are more.
  void end();

 private:
  std::map<std::string, std::string, std::less<>> options_;
  std::vector<std::string> words_;
  std::size_t next_ = 0;
};

}  // namespace agent
