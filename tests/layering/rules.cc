// The rules as tables, and how a file is held against them.
#include "tests/layering/rules.h"

#include <algorithm>
#include <regex>

namespace layering {
namespace {

constexpr std::size_t max_file_lines = 400;
constexpr std::size_t max_test_file_lines =
    600;  // a list of cases: nobody reads it from end to end
constexpr std::size_t max_function_lines = 70;

// A file below `folder` includes nothing but these (if there are any), and none of those. Always
// from the root, so a file's own folder is no exception.
struct IncludeRule {
  const char* folder;
  std::vector<std::string> allowed;
  std::vector<std::string> forbidden;
};

const std::vector<IncludeRule>& include_rules() {
  static const std::vector<IncludeRule> rules = {
      {"charm/", {"charm/"}, {}},
      {"charm/types/", {"charm/types/"}, {}},
      {"charm/ports/", {"charm/types/", "charm/ports/"}, {}},
      {"charm/flow/", {"charm/types/", "charm/flow/"}, {}},
      {"charm/steps/", {}, {"charm/hooks/", "charm/live/"}},
      {"charm/hooks/", {}, {"charm/live/"}},
      {"charm/runtime/", {}, {"charm/live/"}},
      {"model/", {"charm/types/", "model/"}, {}},
      {"sim/", {"charm/", "model/", "sim/"}, {"charm/live/"}},
  };
  return rules;
}

// What the code below these folders does not say: a pattern, and the reason.
struct WordRule {
  std::vector<std::string> folders;
  const char* pattern;
  const char* reason;
};

const std::vector<WordRule>& word_rules() {
  static const std::vector<WordRule> rules = {
      {{"charm/hooks/", "charm/steps/"}, R"(\bcatch\b)", "only dispatch() catches"},
      {{"charm/hooks/", "charm/steps/", "model/"},
       R"(\b(system_clock|steady_clock|high_resolution_clock)\b)",
       "time is an argument or a port"},
      {{"charm/hooks/", "charm/steps/", "model/"},
       R"(\bstd::random|\bmt19937|\bgetenv\b)",
       "what happens follows from what was asked and answered"},
      {{"charm/hooks/", "charm/steps/", "model/"},
       R"(\bthread_local\b|\bstatic\s+(?!const\b|constexpr\b)[^()]*[;={])",
       "nothing is kept between two hooks"},
      {{"model/"}, R"(\b(float|double)\b)", "worlds are made of integers"},
      {{"charm/", "model/", "sim/"}, R"(\bunordered_)", "hash order is not the same everywhere"},
      {{"charm/", "model/", "sim/"},
       R"(\b(std|random)::\w+_distribution\b)",
       "distributions differ between libraries"},
      {{"charm/", "model/", "sim/"}, R"(\bs?rand\s*\()", "chance goes through Choices"},
      {{"charm/types/", "charm/ports/", "charm/flow/", "charm/steps/", "charm/hooks/",
        "charm/runtime/", "model/"},
       R"(#include\s*<(nlohmann|boost|curl|valijson)/)",
       "formats and libraries stay at the edge"},
  };
  return rules;
}

bool starts_with_any(std::string_view text, const std::vector<std::string>& beginnings) {
  return std::ranges::any_of(beginnings, [&](const std::string& b) { return text.starts_with(b); });
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// One past the literal or comment that begins at `at`; `at` itself if none does.
std::size_t end_of_skipped(std::string_view text, std::size_t at) {
  const auto past = [&](std::string_view end, std::size_t from) {
    const auto found = text.find(end, from);
    return found == text.npos ? text.size() : found + end.size();
  };
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("//")) return std::min(text.find('\n', at), text.size());
  if (rest.starts_with("/*")) return past("*/", at + 2);
  if (rest.starts_with("R\"")) {
    const auto open = text.find('(', at);
    if (open == text.npos) return text.size();
    return past(')' + std::string(text.substr(at + 2, open - at - 2)) + '"', open);
  }
  const char quote = text[at];
  const bool is_separator = quote == '\'' && at > 0 && std::isalnum(text[at - 1]) != 0;  // 1'000
  if ((quote != '"' && quote != '\'') || is_separator) return at;
  std::size_t end = at + 1;
  while (end < text.size() && text[end] != quote && text[end] != '\n') {
    end += text[end] == '\\' ? 2 : 1;
  }
  return std::min(end + 1, text.size());
}

// A brace that has been opened: whether a function begins there, and in which line.
struct Scope {
  bool is_function = false;
  std::size_t line = 0;
};

// `head` is what stands before an opening brace, back to the last statement's end.
bool opens_function(const std::string& head, const std::vector<Scope>& scopes) {
  static const std::regex other(R"(^\s*(namespace|class|struct|enum|union|extern)\b)");
  if (head.find('(') == head.npos || std::regex_search(head, other)) return false;
  return std::ranges::none_of(scopes, &Scope::is_function);
}

}  // namespace

std::string to_text(const Violation& violation) {
  return violation.path + ':' + std::to_string(violation.line) + ": " + violation.what;
}

std::string without_comments_and_literals(std::string_view text) {
  std::string code(text);
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = end_of_skipped(text, at);
    for (std::size_t i = at; i < end; ++i) {
      if (code[i] != '\n') code[i] = ' ';
    }
    at = std::max(end, at + 1);
  }
  return code;
}

