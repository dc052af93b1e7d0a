// What stands behind the Kubernetes port in a contract's case: the model, or a real kube-apiserver.
// The same case is run with both. What kubelet, the controllers, Juju and Patroni do there is done
// by the bench, at a case's word.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "charm/ports/kubernetes.h"
#include "charm/types/time.h"

namespace charm::contract {

// Where the model is known to be unlike the real server. A case names the one that it meets, and
// holds each side to its own; a difference that has gone fails, too.
enum class Difference : std::uint8_t {
  // A call to a server that hangs is answered at once: hooks are not slower for it. The real one's
  // client gives up after a while, with the same error.
  hangs_for_no_time,
  // The Service of the configuration and its Endpoints are one, since kube-controller-manager
  // deletes the one with the other.
  one_configuration,
  // Owning the lock's object leaves its version alone: it stands for the record that members look
  // at, which is the same, and whoever writes the object reads its version anew.
  owned_lock_keeps_version,
  // How long the bootstrap record stands still counts from the last change of `initialize`; the
  // real one knows only when the object was written. Nobody else writes it in a bootstrap.
  counts_initialize_alone,
  // What an older application has left is this one's when it is owned; the real one is then both.
  // Hooks delete what is older, and own what is about to end with the application.
  owned_is_not_older,
};

class KubernetesBench {
 public:
  virtual ~KubernetesBench() = default;

  // Of unit 1 of three, each with a pod that runs on a node of its own, of 4 cores and 8 GiB; no
  // pod is a member. Patroni has made nothing.
  virtual ports::Kubernetes& kubernetes() = 0;
  // Of unit 2.
  virtual ports::Kubernetes& another() = 0;
  // Calls it as so many charms at the same time, and says who got through.
  using Write = std::function<std::expected<void, ApiError>(ports::Kubernetes&, std::size_t)>;
  virtual std::vector<bool> race(std::size_t writers, const Write& write) = 0;
  [[nodiscard]] virtual bool has(Difference difference) const = 0;

  virtual void let_pass(Duration time) = 0;
  // Whether the call waits until a client gives up, or returns.
  virtual bool waits(const std::function<void()>& call) = 0;

  // --- what becomes of pods ---
  // One that is asked to end has ended: its object is gone.
  virtual void end_pod(PodName pod) = 0;
  // It has gone at once, and its object with it.
  virtual void lose_pod(PodName pod) = 0;
  // The StatefulSet makes it anew.
  virtual void make_pod(PodName pod) = 0;
  // Nothing is heard of its node; the control plane has not noticed.
  virtual void lose_node(PodName pod) = 0;
  virtual void notice_lost_node(PodName pod) = 0;
  // Juju has written another template of the pods.
  virtual void write_template() = 0;
  // The StatefulSet's controller does what it has to.
  virtual void roll_out() = 0;

  // --- what Patroni does ---
  virtual void begin_bootstrap() = 0;
  // All of its objects are there, and that member has the lock.
  virtual void finish_bootstrap(MemberName leader) = 0;
  virtual void take_lock(MemberName member) = 0;
  virtual void release_lock() = 0;
  // Writes the object again; a heartbeat, if it is the lock's.
  virtual void write_endpoints(ports::PatroniObject object) = 0;
  // All of its objects, by an application of this name that is gone.
  virtual void leave_patroni_objects() = 0;

  // --- the Services for clients ---
  // By an application of this name that is gone.
  virtual void leave_service(ports::ServiceKind kind) = 0;
  virtual bool has_service(ports::ServiceKind kind) = 0;
  // It is deleted when this application's StatefulSet is.
  virtual bool does_service_go_with_application(ports::ServiceKind kind) = 0;

  // --- how the API server fails this unit ---
  virtual void refuse_trust() = 0;
  virtual void throttle() = 0;
  // Nobody is there.
  virtual void cut_off() = 0;
  // It takes what is sent, and says nothing.
  virtual void hang() = 0;
  // All is well again.
  virtual void relieve() = 0;
};

std::unique_ptr<KubernetesBench> model_kubernetes();
std::unique_ptr<KubernetesBench> live_kubernetes();

// Why there is no real one here; empty: there is.
std::string lacks_live_kubernetes();

}  // namespace charm::contract
