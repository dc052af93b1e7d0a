// Line by line into a chart; then what must hold for the chart as a whole.
#include "sim/flow/mermaid.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "sim/flow/rules.h"

namespace sim {
namespace {

using Node = Chart::Node;

struct ShapeSyntax {
  Shape shape;
  std::string_view open;
  std::string_view close;
};
// `([` is tried before anything that `(` could begin.
constexpr std::array<ShapeSyntax, 4> shapes = {{{Shape::stadium, "([", "])"},
                                                {Shape::diamond, "{", "}"},
                                                {Shape::box, "[", "]"},
                                                {Shape::flag, ">", "]"}}};
constexpr std::string_view shapes_text = "one of ([text]), {text}, [text], >text]";
// What would end or change the meaning of a text in Mermaid.
constexpr std::string_view special = "[](){}<>|\"#;";
constexpr std::string_view arrow_text = "--> or -- label -->";

bool is_id_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_id_char(char c) { return is_id_start(c) || (c >= '0' && c <= '9'); }

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

// For a message: the beginning says enough.
std::string shortened(std::string_view text) {
  constexpr std::size_t longest = 40;
  if (text.size() <= longest) return std::string(text);
  return std::string(text.substr(0, longest)) + "...";
}

std::string name_of(std::string_view file) {
  if (const auto slash = file.rfind('/'); slash != file.npos) file.remove_prefix(slash + 1);
  if (file.ends_with(".mmd")) file.remove_suffix(4);
  return std::string(file);
}

class Reader {
 public:
  explicit Reader(const std::string& file) : chart_(name_of(file), file) {}

