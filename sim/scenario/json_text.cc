// Parses twice: first for places and limits, then, knowing that it is well-formed, for the value.
#include "sim/scenario/json_text.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "sim/scenario/counting_iterator.h"

namespace sim {
namespace {

using nlohmann::json;

struct SyntaxError {
  std::string what;
  std::string expected;
};

// What the library expects, as one would say it.
std::string expected_in_words(std::string_view expected) {
  if (expected == "string literal") return "must be a text in double quotes";
  // There it stands after a member or an item.
  if (expected == "'}'" || expected == "']'") return "must be ',' or " + std::string(expected);
  return "must be " + printable(expected);
}

// The library's message quotes the text as it is, which need not be UTF-8:
// "[json.exception...] parse error at ...: syntax error while parsing X - MESSAGE; expected Y".
SyntaxError in_words(std::string_view message) {
  if (const auto id = message.find("] "); id != message.npos) message.remove_prefix(id + 2);
  if (const auto dash = message.find(" - "); dash != message.npos) message.remove_prefix(dash + 3);
  std::string expected;
  if (const auto split = message.rfind("; expected "); split != message.npos) {
    expected = expected_in_words(message.substr(split + 11));
    message = message.substr(0, split);
  }
  if (message.starts_with("number overflow")) {
    expected = "must be between -1.7e308 and 1.7e308";
  } else if (message.starts_with("invalid BOM")) {
    return {"a byte order mark that is not UTF-8's", "must be UTF-8, and needs no such mark"};
  } else if (message.starts_with("invalid literal") && expected.empty()) {
    expected = "must be '{', '[', a number, true, false, null, or a text in double quotes";
  }
  return {printable(message), expected};
}

class PlaceReader : public nlohmann::json_sax<json> {
 public:
  PlaceReader(std::string_view text, const std::string& file, const std::size_t& consumed)
      : text_(text), file_(file), consumed_(consumed) {}

  std::map<std::string, JsonPlace> places;
  std::optional<ScenarioError> error;

  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(number_integer_t) override { return value(); }
  bool number_unsigned(number_unsigned_t) override { return value(); }
  bool number_float(number_float_t, const string_t&) override { return value(); }
  bool string(string_t& text) override {
    return value() &&
           (text.size() <= max_json_string_bytes || refuse_long(current_, "is a text", text));
  }
  bool binary(binary_t&) override { return value(); }
  bool start_object(std::size_t) override { return open(Kind::object); }
  bool start_array(std::size_t) override { return open(Kind::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& key) override {
    Frame& frame = frames_.back();
    if (key.size() > max_json_string_bytes) return refuse_long(frame.pointer, "has a key", key);
    frame.member = pointer_to(frame.pointer, key);
    const auto [place, is_new] = places.insert({frame.member, {line(), 0, 0}});
    if (is_new) return true;
    return refuse(frame.member,
                  "stands twice in its object, first in line " + std::to_string(place->second.line),
                  "must stand once");
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& exception) override {
    const std::size_t offset = std::min(position == 0 ? 0 : position - 1, text_.size());
    const std::string_view before = text_.substr(0, offset);
    const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0: the first line.
    const auto line = 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));

    SyntaxError wrong = in_words(exception.what());
    if (wrong.what == "unexpected end of input" && !frames_.empty()) {
      const Frame& open = frames_.back();
      wrong.what = "it ends, and the '" + std::string(1, open.kind == Kind::object ? '{' : '[') +
                   "' of line " + std::to_string(places[open.pointer].line) + " is still open";
    }
    error = ScenarioError{
        file_, line, offset - line_begin + 1, "", "is not JSON: " + wrong.what, wrong.expected};
    return false;
  }

 private:
  enum class Kind : std::uint8_t { object, array };
  struct Frame {
    Kind kind = Kind::object;
    std::string pointer;
    std::string member;     // of an object: what the last key points to
    std::size_t index = 0;  // of an array: the next item's
  };

  // Numbers end where the next byte begins, which has been consumed then: so that byte is left out.
  std::size_t line() {
    const std::size_t end = consumed_ == 0 ? 0 : consumed_ - 1;
    const std::string_view read = text_.substr(counted_, end - counted_);
    line_ += static_cast<std::size_t>(std::ranges::count(read, '\n'));
    counted_ = end;
    return line_;
  }

  bool refuse(const std::string& pointer, const std::string& what, const std::string& expected) {
    error = ScenarioError{file_, line(), std::nullopt, pointer, what, expected};
    return false;
  }

  bool refuse_long(const std::string& pointer, const std::string& what, const std::string& text) {
    return refuse(pointer, what + " of " + std::to_string(text.size()) + " bytes",
                  "must have at most " + std::to_string(max_json_string_bytes));
  }

  // Notes a value's place, and leaves its pointer in current_.
  bool value() {
    if (++values_ > max_json_values) {
      return refuse(frames_.empty() ? "" : frames_.back().pointer, "holds too many values",
                    "must be at most " + std::to_string(max_json_values) + " in the whole file");
    }
    if (frames_.empty()) {
      current_.clear();
      places[current_].line = line();
    } else if (Frame& frame = frames_.back(); frame.kind == Kind::object) {
      current_ = frame.member;
    } else {
      current_ = pointer_to(frame.pointer, frame.index++);
      places[current_].line = line();
    }
    return true;
  }

  bool open(Kind kind) {
    if (!value()) return false;
    if (frames_.size() == max_json_depth) {
      return refuse(current_, "is nested too deeply",
                    "must have at most " + std::to_string(max_json_depth) + " levels");
    }
    places[current_].begin = consumed_ - 1;
    frames_.push_back({kind, current_, "", 0});
    return true;
  }

  bool close() {
    places[frames_.back().pointer].end = consumed_;
    frames_.pop_back();
    return true;
  }

  std::string_view text_;
  const std::string& file_;
  const std::size_t& consumed_;
  std::size_t counted_ = 0;
  std::size_t line_ = 1;
  std::size_t values_ = 0;
  std::string current_;
  std::vector<Frame> frames_;
};

}  // namespace

std::size_t JsonText::line_of(std::string pointer) const {
  while (true) {
    if (const auto found = places.find(pointer); found != places.end()) return found->second.line;
    if (pointer.empty()) return 1;
    pointer.resize(pointer.rfind('/'));
  }
}

std::expected<JsonText, ScenarioError> parse_json(std::string_view text, const std::string& file) {
  if (text.size() > max_json_bytes) {
    return std::unexpected(ScenarioError{file,
                                         {},
                                         {},
                                         "",
                                         "has " + std::to_string(text.size()) + " bytes",
                                         "must have at most " + std::to_string(max_json_bytes)});
  }
  std::size_t consumed = 0;
  PlaceReader reader(text, file, consumed);
  if (!json::sax_parse(CountingIterator{text.begin(), &consumed},
                       CountingIterator{text.end(), &consumed}, &reader)) {
    return std::unexpected(*reader.error);
  }
  return JsonText{json::parse(text), std::move(reader.places)};
}

}  // namespace sim
