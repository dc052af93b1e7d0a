// How long things take. None of these is promised by anybody: they are windows that the parts were
// seen to keep (live-rig.md, section 5; juju-and-pebble.md, sections 1 and 4;
// patroni-and-kubernetes.md, section 6), wide on purpose: whatever a system could do within them, a
// run can do.
#pragma once

#include "model/window.h"

namespace model::timing {

using namespace std::chrono_literals;

// Juju
inline constexpr Span agent_step{5ms, 300ms};   // from one hook to the next that is due
inline constexpr Span watcher_delay{50ms, 2s};  // from a change in the controller to the agent
inline constexpr Span lease_claim{10ms, 2s};
inline constexpr Span lease_late_claim{
    3s, 5s};  // of whoever could not renew, when it reaches Juju again
inline constexpr charm::Duration lease_length = 60s;
inline constexpr charm::Duration lease_renewal = 30s;
inline constexpr charm::Duration retry_first = 5s;
inline constexpr charm::Duration retry_most = 300s;
inline constexpr charm::Duration pebble_poll = 5s;
inline constexpr Span client_acts{200ms, 20s};  // a client application, from one step to the next
inline constexpr Span provisioner{100ms,
                                  10s};  // a look of the controller, or of the garbage collector

// Kubernetes
inline constexpr Span pod_first_start{1s, 10s};
inline constexpr Span pod_restart{500ms, 3s};
inline constexpr Span pod_late_return{60s, 90s};  // "gone until after the failover"
inline constexpr Span container_restart{500ms, 10s};
inline constexpr Span first_ready{1s, 40s};  // from the pod's start, with the probes' first delay
// Three failures of Pebble's check (every 10 s, 3 s each), then kubelet's probe (section 7.7).
inline constexpr Span unready{20s, 43s};
inline constexpr Span ready_again{{}, 20s};  // one success of both
inline constexpr Span node_monitor_grace{40s, 50s};
// The taint of an unreachable node is tolerated for so long; then its pods are to be deleted.
inline constexpr charm::Duration unreachable_toleration = 300s;
inline constexpr Span routing{100ms, 2s};  // from a label to where the Service leads
inline constexpr charm::Duration grace_period = 30s;
inline constexpr Span rollout{5ms, 1s};      // from a pod's state to the StatefulSet's controller
inline constexpr Span thaw_step{{}, 100ms};  // what was overdue, after a freeze

// Pebble and Patroni
inline constexpr Span container_start{200ms, 3s};
inline constexpr Span process_start{1s, 3s};
inline constexpr charm::Duration dcs_retry = 5s;  // of a new process that cannot read the DCS
inline constexpr Span wake_up{1ms, 100ms};        // from an event that wakes an HA loop to the loop
inline constexpr charm::Duration follower_delay = 500ms;  // a follower naps half a second longer
inline constexpr charm::Duration loop_exceeded = 1ms;     // after a pass that took all of loop_wait
inline constexpr Span api_retry{{}, 1800ms};  // its pauses end at 1 s, with up to 0.8 s of jitter
inline constexpr Span watch_lag{500ms, 10s};  // from news that come late to the next ones
inline constexpr charm::Duration peer_timeout = 2s;  // GET /patroni in the race
inline constexpr Span peer_answers{1ms, 30ms};       // of all of them, and the PATCH that follows
inline constexpr Span initdb{2s, 6s};
inline constexpr Span clone{3s, 15s};
// Of these two, until PostgreSQL is started with what has been made or copied.
inline constexpr Span initdb_alone{1s, 5s};
inline constexpr Span copied{2s, 11s};
inline constexpr Span recover{1s, 4s};
inline constexpr Span rewind{3s, 10s};
inline constexpr Span post_bootstrap{200ms, 2s};
// How long a start is waited for (PostgreSQL's parameter for pg_ctl, Patroni's default), and how
// often it is looked at.
inline constexpr charm::Duration request_poll = 1s;
inline constexpr charm::Duration request_timeout = 10s;  // the charm's client (section 3.6)
inline constexpr charm::Duration pg_ctl_timeout{60'000'000};
inline constexpr Span start_poll{{}, 1s};
inline constexpr Span crash_recovery{500ms, 5s};
// A promotion, from the lock on: until PostgreSQL is told to (0.15 to 0.25 s in nine tenths of 184
// live ones); from then until it is out of recovery (0.03 to 0.21 s in nine tenths); how often
// Patroni looks at pg_control; and how much later its second look is, with what pg_ctl,
// pg_controldata and the loop after it take (0.16 to 0.35 s in nine tenths, that loop included).
inline constexpr Span promotion_request{100ms, 500ms};
inline constexpr Span promote{30ms, 1s};
inline constexpr charm::Duration promotion_poll = 1s;
inline constexpr Span promotion_look{100ms, 300ms};
inline constexpr Span replication_step{200us, 40ms};  // sent to written, to flushed, to replayed
inline constexpr Span retransmission{200ms, 12s};     // TCP's, doubling from 200 ms
inline constexpr charm::Duration wal_retrieve_retry_interval = 5s;
inline constexpr charm::Duration wal_timeout = 60s;  // wal_sender_timeout, wal_receiver_timeout
// Pebble's backoff-delay, backoff-factor 2, backoff-limit (juju-and-pebble.md, section 6.4).
inline constexpr charm::Duration backoff_delay = 500ms;
inline constexpr charm::Duration backoff_limit = 30s;
// What the charm's layer says: SIGTERM, and SIGKILL so long after it.
inline constexpr charm::Duration kill_delay = 25s;
inline constexpr charm::Duration leave_poll = 2s;  // whether `-sync` still lists who leaves
// A shutdown in good order: at SIGTERM the REST API ends first, which looks each 0.5 s whether it
// shall (socketserver); of a switchover, its checkpoint; a postmaster's end (91 live ones: 0.26 s
// on average by PostgreSQL's log, never over 1 s), and how often the holder of the lock looks
// whether it has come; from the look that finds it gone until the lock is let go (pg_controldata,
// pg_waldump, a PATCH: 0.06 to 0.47 s in 155 live switchovers); from the lock on, until a demoted
// primary looks for another. Together, a SIGTERM's lock was let go after 1.3 to 1.5 s (live-rig.md,
// section 5).
inline constexpr Span rest_end{{}, 500ms};
inline constexpr Span checkpoint{20ms, 200ms};
inline constexpr Span postmaster_end{50ms, 500ms};
inline constexpr charm::Duration stop_poll = 1s;
inline constexpr Span hand_over{50ms, 500ms};
inline constexpr charm::Duration let_others_lead = 2s;
inline constexpr charm::Duration names_take_hold = 2s;  // synchronous_standby_names, after a change

// Port calls, from the call to the answer; the effect comes with the answer.
inline constexpr Span juju_call{2ms, 20ms};
inline constexpr Span kubernetes_call{5ms, 200ms};
inline constexpr Span patroni_call{2ms, 100ms};
inline constexpr Span pebble_call{2ms, 50ms};
inline constexpr Span service_call{1s, 2s};  // Pebble waits a second for a started service
inline constexpr Span sql_call{5ms, 300ms};
inline constexpr Span slow_call{1s, 30s};  // a fault

inline constexpr Span mishap_pause{4s, 19s};

}  // namespace model::timing