std::vector<Violation> check_includes(const std::string& path, std::string_view text) {
  static const std::regex include(R"re(^\s*#\s*include\s*"([^"]*)")re");
  std::vector<Violation> violations;
  std::size_t number = 0;
  for (const std::string& line : lines_of(text)) {
    ++number;
    std::smatch match;
    if (!std::regex_search(line, match, include)) continue;
    const std::string included = match[1];
    for (const IncludeRule& rule : include_rules()) {
      if (!path.starts_with(rule.folder)) continue;
      const bool is_allowed = rule.allowed.empty() || starts_with_any(included, rule.allowed);
      if (is_allowed && !starts_with_any(included, rule.forbidden)) continue;
      violations.push_back({path, number, "may not include " + included});
      break;
    }
  }
  return violations;
}

std::vector<Violation> check_words(const std::string& path, std::string_view text) {
  const std::vector<std::string> lines = lines_of(without_comments_and_literals(text));
  std::vector<Violation> violations;
  for (const WordRule& rule : word_rules()) {
    if (!starts_with_any(path, rule.folders)) continue;
    const std::regex pattern(rule.pattern);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      std::smatch match;
      if (!std::regex_search(lines[i], match, pattern)) continue;
      violations.push_back({path, i + 1, "says " + match.str() + ": " + rule.reason});
    }
  }
  return violations;
}

std::vector<Violation> check_length(const std::string& path, std::string_view text) {
  std::vector<Violation> violations;
  std::vector<Scope> scopes;
  std::string head;
  std::size_t line = 1;
  for (const char c : without_comments_and_literals(text)) {
    if (c == '\n') ++line;
    if (c == '{') scopes.push_back({opens_function(head, scopes), line});
    if (c == '}' && !scopes.empty()) {
      const Scope scope = scopes.back();
      scopes.pop_back();
      const std::size_t length = line - scope.line + 1;
      if (scope.is_function && length > max_function_lines) {
        violations.push_back(
            {path, scope.line, "has a function of " + std::to_string(length) + " lines"});
      }
    }
    if (c == ';' || c == '{' || c == '}') {
      head.clear();
    } else {
      head += c;
    }
  }
  const std::size_t lines = lines_of(text).size();
  const std::size_t most = path.starts_with("tests/") ? max_test_file_lines : max_file_lines;
  if (lines > most)
    violations.push_back({path, most + 1, "has " + std::to_string(lines) + " lines"});
  return violations;
}

std::vector<Violation> check_opening(const std::string& path, std::string_view text) {
  if (text.starts_with("// ")) return {};
  return {{path, 1, "does not open with what it is"}};
}

}  // namespace layering
