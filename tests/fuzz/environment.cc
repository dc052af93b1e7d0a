// The environment that Juju runs the charm in.
#include <array>

#include "charm/postgresql_k8s.h"
#include "charm/runtime/decode.h"
#include "tests/fuzz/fuzz.h"

namespace {

constexpr std::array<std::string_view, 8> variables{
    "JUJU_DISPATCH_PATH", "JUJU_RELATION",       "JUJU_RELATION_ID", "JUJU_REMOTE_APP",
    "JUJU_REMOTE_UNIT",   "JUJU_DEPARTING_UNIT", "JUJU_ACTION_NAME", "JUJU_ACTION_UUID"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const charm::AppName app{"pg"};
  const auto values = fuzz::parts(fuzz::text_of(bytes, size), variables.size());
  const auto event = charm::decode_event(
      charm::postgresql_k8s(), app, [&](std::string_view name) -> std::optional<std::string_view> {
        for (std::size_t at = 0; at < variables.size(); ++at) {
          if (variables[at] == name) return values[at];
        }
        return std::nullopt;
      });
  constexpr std::size_t longest = 300;
  if (!event) {
    fuzz::expect(event.error().text.size() < longest, "a refusal is a line");
  } else if (!is_unobserved(*event)) {
    std::string path(values[0]);
    if (event->kind == charm::EventKind::action) path += "-action";
    const std::string name = hook_name(charm::postgresql_k8s(), *event);
    fuzz::expect(path.ends_with(name), "an event has the name of its hook");
  }
  return 0;
}
