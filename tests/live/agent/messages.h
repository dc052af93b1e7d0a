// What a hook tool and the agent say to each other on the agent's socket: a list of texts there,
// and one back. The texts are any bytes, as arguments and inputs are.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent {

using Texts = std::vector<std::string>;

// Each text is preceded by its length: `3:abc,`.
std::string pack(const Texts& texts);
// Nothing if that is no such list.
std::optional<Texts> unpack(std::string_view packed);

// False: whoever is at the other end has gone.
bool send_texts(int socket, const Texts& texts);
// Reads until the other end has said all it has to say.
std::optional<Texts> receive_texts(int socket);

// A call of a tool. Of the standard input nothing is sent until the agent asks for it, as in Juju:
// what a tool does not read stays where it is.
struct ToolCall {
  std::string context;  // JUJU_CONTEXT_ID
  std::string folder;   // in which the tool was started
  Texts arguments;      // the first is the tool's name
  std::optional<std::string> input;
};
struct ToolAnswer {
  int code = 0;
  std::string output;
  std::string errors;
  bool wants_input = false;  // nothing was done: call again, with the input
};

Texts to_texts(const ToolCall& call);
std::optional<ToolCall> parse_call(const Texts& texts);
Texts to_texts(const ToolAnswer& answer);
std::optional<ToolAnswer> parse_answer(const Texts& texts);

}  // namespace agent
