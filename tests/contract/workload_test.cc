// What a hook may rely on of the workload port, whoever stands behind it. `Model` runs in virtual
// time; `Live` needs a real Pebble, and root (label `live`).
#include <gtest/gtest.h>

#include "charm/options/options.h"
#include "tests/contract/workload_bench.h"

namespace charm::contract {
namespace {

using namespace std::chrono_literals;

struct Side {
  const char* name;
  std::unique_ptr<WorkloadBench> (*make)();
};

struct WorkloadContract : testing::TestWithParam<Side> {
  WorkloadContract() { (void)workload.create_data_directory(); }

  // Of one member alone; a node of two cores and 4 GiB.
  static PatroniConfiguration configuration() {
    PatroniConfiguration result;
    result.own_host = {0};
    result.hosts.push_back({0});
    result.options = &default_options();
    result.node = {.cores = 2, .memory_bytes = std::uint64_t{4} << 30U};
    result.operator_password = Secret("o");
    result.replication_password = Secret("r");
    return result;
  }
  static PatroniConfiguration with_tls() {
    PatroniConfiguration result = configuration();
    result.tls = true;
    return result;
  }
  static PatroniConfiguration without_options() {
    PatroniConfiguration result = configuration();
    result.options = nullptr;
    return result;
  }
  void write(const PatroniConfiguration& written) {
    ASSERT_TRUE(workload.write_patroni_configuration(written));
  }
  void start_service() {
    write(configuration());
    ASSERT_TRUE(workload.update_and_restart_service(monitoring));
  }