  std::expected<Chart, ChartError> read(std::string_view text) {
    if (text.size() > max_chart_bytes) {
      refuse(0, "file is too long: " + std::to_string(text.size()) + " bytes",
             "at most " + std::to_string(max_chart_bytes));
    }
    while (!error_ && !text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      ++line_;
      read_line(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (!error_ && !has_header_) refuse(line_, "file ends without a chart", "flowchart TD");
    if (!error_) check_shapes();
    if (!error_) error_ = broken_rule(chart_);
    if (error_) return std::unexpected(std::move(*error_));
    return std::move(chart_);
  }

 private:
  // Keeps the first error, which ends the reading.
  void refuse(std::size_t line, std::string what, std::string_view expected) {
    if (!error_) error_ = ChartError{chart_.file(), line, std::move(what), std::string(expected)};
  }
  void refuse(std::string what, std::string_view expected) {
    refuse(line_, std::move(what), expected);
  }

  void read_line(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    // ASCII: ids and labels become keys of JSON files, texts and reasons go to terminals.
    if (!std::ranges::all_of(line, [](char c) { return c == '\t' || (c >= ' ' && c <= '~'); })) {
      return refuse("line has a character that is not printable ASCII", "plain text");
    }
    rest_ = trimmed(line);
    if (rest_.empty()) return;
    if (rest_.starts_with("%%")) return read_comment(trimmed(rest_.substr(2)));
    if (!has_header_) {
      if (rest_ != "flowchart TD")
        return refuse("not a header: " + shortened(rest_), "flowchart TD");
      has_header_ = true;
      return;
    }
    read_statement();
  }

  void read_comment(std::string_view comment) {
    constexpr std::string_view keyword = "deviation ";
    if (!comment.starts_with(keyword)) return;
    comment.remove_prefix(keyword.size());
    const std::size_t colon = comment.find(':');
    const std::string_view id = trimmed(comment.substr(0, colon));
    const std::string_view reason =
        colon == comment.npos ? std::string_view() : trimmed(comment.substr(colon + 1));
    if (id.empty() || !is_id_start(id[0]) || !std::ranges::all_of(id, is_id_char) ||
        reason.empty()) {
      return refuse("deviation is not named or not explained", "%% deviation <node id>: <reason>");
    }
    if (const auto [first, is_new] = deviation_lines_.emplace(id, line_); !is_new) {
      return refuse("deviation is listed twice: " + std::string(id),
                    "once; first in line " + std::to_string(first->second));
    }
    chart_.add_deviation({std::string(id), std::string(reason), line_});
  }

  void read_statement() {
    const auto from = read_node();
    if (!from || rest_.empty()) return;
    const auto label = read_arrow();
    if (!label) return;
    const auto to = read_node();
    if (!to) return;
    if (!rest_.empty()) {
      return refuse("line goes on after its second node: " + shortened(rest_), "one arrow a line");
    }
    add_arrow(*from, *label, *to);
  }

  // Takes `id` or `id` with a shape, and the space behind it.
  std::optional<Node> read_node() {
    const auto end =
        static_cast<std::size_t>(std::ranges::find_if_not(rest_, is_id_char) - rest_.begin());
    const std::string_view id = rest_.substr(0, end);
    if (id.empty() || !is_id_start(id[0])) {
      refuse("not a node: " + (rest_.empty() ? "the end of the line" : shortened(rest_)),
             "an id of letters, digits and _");
      return std::nullopt;
    }
    if (id == "end") {  // A word of Mermaid's own: browsers would not draw the chart.
      refuse("end is a word of Mermaid", "another id");
      return std::nullopt;
    }
    rest_.remove_prefix(end);
    const Node node = chart_.ensure_node(id);
    mentions_.emplace(node, line_);
    if (!rest_.empty() && rest_[0] != ' ' && rest_[0] != '\t' && rest_[0] != '-') {
      if (!read_shape(node)) return std::nullopt;
    }
    rest_ = trimmed(rest_);
    return node;
  }

  bool read_shape(Node node) {
    const auto* const syntax = std::ranges::find_if(
        shapes, [this](const ShapeSyntax& shape) { return rest_.starts_with(shape.open); });
    if (syntax == shapes.end()) {
      refuse("unknown shape: " + chart_.id(node) + shortened(rest_), shapes_text);
      return false;
    }
    rest_.remove_prefix(syntax->open.size());
    const std::size_t end = rest_.find(syntax->close);
    if (end == rest_.npos) {
      refuse("shape is not closed: " + chart_.id(node), syntax->close);
      return false;
    }
    const std::string_view text = trimmed(rest_.substr(0, end));
    rest_.remove_prefix(end + syntax->close.size());
    // A slash after the bracket would be a shape of its own.
    if (text.empty() || text[0] == '/' || text[0] == '\\' ||
        text.find_first_of(special) != text.npos) {
      refuse("text cannot stand in a shape: " + shortened(text),
             "words without any of " + std::string(special) + " and no slash first");
      return false;
    }
    const ChartNode& known = chart_.node(node);
    if (known.line != 0 && (known.text != text || known.shape != syntax->shape)) {
      refuse("node is declared again, differently: " + known.id,
             "as in line " + std::to_string(known.line));
      return false;
    }
    if (known.line == 0) chart_.set_node(node, std::string(text), syntax->shape, line_);
    return true;
  }

  // Takes an arrow and the space behind it; the label is empty for a plain one.
  std::optional<std::string> read_arrow() {
    if (!rest_.starts_with("--")) {
      refuse("not an arrow: " + shortened(rest_), arrow_text);
      return std::nullopt;
    }
    std::string label;
    if (!rest_.starts_with("-->")) {
      const std::size_t end = rest_.find("-->", 2);
      const std::string_view text = end == rest_.npos ? "" : trimmed(rest_.substr(2, end - 2));
      if (text.empty() || text.find("--") != text.npos ||
          text.find_first_of(special) != text.npos) {
        refuse("not an arrow: " + shortened(rest_), arrow_text);
        return std::nullopt;
      }
      label = text;
      rest_.remove_prefix(end);
    }
    rest_ = trimmed(rest_.substr(3));
    return label;
  }

  void add_arrow(Node from, const std::string& label, Node to) {
    const auto [first, is_new] = arrow_lines_.emplace(std::pair(from, label), line_);
    if (!is_new) {
      const bool same_target =
          std::ranges::any_of(chart_.arrows_from(from), [&](const auto& arrow) {
            return Chart::target(arrow) == to && chart_.arrow(arrow).label == label;
          });
      const std::string from_text =
          label.empty() ? chart_.id(from) : chart_.id(from) + " -- " + label;
      return refuse((same_target ? "arrow stands twice: " : "two arrows with the same label: ") +
                        from_text + " --> " + chart_.id(to),
                    "one; first in line " + std::to_string(first->second));
    }
    chart_.add_arrow(from, label, to, line_);
  }

  void check_shapes() {
    for (const auto& [node, line] : mentions_) {
      if (chart_.node(node).line != 0) continue;
      return refuse(line, "node has no shape: " + chart_.id(node), shapes_text);
    }
  }

  Chart chart_;
  std::size_t line_ = 0;
  std::string_view rest_;  // of the line
  bool has_header_ = false;
  std::map<Node, std::size_t> mentions_;  // the first of each
  std::map<std::pair<Node, std::string>, std::size_t> arrow_lines_;
  std::map<std::string, std::size_t, std::less<>> deviation_lines_;
  std::optional<ChartError> error_;
};

}  // namespace

std::string to_text(const ChartError& error) {
  std::string text = error.file;
  if (error.line != 0) text += ':' + std::to_string(error.line);
  text += ": " + error.what;
  if (!error.expected.empty()) text += "; expected: " + error.expected;
  return text;
}

std::expected<Chart, ChartError> read_chart(std::string_view text, const std::string& file_name) {
  return Reader(file_name).read(text);
}

}  // namespace sim
