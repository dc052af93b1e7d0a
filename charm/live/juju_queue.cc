// The deferral queue in Juju's state store, and whether the charm's own state can be read. Source:
// juju-and-pebble.md, sections 2.2 (state-get), 5.2 and 5.5.
#include "charm/live/juju.h"
#include "charm/live/need.h"
#include "charm/runtime/stored_queue.h"
#include "charm/types/text.h"
#include "charm/wire/unreadable.h"

namespace charm::live {
namespace {

constexpr std::string_view queue_key = "deferral-queue";
constexpr std::size_t longest_value = 65536;

wire::StateLookup lookup_in(const wire::Bag& state) {
  return [&state](std::string_view key) -> std::optional<std::string> {
    const std::string_view text = wire::value_of(state, key);
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
  };
}

}  // namespace

const wire::Bag& Juju::state() {
  if (!state_) state_ = need(tools_.state());
  return *state_;
}

StateKey Juju::unreadable_state() {
  const std::string label = "database-peers." + who_.app.text + ".app";
  const wire::StoredState stored{
      .peers_app = bags_.application("database-peers"),
      .application_secret = secrets_.content(label).value_or(wire::Bag()),
      .upgrade_app = bags_.application("upgrade"),
      .upgrade_unit = bags_.unit("upgrade", who_.unit),
      .restart_app = bags_.application("restart"),
      .restart_unit = bags_.unit("restart", who_.unit),
      .own_queue = std::string(wire::value_of(state(), queue_key)),
      .of_ops = lookup_in(state())};
  const wire::Unreadable found = wire::first_unreadable(charm_, who_.app, who_.unit, stored);
  if (found.key != StateKey::none) {
    tools_.log(
        LogLevel::warning,
        std::string("cannot read ").append(to_text(found.key)).append(": ").append(found.why));
  }
  return found.key;
}

// Upstream's are older than any of this charm's own.
Juju::StoredQueue Juju::read_queue() {
  StoredQueue queue;
  const auto add = [&queue](const Notices& notices) {
    for (const Notice& notice : notices) {
      if (queue.notices.full()) throw HookFailed("the stored deferral queue is too long");
      queue.notices.push_back(notice);
    }
  };
  const auto of_ops = wire::take_over_ops_queue(charm_, who_.app, lookup_in(state()));
  if (of_ops && state().contains(wire::ops_notices_key)) {
    add(*of_ops);
    const auto rows = need(wire::parse_ops_notices(wire::value_of(state(), wire::ops_notices_key)));
    queue.of_ops.emplace_back(wire::ops_notices_key);
    for (const wire::OpsNotice& row : rows) {
      if (state().contains(row.event)) queue.of_ops.push_back(row.event);
    }
  }
  std::string_view text = wire::value_of(state(), queue_key);
  while (!text.empty()) {
    const std::string_view line = take_until(text, '\n');
    if (const auto notices = parse_stored_text(charm_, who_.app, line)) {
      add(*notices);
    } else {
      queue.unreadable.append(line).append("\n");
    }
  }
  return queue;
}

Notices Juju::notices() { return read_queue().notices; }

void Juju::set_notices(const Notices& notices) {
  const StoredQueue before = read_queue();
  std::string text = before.unreadable + to_stored_text(charm_, who_.app, notices);
  if (text.size() > longest_value) {
    throw HookFailed("cannot store " + std::to_string(notices.size()) +
                     " notices: Juju's state store takes 64 KiB");
  }
  if (text.empty()) {
    need(tools_.delete_state(queue_key));
    state_->erase(std::string(queue_key));
  } else {
    need(tools_.set_state({{std::string(queue_key), text}}));
    state_->insert_or_assign(std::string(queue_key), std::move(text));
  }
  for (const std::string& key : before.of_ops) {
    if (!state_->contains(key)) continue;  // two rows of one event have one snapshot
    need(tools_.delete_state(key));
    state_->erase(key);
  }
}

}  // namespace charm::live
