// What every ports::PostgreSQL promises, held against the model's: in an action of a unit that is
// alone, initialised and has two clients that nobody has served.
#include "charm/hooks/hooks.h"
#include "charm/options/extensions.h"
#include "charm/runtime/unit.h"
#include "charm/steps/system_users.h"
#include "tests/contract/postgresql.h"
#include "tests/support/runs.h"

namespace contract {
namespace {

class ModelPostgreSQL final : public PostgreSQLService {
 public:
  explicit ModelPostgreSQL(charm::Unit& unit)
      : unit_(unit), clients_(unit.juju.client_relations()) {}

  charm::ports::PostgreSQL& sql() override { return unit_.postgresql; }
  RelationId client(std::size_t which) override { return clients_[which]; }
  Secret make_client_password(RelationId relation) override {
    return unit_.entropy.make_client_password(relation);
  }
  Secret make_password(SystemUser user) override { return unit_.entropy.make_password(user); }
  DatabasePasswords announced() override { return charm::steps::stored_passwords(unit_); }
  void stage_operator(const Secret& password) override {
    EXPECT_TRUE(unit_.juju.set_password(SystemUser::operator_user, password));
  }
  ExtensionSet some_extensions() override { return charm::extension_named("hstore"); }
  charm::HostName own_host() override { return charm::host_of(unit_.name); }
  // Patroni starts it anew at its next cycle; nobody sleeps here so long.
  void stop_primary() override { EXPECT_TRUE(unit_.workload.stop_database()); }

 private:
  charm::Unit& unit_;
  charm::ClientRelations clients_;
};

constexpr const char* alone = R"(
  "world": {"units": 1},
  "story": [
    {"at_s": 1, "set_config": {"plugin_audit_enable": false}},
    {"when": "settled", "after_s": 60, "relate": "shop", "database": "orders"},
    {"relate": "billing", "database": "invoices"},
    {"after_s": 120, "run_action": "get-primary", "unit": 0},
    {"after_s": 120, "set_config": {"plugin_audit_enable": false, "plugin_hstore_enable": true}}
  ])";

// A handler is a plain function, so it finds its case here.
const PostgreSQLCase* the_case = nullptr;
int times_ended = 0;

charm::Outcome run_case(charm::Unit& unit, const charm::Event& /*event*/) {
  ModelPostgreSQL given(unit);
  EXPECT_TRUE(given.sql().create_users_and_grants(given.announced().back()));
  the_case->run(given);
  ++times_ended;
  return {};
}

bool serves_clients(const charm::Handler& handler) {
  return handler.run == charm::on_database_relation_changed ||
         handler.run == charm::on_database_leader_elected;
}

TEST_P(PostgreSQLContract, Holds) {
  std::vector<charm::Handler> handlers;
  for (charm::Handler handler : charm::postgresql_k8s().handlers) {
    if (serves_clients(handler)) continue;
    if (handler.name == "get-primary") handler.run = run_case;
    handlers.push_back(handler);
  }
  charm::CharmDefinition definition = charm::postgresql_k8s();
  definition.handlers = handlers;
  the_case = &GetParam();
  times_ended = 0;
  (void)sim::given::run_calm(sim::given::scenario_with(alone), {&definition, {}, nullptr});
  EXPECT_GE(times_ended, 1);
}
INSTANTIATE_TEST_SUITE_P(Model, PostgreSQLContract, testing::ValuesIn(postgresql_cases), case_name);

}  // namespace
}  // namespace contract
