// What stands behind Patroni's port in a contract's case: the model's three members, or three real
// ones over a real kube-apiserver. The same case is run with both.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "charm/ports/patroni.h"
#include "charm/types/time.h"

namespace charm::contract {

// What a case changes of a member's patroni.yml.
struct MemberFile {
  bool leaving = false;
  bool tls = false;
  // Of a larger node: PostgreSQL takes its shared_buffers only when it starts.
  bool larger = false;
  // Which of two the password of `patroni` is.
  bool other_password = false;
  // pg_hba lists this member alone; or it is another list that says the same as the one before.
  bool alone = false;
  bool listed_anew = false;

  friend bool operator==(const MemberFile&, const MemberFile&) = default;
};

// The members are those of units 0, 1 and 2. Each case begins with all of them up, nothing pending,
// and a configuration that waits for both standbys; who leads is left open.
class PatroniBench {
 public:
  virtual ~PatroniBench() = default;

  // As hooks of that unit ask; until the next call of this.
  virtual ports::Patroni& patroni(UnitName unit) = 0;
  // What the case begins with.
  virtual DynamicConfiguration configuration() = 0;
  // Which password hooks show from now on.
  virtual void know_other_password(bool other) = 0;
  virtual void let_pass(Duration time) = 0;
  // Since some moment.
  virtual Duration now() = 0;

  // --- what others do ---
  // Nobody reads it before a reload.
  virtual void write_file(UnitName unit, const MemberFile& file) = 0;
  // SIGKILL of Patroni alone, or of the postmaster alone.
  virtual void kill_patroni(UnitName unit) = 0;
  virtual void kill_database(UnitName unit) = 0;
  // No PostgreSQL that starts there is up before so long from now.
  virtual void delay_starts(UnitName unit, Duration time) = 0;
  // SIGSTOP, SIGCONT of Patroni.
  virtual void freeze_patroni(UnitName unit) = 0;
  virtual void thaw_patroni(UnitName unit) = 0;
  // All that runs in the pod ends at once. `lose`: its Pod object stays, as with its node.
  virtual void delete_pod(UnitName unit) = 0;
  virtual void lose_pod(UnitName unit) = 0;
  // A new one of that name, on the volume that is there; without the labels that make it a member.
  virtual void start_pod(UnitName unit) = 0;
  virtual void label_pod(UnitName unit) = 0;
  virtual void start_patroni(UnitName unit) = 0;
  // Connections to the API server are refused.
  virtual void stop_api() = 0;
  virtual void start_api() = 0;
  // POST /restart of that member by somebody who does not wait for the answer here.
  virtual void begin_restart(UnitName unit) = 0;

  // --- what is seen of it ---
  // Another one with each start of its PostgreSQL.
  virtual std::uint64_t postmaster(UnitName unit) = 0;
  virtual std::uint32_t timeline(UnitName unit) = 0;
  virtual bool serves_tls(UnitName unit) = 0;
  // Whether pg_hba.conf says what its patroni.yml does.
  virtual bool is_pg_hba_taken(UnitName unit) = 0;
  // Whether this is what holds for the whole cluster.
  virtual bool is_configured(const DynamicConfiguration& configuration) = 0;
};

std::unique_ptr<PatroniBench> model_patroni();

// Why there are no real members here; empty: there are.
std::string lacks_live_patroni();
std::unique_ptr<PatroniBench> live_patroni();

}  // namespace charm::contract
