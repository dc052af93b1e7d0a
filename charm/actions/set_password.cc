// Chart: charm/flowcharts/action-set-password.mmd. Names are its node ids: a statement a box, a
// return an exit.
#include <string>

#include "charm/actions/actions.h"
#include "charm/steps/action.h"
#include "charm/steps/configuration.h"
#include "charm/steps/members.h"
#include "charm/steps/system_users.h"

namespace charm {
namespace {

// The own Patroni has not taken it, and nothing would tell it again. The database is still open to
// who knows the new password, which nobody will know any more.
Outcome undo(Unit& unit, SystemUser user, const Secret& before) {
  unit.path.at("alter_user_back");
  unit.path.took(unit.postgresql.alter_password(user, before) ? "done" : "refused");
  unit.path.at("take_secret_back");
  (void)unit.juju.set_password(user, before);  // Not the leader any more: nothing is committed.
  return steps::fail_action(unit, "fail_configuration", "Failed changing the password.",
                            "the own Patroni has not taken it");
}

// What the database and the member's patroni.yml have where this ends early, uphold-passwords sets
// back: it goes by the secret.
Outcome change(Unit& unit, SystemUser user, const Secret& before, const Secret& password) {
  unit.path.at("alter_user");
  if (!unit.postgresql.alter_password(user, password)) {
    unit.path.took("refused");
    return steps::fail_action(unit, "fail_sql", "Failed changing the password.",
                              "the primary has not done it");
  }
  unit.path.took("done");
  unit.path.at("set_secret");
  if (!unit.juju.set_password(user, password)) {
    unit.path.took("not leader");
    return steps::fail_action(unit, "fail_lost", "Failed changing the password.",
                              "leadership was lost");
  }
  unit.path.took("done");
  unit.path.at("update_config");
  if (!steps::is_done_but_for_options(steps::update_config(unit))) {
    unit.path.took("refused");
    return undo(unit, user, before);
  }
  unit.path.took("done");
  unit.path.at("set_result");
  unit.action.set_result("password", password);
  return unit.path.done("rtn", "the password is another");
}

Outcome refuse_user(Unit& unit, std::string_view name) {
  return steps::fail_action(unit, "fail_user",
                            std::string("The action can be run only for system users: ")
                                .append(steps::database_users)
                                .append(" not ")
                                .append(name),
                            "its password is none that may be chosen");
}

Outcome refuse_password(Unit& unit) {
  return steps::fail_action(unit, "fail_password",
                            std::string("Failed changing the password: it must be ")
                                .append(steps::usable_passwords)
                                .append("."),
                            "it is no password");
}

Outcome leave_it(Unit& unit, const Secret& password) {
  unit.path.at("log_equal");
  unit.action.log("The old and new passwords are equal.");
  unit.action.set_result("password", password);
  return unit.path.done("rtn_equal", "the password is that already");
}

}  // namespace

Outcome on_set_password(Unit& unit, const Event& /*event*/) {
  if (!unit.path.at("is_leader").yes(unit.juju.is_leader())) {
    return steps::fail_action(unit, "fail_leader", "The action can be run only on leader unit",
                              "the leader does it");
  }
  const ActionParameters asked = unit.action.parameters();
  const bool named = asked.username && !asked.username->empty();
  if (!unit.path.at("has_username").yes(named)) {
    return steps::fail_action(unit, "fail_username", "The action requires a username",
                              "nobody is named");
  }
  const auto user = steps::database_user(asked.username->view());
  if (!unit.path.at("is_system_user").yes(user.has_value())) {
    return refuse_user(unit, asked.username->view());
  }
  const bool usable = !asked.password || steps::is_usable_password(*asked.password);
  if (!unit.path.at("is_usable").yes(usable)) return refuse_password(unit);
  const Secret before = unit.juju.passwords().of(*user);
  const Secret password = asked.password ? *asked.password : unit.entropy.make_password(*user);
  if (unit.path.at("is_equal").yes(password == before)) return leave_it(unit, password);
  if (!unit.path.at("are_all_members_ready").yes(steps::are_all_members_ready(unit))) {
    return steps::fail_action(
        unit, "fail_members",
        "Failed changing the password: Not all members healthy or finished initial sync.",
        "a member is not ready");
  }
  return change(unit, *user, before, password);
}

}  // namespace charm
