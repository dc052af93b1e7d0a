#include "tests/live/agent/messages.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>

namespace agent {
namespace {

std::optional<std::size_t> number_in(std::string_view text) {
  std::size_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string pack(const Texts& texts) {
  std::string packed;
  for (const std::string& text : texts) {
    packed.append(std::to_string(text.size())).append(":").append(text).append(",");
  }
  return packed;
}

std::optional<Texts> unpack(std::string_view packed) {
  Texts texts;
  while (!packed.empty()) {
    const auto colon = packed.find(':');
    if (colon == packed.npos) return std::nullopt;
    const auto size = number_in(packed.substr(0, colon));
    packed.remove_prefix(colon + 1);
    if (!size || packed.size() <= *size || packed[*size] != ',') return std::nullopt;
    texts.emplace_back(packed.substr(0, *size));
    packed.remove_prefix(*size + 1);
  }
  return texts;
}

bool send_texts(int socket, const Texts& texts) {
  const std::string packed = pack(texts);
  std::string_view rest = packed;
  while (!rest.empty()) {
    const ssize_t sent = ::send(socket, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  return ::shutdown(socket, SHUT_WR) == 0;
}

std::optional<Texts> receive_texts(int socket) {
  std::string packed;
  std::array<char, 65536> piece{};
  for (;;) {
    const ssize_t got = ::read(socket, piece.data(), piece.size());
    if (got < 0) return std::nullopt;
    if (got == 0) return unpack(packed);
    packed.append(piece.data(), static_cast<std::size_t>(got));
  }
}

Texts to_texts(const ToolCall& call) {
  Texts texts{call.context, call.folder, call.input ? "input" : "", call.input.value_or("")};
  texts.insert(texts.end(), call.arguments.begin(), call.arguments.end());
  return texts;
}

std::optional<ToolCall> parse_call(const Texts& texts) {
  constexpr std::size_t before_arguments = 4;
  if (texts.size() <= before_arguments) return std::nullopt;
  ToolCall call{.context = texts[0],
                .folder = texts[1],
                .arguments = {texts.begin() + before_arguments, texts.end()},
                .input = {}};
  if (!texts[2].empty()) call.input = texts[3];
  return call;
}

Texts to_texts(const ToolAnswer& answer) {
  return {std::to_string(answer.code), answer.output, answer.errors,
          answer.wants_input ? "wants input" : ""};
}

std::optional<ToolAnswer> parse_answer(const Texts& texts) {
  if (texts.size() != 4) return std::nullopt;
  const auto code = number_in(texts[0]);
  if (!code) return std::nullopt;
  return ToolAnswer{.code = static_cast<int>(*code),
                    .output = texts[1],
                    .errors = texts[2],
                    .wants_input = !texts[3].empty()};
}

}  // namespace agent
