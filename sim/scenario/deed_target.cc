// Whom a step of a story is about.
#include "sim/scenario/consistency.h"

namespace sim {

std::optional<Target> target_of(const Deed& deed) {
  struct Visitor {
    std::optional<Target> operator()(const KillPod& d) const { return d.target; }
    std::optional<Target> operator()(const DeletePod& d) const { return d.target; }
    std::optional<Target> operator()(const LoseNode& d) const { return d.target; }
    std::optional<Target> operator()(const BreakContainer& d) const { return d.target; }
    std::optional<Target> operator()(const CrashPostgresql& d) const { return d.target; }
    std::optional<Target> operator()(const CrashPatroni& d) const { return d.target; }
    std::optional<Target> operator()(const StopService& d) const { return d.target; }
    std::optional<Target> operator()(const FillVolume& d) const { return d.target; }
    std::optional<Target> operator()(const MoveLeadership& d) const {
      return d.to ? std::optional<Target>(*d.to) : std::nullopt;
    }
    std::optional<Target> operator()(const AddUnits&) const { return std::nullopt; }
    std::optional<Target> operator()(const SetTrust&) const { return std::nullopt; }
    std::optional<Target> operator()(const RemoveUnits&) const { return std::nullopt; }
    std::optional<Target> operator()(const ScaleTo&) const { return std::nullopt; }
    std::optional<Target> operator()(const SetConfig&) const { return std::nullopt; }
    std::optional<Target> operator()(const RestartContainer& d) const { return d.target; }
    std::optional<Target> operator()(const Resolve& d) const { return d.unit; }
    std::optional<Target> operator()(const Switchover& d) const { return d.to; }
    std::optional<Target> operator()(const Failover& d) const { return d.to; }
    std::optional<Target> operator()(const Pause&) const { return std::nullopt; }
    std::optional<Target> operator()(const DeployAgain&) const { return std::nullopt; }
    std::optional<Target> operator()(const RemoveApplication&) const { return std::nullopt; }
    std::optional<Target> operator()(const RunAction& d) const { return d.unit; }
    std::optional<Target> operator()(const Relate&) const { return std::nullopt; }
    std::optional<Target> operator()(const Unrelate&) const { return std::nullopt; }
    std::optional<Target> operator()(const WriteForeignState& d) const { return d.of_unit; }
    std::optional<Target> operator()(const MendState&) const { return std::nullopt; }
    std::optional<Target> operator()(const RelateProvider&) const { return std::nullopt; }
    std::optional<Target> operator()(const UnrelateProvider&) const { return std::nullopt; }
    std::optional<Target> operator()(const RotateCertificates&) const { return std::nullopt; }
    std::optional<Target> operator()(const Refresh&) const { return std::nullopt; }
  };
  return std::visit(Visitor{}, deed);
}

}  // namespace sim