  Secret monitoring{"monitoring-one"};
  Secret changed{"monitoring-two"};
  std::unique_ptr<WorkloadBench> bench = GetParam().make();
  ports::Workload& workload = bench->workload();
};

// --- the container ---

TEST_P(WorkloadContract, AContainerThatRunsCanBeConnectedTo) {
  EXPECT_TRUE(workload.can_connect());
}

TEST_P(WorkloadContract, OneThatHasEndedIsUnreachableForEveryCall) {
  start_service();
  bench->kill_container();
  EXPECT_FALSE(workload.can_connect());
  EXPECT_FALSE(workload.create_data_directory());
  EXPECT_FALSE(workload.holds_database());
  EXPECT_FALSE(workload.database_version());
  EXPECT_FALSE(workload.tls_files());
  EXPECT_FALSE(workload.push_tls_files(bench->first_files()));
  EXPECT_EQ(workload.write_patroni_configuration(configuration()).error(),
            ports::WriteError::unreachable);
  EXPECT_FALSE(workload.is_pg_hba_taken());
  EXPECT_FALSE(workload.has_locale("POSIX"));
  EXPECT_FALSE(workload.is_plan_current());
  EXPECT_FALSE(workload.is_service_running());
  EXPECT_FALSE(workload.update_and_restart_service(monitoring));
  EXPECT_FALSE(workload.update_layer(monitoring));
  EXPECT_FALSE(workload.is_exporter_current(monitoring));
  EXPECT_FALSE(workload.stop_exporter());
  EXPECT_FALSE(workload.start_exporter());
  EXPECT_FALSE(workload.signal_reload());
  EXPECT_FALSE(workload.restart_service());
  EXPECT_FALSE(workload.stop_database());
}

TEST_P(WorkloadContract, ANewContainerCanBeConnectedTo) {
  bench->kill_container();
  bench->start_container();
  EXPECT_TRUE(workload.can_connect());
}

TEST_P(WorkloadContract, KnowsTheLocalesOfItsImage) {
  EXPECT_TRUE(workload.has_locale("POSIX").value());
  EXPECT_FALSE(workload.has_locale("POSI").value());
  EXPECT_FALSE(workload.has_locale("tlh_QO.utf8").value());
}

TEST_P(WorkloadContract, KnowsTheVersionOfItsImage) {
  EXPECT_EQ(workload.database_version().value().view(), "14.13");
}

// --- the storage ---

TEST_P(WorkloadContract, TheDataDirectoryMayBeCreatedAgain) {
  EXPECT_TRUE(workload.create_data_directory());
  EXPECT_TRUE(workload.create_data_directory());
}

TEST_P(WorkloadContract, AnEmptyDataDirectoryHoldsNoDatabase) {
  EXPECT_FALSE(workload.holds_database().value());
}

TEST_P(WorkloadContract, ADatabaseIsHeldOnceItIsMade) {
  bench->make_database();
  EXPECT_TRUE(workload.holds_database().value());
}

TEST_P(WorkloadContract, ADatabaseOutlivesItsContainer) {
  bench->make_database();
  bench->kill_container();
  bench->start_container();
  EXPECT_TRUE(workload.create_data_directory());
  EXPECT_TRUE(workload.holds_database().value());
}

// --- TLS files ---

TEST_P(WorkloadContract, ThereAreNoTlsFilesAtFirst) {
  EXPECT_EQ(workload.tls_files().value(), TlsFiles{});
}

TEST_P(WorkloadContract, PushedTlsFilesAreThere) {
  ASSERT_TRUE(workload.push_tls_files(bench->first_files()));
  EXPECT_EQ(workload.tls_files().value(), bench->first_files());
}

TEST_P(WorkloadContract, PushedTlsFilesTakeThePlaceOfOthers) {
  ASSERT_TRUE(workload.push_tls_files(bench->first_files()));
  ASSERT_TRUE(workload.push_tls_files(bench->second_files()));
  EXPECT_EQ(workload.tls_files().value(), bench->second_files());
}

TEST_P(WorkloadContract, KeyAndCertificateOutliveTheirContainer) {
  ASSERT_TRUE(workload.push_tls_files(bench->first_files()));
  bench->kill_container();
  bench->start_container();
  const auto found = workload.tls_files();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->key, bench->first_files().key);
  EXPECT_EQ(found->certificate, bench->first_files().certificate);
  ASSERT_TRUE(workload.push_tls_files(bench->first_files()));
  EXPECT_EQ(workload.tls_files().value(), bench->first_files());
}

// --- patroni.yml ---

TEST_P(WorkloadContract, TheFirstConfigurationHasNoOtherParametersThanBefore) {
  EXPECT_EQ(workload.write_patroni_configuration(configuration()), false);
}

TEST_P(WorkloadContract, TheSameConfigurationHasTheSameParameters) {
  write(configuration());
  EXPECT_EQ(workload.write_patroni_configuration(configuration()), false);
}

TEST_P(WorkloadContract, MoreMemoryGivesOtherParameters) {
  write(configuration());
  PatroniConfiguration larger = configuration();
  larger.node.memory_bytes *= 2;
  EXPECT_EQ(workload.write_patroni_configuration(larger), true);
  EXPECT_EQ(workload.write_patroni_configuration(larger), false);
}

TEST_P(WorkloadContract, WhoIsAdmittedAndHowIsNoParameter) {
  write(configuration());
  PatroniConfiguration other = with_tls();
  other.hosts.push_back({1});
  other.leaving = true;
  other.operator_password = Secret("another");
  EXPECT_EQ(workload.write_patroni_configuration(other), false);
}

TEST_P(WorkloadContract, WithoutOptionsThereHasToBeAFile) {
  EXPECT_EQ(workload.write_patroni_configuration(without_options()).error(),
            ports::WriteError::no_file);
}

TEST_P(WorkloadContract, WithoutOptionsTheParametersThatStandAreKept) {
  PatroniConfiguration larger = configuration();
  larger.node.memory_bytes *= 2;
  write(larger);
  EXPECT_EQ(workload.write_patroni_configuration(without_options()), false);
  EXPECT_EQ(workload.write_patroni_configuration(larger), false);
}

TEST_P(WorkloadContract, TheConfigurationOutlivesItsContainer) {
  write(configuration());
  bench->kill_container();
  bench->start_container();
  EXPECT_EQ(workload.write_patroni_configuration(without_options()), false);
}

// --- pg_hba.conf ---

TEST_P(WorkloadContract, WithoutADatabaseNobodyIsToBeLetIn) {
  EXPECT_TRUE(workload.is_pg_hba_taken().value());
  write(configuration());
  EXPECT_TRUE(workload.is_pg_hba_taken().value());
}

TEST_P(WorkloadContract, WhoeverIsListedIsLetInOncePatroniHasWrittenIt) {
  bench->make_database();
  write(configuration());
  bench->write_pg_hba();
  EXPECT_TRUE(workload.is_pg_hba_taken().value());
  PatroniConfiguration others = configuration();
  others.hosts.push_back({1});
  write(others);
  EXPECT_FALSE(workload.is_pg_hba_taken().value());
  bench->write_pg_hba();
  EXPECT_TRUE(workload.is_pg_hba_taken().value());
  write(with_tls());
  EXPECT_FALSE(workload.is_pg_hba_taken().value());
}

TEST_P(WorkloadContract, WhatIsListedAnewSaysTheSame) {
  bench->make_database();
  write(configuration());
  bench->write_pg_hba();
  PatroniConfiguration anew = configuration();
  anew.list_anew = true;
  write(anew);
  EXPECT_TRUE(workload.is_pg_hba_taken().value());
  write(configuration());
  EXPECT_TRUE(workload.is_pg_hba_taken().value());
}

// --- Pebble's plan ---

TEST_P(WorkloadContract, ANewContainersPlanIsEmpty) {
  EXPECT_FALSE(workload.is_plan_current().value());
  EXPECT_FALSE(workload.is_service_running().value());
}

TEST_P(WorkloadContract, ALayerAloneStartsNothing) {
  write(configuration());
  ASSERT_TRUE(workload.update_layer(monitoring));
  EXPECT_TRUE(workload.is_plan_current().value());
  bench->let_pass(200ms);
  EXPECT_FALSE(workload.is_service_running().value());
  EXPECT_EQ(bench->starts(), 0U);
}

TEST_P(WorkloadContract, TheServiceRunsOnceItIsStarted) {
  start_service();
  EXPECT_TRUE(workload.is_plan_current().value());
  EXPECT_TRUE(workload.is_service_running().value());
  EXPECT_EQ(bench->starts(), 1U);
}

TEST_P(WorkloadContract, AServiceThatIsAsPlannedIsNotStartedAgain) {
  start_service();
  ASSERT_TRUE(workload.update_and_restart_service(monitoring));
  EXPECT_TRUE(workload.is_service_running().value());
  EXPECT_EQ(bench->starts(), 1U);
}

TEST_P(WorkloadContract, TheCheckFollowsTheFileThatWasWrittenLast) {
  start_service();
  EXPECT_FALSE(bench->does_check_ask_by_tls());
  write(with_tls());
  EXPECT_FALSE(workload.is_plan_current().value());
  ASSERT_TRUE(workload.update_layer(monitoring));
  EXPECT_TRUE(workload.is_plan_current().value());
  EXPECT_TRUE(bench->does_check_ask_by_tls());
  write(configuration());
  EXPECT_FALSE(workload.is_plan_current().value());
}

TEST_P(WorkloadContract, AnotherCheckLeavesTheServiceAsItIs) {
  start_service();
  write(with_tls());
  ASSERT_TRUE(workload.update_layer(monitoring));
  ASSERT_TRUE(workload.update_and_restart_service(monitoring));
  EXPECT_TRUE(workload.is_service_running().value());
  EXPECT_EQ(bench->starts(), 1U);
}

TEST_P(WorkloadContract, ThePlanGoesWithItsContainer) {
  start_service();
  bench->kill_container();
  bench->start_container();
  EXPECT_FALSE(workload.is_plan_current().value());
  EXPECT_FALSE(workload.is_service_running().value());
  ASSERT_TRUE(workload.update_and_restart_service(monitoring));
  EXPECT_TRUE(workload.is_service_running().value());
  EXPECT_EQ(bench->starts(), 2U);
}

// --- the exporter ---

TEST_P(WorkloadContract, InANewContainerThereIsNoExporter) {
  EXPECT_TRUE(workload.is_exporter_current({}).value());
  EXPECT_FALSE(workload.is_exporter_current(monitoring).value());
  EXPECT_TRUE(workload.stop_exporter());
  EXPECT_TRUE(workload.is_exporter_current({}).value());
}

TEST_P(WorkloadContract, TheExporterIsStartedWithItsPassword) {
  start_service();
  EXPECT_TRUE(workload.is_exporter_current(monitoring).value());
  EXPECT_FALSE(workload.is_exporter_current(changed).value());
  EXPECT_FALSE(workload.is_exporter_current({}).value());
}

TEST_P(WorkloadContract, WithoutAPasswordTheExporterIsNotStarted) {
  write(configuration());
  ASSERT_TRUE(workload.update_and_restart_service({}));
  EXPECT_TRUE(workload.is_service_running().value());
  EXPECT_TRUE(workload.is_exporter_current({}).value());
  EXPECT_FALSE(workload.is_exporter_current(monitoring).value());
}

TEST_P(WorkloadContract, APlanAloneStartsNoExporter) {
  write(configuration());
  ASSERT_TRUE(workload.update_layer(monitoring));
  EXPECT_FALSE(workload.is_exporter_current(monitoring).value());
  ASSERT_TRUE(workload.start_exporter());
  EXPECT_TRUE(workload.is_exporter_current(monitoring).value());
  ASSERT_TRUE(workload.start_exporter());
  EXPECT_TRUE(workload.is_exporter_current(monitoring).value());
}

TEST_P(WorkloadContract, TheExportersPasswordIsNoPartOfTheRestOfThePlan) {
  start_service();
  ASSERT_TRUE(workload.update_layer(changed));
  EXPECT_TRUE(workload.is_plan_current().value());
  EXPECT_EQ(bench->starts(), 1U);
}

TEST_P(WorkloadContract, AnExporterThatIsStoppedIsNotCurrentUntilItIsStarted) {
  start_service();
  ASSERT_TRUE(workload.stop_exporter());
  EXPECT_FALSE(workload.is_exporter_current(monitoring).value());
  ASSERT_TRUE(workload.stop_exporter());
  ASSERT_TRUE(workload.update_layer(changed));
  EXPECT_FALSE(workload.is_exporter_current(changed).value());
  ASSERT_TRUE(workload.start_exporter());
  EXPECT_TRUE(workload.is_exporter_current(changed).value());
  EXPECT_FALSE(workload.is_exporter_current(monitoring).value());
  EXPECT_TRUE(workload.is_service_running().value());
  EXPECT_EQ(bench->starts(), 1U);
}

TEST_P(WorkloadContract, TheExporterGoesWithItsContainer) {
  start_service();
  bench->kill_container();
  bench->start_container();
  EXPECT_FALSE(workload.is_exporter_current(monitoring).value());
  EXPECT_TRUE(workload.is_exporter_current({}).value());
}

// --- the service ---

TEST_P(WorkloadContract, AServiceThatRunsIsRestarted) {
  start_service();
  bench->let_pass(2s);
  ASSERT_TRUE(workload.restart_service());
  bench->let_pass(3s);
  EXPECT_TRUE(workload.is_service_running().value());
  EXPECT_EQ(bench->starts(), 2U);
}

TEST_P(WorkloadContract, AServiceThatIsPlannedAndDoesNotRunIsStartedByARestart) {
  write(configuration());
  ASSERT_TRUE(workload.update_layer(monitoring));
  ASSERT_TRUE(workload.restart_service());
  bench->let_pass(200ms);
  EXPECT_TRUE(workload.is_service_running().value());
  EXPECT_EQ(bench->starts(), 1U);
}

TEST_P(WorkloadContract, AServiceThatIsNotPlannedCannotBeRestarted) {
  EXPECT_FALSE(workload.restart_service());
}

TEST_P(WorkloadContract, AServiceThatEndsWithAnErrorComesBackByItself) {
  start_service();
  bench->crash_service();
  bench->let_pass(200ms);
  EXPECT_FALSE(workload.is_service_running().value());
  bench->let_pass(2s);
  EXPECT_TRUE(workload.is_service_running().value());
  EXPECT_EQ(bench->starts(), 2U);
}

TEST_P(WorkloadContract, AServiceThatRunsCanBeSignalled) {
  start_service();
  bench->let_pass(5s);
  EXPECT_TRUE(workload.signal_reload());
  EXPECT_TRUE(workload.is_service_running().value());
  EXPECT_EQ(bench->starts(), 1U);
}

TEST_P(WorkloadContract, AServiceThatDoesNotRunCannotBeSignalled) {
  EXPECT_FALSE(workload.signal_reload());
  write(configuration());
  ASSERT_TRUE(workload.update_layer(monitoring));
  EXPECT_FALSE(workload.signal_reload());
}

TEST_P(WorkloadContract, ADatabaseThatDoesNotRunMayBeStopped) {
  EXPECT_TRUE(workload.stop_database());
  bench->make_database();
  EXPECT_TRUE(workload.stop_database());
}

std::string name_of(const testing::TestParamInfo<Side>& side) { return side.param.name; }

INSTANTIATE_TEST_SUITE_P(Model, WorkloadContract, testing::Values(Side{"Model", model_workload}),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Live, WorkloadContract, testing::Values(Side{"Live", live_workload}),
                         name_of);

}  // namespace
}  // namespace charm::contract
