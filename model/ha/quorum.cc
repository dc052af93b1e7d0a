// Adding goes to the larger side first, removing to the smaller one: `V = S`, and `q + k` at least
// as large as they are, is restored at the end. Section 4.6.
#include "model/ha/quorum.h"

#include <algorithm>

namespace model::ha {
namespace {

enum class Adjust : std::uint8_t { no, yes };

MemberSet first_of(MemberSet set, int count) {
  MemberSet first;
  for (std::uint16_t i = 0; i < max_members && count > 0; ++i) {
    if (!set.contains(MemberName{i})) continue;
    first.insert(MemberName{i});
    --count;
  }
  return first;
}

MemberSet last_of(MemberSet set, int count) { return set - first_of(set, set.size() - count); }

bool is_subset(MemberSet a, MemberSet b) { return (a - b).empty(); }
bool is_proper_subset(MemberSet a, MemberSet b) { return is_subset(a, b) && !(a == b); }

MemberSet with(MemberSet set, MemberName name) {
  set.insert(name);
  return set;
}

// Works on the state as it will be after the steps so far.
class Resolver {
 public:
  explicit Resolver(const QuorumState& state) : now_(state) {
    now_.named_count = std::min(now_.named_count, now_.named.size());
  }

  QuorumSteps run() {
    begin();
    if (!(now_.leader == now_.me)) fail();
    if (!steps_.failed && !ended_) {
      // After a restart or a failover nobody is confirmed yet: as many as the key stands for.
      const int active = (now_.named & now_.active).size();
      if (now_.confirmed_count == 0 && active > 0) {
        now_.confirmed_count = std::min(active, now_.voters.size() - now_.quorum);
      }
      finish_interrupted();
      remove_gone();
      add_new();
      change_count();
    }
    return merged();
  }

 private:
  void fail() {
    if (!ended_) steps_.failed = true;
  }

  [[nodiscard]] bool is_safe() const {
    const MemberSet voters = with(now_.voters, now_.leader);
    const MemberSet named = with(now_.named, now_.me);
    if (!now_.voters.empty() && (voters | named).size() > now_.quorum + now_.named_count + 1) {
      return false;
    }
    return is_subset(voters, named) || is_subset(named, voters);
  }

  void add(const QuorumStep& step) {
    if (steps_.failed) return;
    if (steps_.count == max_quorum_steps) return fail();
    steps_.steps[steps_.count++] = step;
  }

  // A new leader is written whatever the positions; otherwise who is named but not confirmed makes
  // the quorum larger.
  void set_key(int quorum, MemberSet voters, Adjust adjust = Adjust::yes, MaybeMember leader = {}) {
    if (steps_.failed) return;
    if (quorum < 0 || (quorum > 0 && quorum >= voters.size())) return fail();
    const MemberName old_leader = now_.leader;
    if (leader) {
      now_.leader = *leader;
    } else if (now_.confirmed_count == 0 && now_.voters.empty()) {
      quorum = 0;
      voters = {};
    } else if (adjust == Adjust::yes) {
      quorum += std::max(now_.named_count - now_.confirmed_count, 0);
    }
    if (now_.leader == old_leader && quorum == now_.quorum && voters == now_.voters) {
      if (!now_.voters.empty()) return;
      add({QuorumStep::Kind::restart, now_.leader, now_.quorum, now_.voters});
    }
    now_.quorum = quorum;
    now_.voters = voters;
    if (!is_safe()) return fail();
    add({QuorumStep::Kind::key, now_.leader, quorum, voters});
  }

  void set_names(int count, MemberSet named) {
    if (steps_.failed) return;
    if (count < 0 || count > named.size()) return fail();
    now_.named_count = count;
    now_.named = named;
    if (!is_safe()) return fail();
    add({QuorumStep::Kind::names, now_.leader, count, named});
  }

  // The first pass of a new leader, or a look at whether the state is sound; one that is not is
  // replaced by what PostgreSQL has.
  void begin() {
    if (!(now_.leader == now_.me)) {
      MemberSet voters = now_.voters;
      voters.erase(now_.me);
      voters.insert(now_.leader);
      if (now_.named.empty()) set_names(voters.size() - now_.quorum, voters);
      set_key(now_.quorum, voters, Adjust::yes, now_.me);
      if (!steps_.failed && (now_.named & now_.active).empty()) {
        ended_ = true;  // the replicas are given a loop_wait to come back
        return;
      }
    } else if (!is_safe()) {
      fail();
    }
    if (!steps_.failed) return;
    steps_.failed = false;
    set_key(now_.named.size() - now_.named_count, now_.named);
  }

  void finish_interrupted() {
    if (is_proper_subset(now_.named, now_.voters)) {
      finish_voters();
    } else if (is_proper_subset(now_.voters, now_.named)) {
      finish_names();
    }
    if (steps_.failed) return;
    if (!(now_.voters == now_.named)) return fail();
    const int size = now_.voters.size();
    if (now_.quorum + std::min(now_.named_count, now_.confirmed_count) > size) {
      if (now_.named_count > now_.wanted_count) {
        set_names(std::max(now_.wanted_count, size - now_.quorum), now_.named);
      } else {
        set_key(size - now_.named_count, now_.voters);
      }
      return;
    }
    if (now_.named_count == now_.wanted_count && now_.quorum + now_.named_count > size &&
        now_.named_count > now_.confirmed_count) {
      set_key(size - now_.named_count, now_.voters);
    }
  }

