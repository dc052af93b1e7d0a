// How a scenario file calls what its steps do.
#include "sim/scenario/consistency.h"

namespace sim {

std::string_view key_of(const Deed& deed) {
  struct Visitor {
    std::string_view operator()(const KillPod&) const { return "kill_pod"; }
    std::string_view operator()(const DeletePod&) const { return "delete_pod"; }
    std::string_view operator()(const LoseNode&) const { return "lose_node"; }
    std::string_view operator()(const MoveLeadership&) const { return "move_leadership"; }
    std::string_view operator()(const AddUnits&) const { return "add_units"; }
    std::string_view operator()(const SetTrust&) const { return "set_trust"; }
    std::string_view operator()(const BreakContainer&) const { return "break_container"; }
    std::string_view operator()(const RemoveUnits&) const { return "remove_units"; }
    std::string_view operator()(const ScaleTo&) const { return "scale_to"; }
    std::string_view operator()(const SetConfig&) const { return "set_config"; }
    std::string_view operator()(const RestartContainer&) const { return "restart_container"; }
    std::string_view operator()(const Resolve&) const { return "resolve"; }
    std::string_view operator()(const Switchover&) const { return "switchover"; }
    std::string_view operator()(const Failover&) const { return "failover"; }
    std::string_view operator()(const Pause&) const { return "pause"; }
    std::string_view operator()(const RemoveApplication&) const { return "remove_application"; }
    std::string_view operator()(const DeployAgain&) const { return "deploy_again"; }
    std::string_view operator()(const CrashPostgresql&) const { return "crash_postgresql"; }
    std::string_view operator()(const CrashPatroni&) const { return "crash_patroni"; }
    std::string_view operator()(const StopService&) const { return "stop_service"; }
    std::string_view operator()(const FillVolume&) const { return "fill_volume"; }
    std::string_view operator()(const RunAction&) const { return "run_action"; }
    std::string_view operator()(const Relate&) const { return "relate"; }
    std::string_view operator()(const Unrelate&) const { return "unrelate"; }
    std::string_view operator()(const WriteForeignState&) const { return "write_foreign_state"; }
    std::string_view operator()(const MendState&) const { return "mend_state"; }
    std::string_view operator()(const RelateProvider&) const { return "relate_provider"; }
    std::string_view operator()(const UnrelateProvider&) const { return "unrelate_provider"; }
    std::string_view operator()(const RotateCertificates&) const { return "rotate_certificates"; }
    std::string_view operator()(const Refresh&) const { return "refresh"; }
  };
  return std::visit(Visitor{}, deed);
}

}  // namespace sim
