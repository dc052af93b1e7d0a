// Bytes from outside: what another revision may have written, and what nobody would.
#pragma once

#include <rapidcheck.h>

#include <string>
#include <vector>

namespace charm::wire::given {

// One of these, with some of its bytes changed, left out or doubled; or any bytes at all. Some of
// them are still what they were.
inline rc::Gen<std::string> near(std::vector<std::string> valid) {
  struct Change {
    std::size_t at;
    int kind;
    char byte;
  };
  const auto change = rc::gen::construct<Change>(
      rc::gen::inRange<std::size_t>(0, 200), rc::gen::inRange(0, 4),
      rc::gen::oneOf(rc::gen::arbitrary<char>(),
                     rc::gen::elementOf(std::string("[]{}\",:/-0a!&*"))));
  const auto changed = rc::gen::apply(
      [](std::string text, const std::vector<Change>& changes) {
        for (const Change& one : changes) {
          if (text.empty()) break;
          const std::size_t at = one.at % text.size();
          if (one.kind == 0) text[at] = one.byte;
          if (one.kind == 1) text.erase(at, 1);
          if (one.kind == 2) text.insert(at, 1, one.byte);
          if (one.kind == 3) text += text.substr(at);
        }
        return text;
      },
      rc::gen::elementOf(std::move(valid)),
      rc::gen::resize(4, rc::gen::container<std::vector<Change>>(change)));
  return rc::gen::oneOf(changed, changed, rc::gen::arbitrary<std::string>());
}

}  // namespace charm::wire::given
