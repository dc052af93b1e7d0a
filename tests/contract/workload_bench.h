// What stands behind the workload port in a contract's case: the model, or a real Pebble. The same
// case is run with both.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "charm/ports/workload.h"
#include "charm/types/time.h"

namespace charm::contract {

class WorkloadBench {
 public:
  virtual ~WorkloadBench() = default;

  // The unit's volume is empty, and its container runs.
  virtual ports::Workload& workload() = 0;
  // Two sets of PEM texts, each with its own.
  virtual TlsFiles first_files() = 0;
  virtual TlsFiles second_files() = 0;

  // --- what others do ---
  virtual void let_pass(Duration time) = 0;
  // Its end, and that of all that runs in it.
  virtual void kill_container() = 0;
  // A new one, on the same volume; Pebble answers.
  virtual void start_container() = 0;
  // Patroni ends with an error.
  virtual void crash_service() = 0;
  // Somebody has made a database in the data directory.
  virtual void make_database() = 0;
  // Patroni writes into the data directory of a database whom patroni.yml lets in.
  virtual void write_pg_hba() = 0;

  // --- what is seen of it ---
  // How often Patroni has been started, in all containers.
  virtual std::size_t starts() = 0;
  // Whether Pebble's check asks Patroni by https; CHECKs that there is one.
  virtual bool does_check_ask_by_tls() = 0;
};

std::unique_ptr<WorkloadBench> model_workload();
std::unique_ptr<WorkloadBench> live_workload();

}  // namespace charm::contract