  void finish_voters() {
    const MemberSet gone = now_.voters - (now_.named | now_.active);
    if (!gone.empty()) {
      const bool all_active = (now_.named - now_.active).empty();
      set_key(now_.voters.size() - gone.size() - now_.named_count, now_.voters - gone,
              all_active ? Adjust::yes : Adjust::no);
    }
    const MemberSet added = (now_.voters & now_.active) - now_.named;
    if (!added.empty()) set_names(now_.named_count, now_.named | added);
  }

  void finish_names() {
    const MemberSet gone = now_.named - now_.active;
    const MemberSet rest = now_.named - gone;
    const bool keeps_common = now_.voters.empty() || !(rest & now_.voters).empty();
    if (!gone.empty() && !rest.empty() && keeps_common) {
      set_names(std::min(now_.named_count, now_.named.size() - gone.size()), rest);
    }
    const MemberSet added = (now_.named - now_.voters) & now_.active;
    if (!added.empty()) {
      const MemberSet voters = now_.voters | added;
      set_key(voters.size() - now_.named_count, voters);
    }
    const MemberSet dead = now_.named - now_.voters;
    if (!dead.empty()) {
      set_names(std::min(now_.named_count, now_.named.size() - dead.size()), now_.named - dead);
    }
  }

  void remove_gone() {
    if (steps_.failed) return;
    MemberSet gone = now_.named - now_.active;
    if (gone.empty()) return;
    if (gone == now_.named) {
      set_key(0, {}, Adjust::no);
      set_names(0, {});
      return;
    }
    if (now_.quorum != 0) {
      const MemberSet removed = last_of(gone, std::min(now_.quorum, gone.size()));
      const MemberSet named = now_.named - removed;
      const int count = std::max(now_.wanted_count, now_.named_count);
      set_names(std::min(count, named.size()), named);
      const MemberSet voters = now_.voters - removed;
      gone = gone & now_.named;
      set_key(voters.size() - now_.named_count, voters, gone.empty() ? Adjust::yes : Adjust::no);
    }
    if (gone.empty() || steps_.failed) return;
    if (now_.quorum != 0) return fail();
    const int count = now_.named_count - gone.size();
    const MemberSet named = now_.named - gone;
    const MemberSet voters = now_.voters - gone;
    const int decrease = count - std::min(now_.wanted_count, named.size());
    set_key(decrease != 0 ? std::min(decrease, voters.size() - 1) : 0, voters, Adjust::no);
    set_names(count, named);
  }

  void add_new() {
    if (steps_.failed) return;
    MemberSet added = now_.active - now_.named;
    if (added.empty()) return;
    const int wanted = std::min(now_.wanted_count, (now_.named | added).size());
    int increase = wanted - now_.named_count;
    if (increase > 0) {
      MemberSet some = added;  // all at once is safe while nobody is named
      if (!now_.named.empty()) {
        some = first_of(added, increase);
        increase = some.size();
      }
      set_names(now_.named_count + increase, now_.named | some);
      const MemberSet voters = now_.voters | some;
      set_key(voters.size() - wanted, voters);
      added = added - now_.named;
    }
    if (added.empty() || steps_.failed) return;
    const MemberSet voters = now_.voters | added;
    set_key(voters.size() - wanted, voters,
            wanted > now_.confirmed_count ? Adjust::yes : Adjust::no);
    set_names(wanted, now_.named | added);
  }

  void change_count() {
    if (steps_.failed) return;
    const int increase = std::min(now_.wanted_count, now_.named.size()) - now_.named_count;
    if (increase > 0) {
      set_names(now_.named_count + increase, now_.named);
      set_key(now_.voters.size() - now_.named_count, now_.voters);
    } else if (increase < 0) {
      if (now_.quorum - increase < now_.voters.size()) {
        set_key(now_.voters.size() - now_.named_count - increase, now_.voters,
                now_.wanted_count > now_.confirmed_count ? Adjust::yes : Adjust::no);
      }
      set_names(now_.named_count + increase, now_.named);
    }
  }

  // Of two steps of one kind in a row nobody would see the first. Nothing follows a restart.
  [[nodiscard]] QuorumSteps merged() const {
    QuorumSteps result;
    result.failed = steps_.failed;
    if (result.failed) return result;
    for (std::size_t i = 0; i < steps_.count; ++i) {
      const QuorumStep& step = steps_.steps[i];
      if (i + 1 < steps_.count && steps_.steps[i + 1].kind == step.kind) continue;
      result.steps[result.count++] = step;
      if (step.kind == QuorumStep::Kind::restart) break;
    }
    return result;
  }

  QuorumState now_;
  QuorumSteps steps_;
  bool ended_ = false;
};

}  // namespace

QuorumSteps resolve_quorum(const QuorumState& state) { return Resolver(state).run(); }

}  // namespace model::ha
