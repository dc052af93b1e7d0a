// The extensions of each database. Source: config-and-wire.md, section 1.7.
#include "charm/live/postgresql.h"
#include "charm/options/extensions.h"

namespace charm::live {
namespace {

using ports::ExtensionError;

constexpr std::string_view dependent_objects_still_exist = "2BP01";

// What is to be done, in the order of extensions(); empty: nothing.
std::vector<Statement> differences(const SqlRows& there, const ExtensionSet& wanted) {
  std::vector<Statement> statements;
  for (const Extension& extension : extensions(wanted)) {
    std::string_view name = extension.name;
    if (name.starts_with('"')) name = name.substr(1, name.size() - 2);
    bool found = false;
    for (std::size_t row = 0; row < there.size() && !found; ++row) found = there.at(row) == name;
    if (found == extension.enabled) continue;
    const char* change =
        extension.enabled ? "CREATE EXTENSION IF NOT EXISTS " : "DROP EXTENSION IF EXISTS ";
    statements.push_back({std::string(change).append(extension.name), {}});
  }
  return statements;
}

constexpr const char* installed = "SELECT extname FROM pg_extension";

}  // namespace

std::expected<std::vector<std::string>, SqlFailure> PostgreSQL::databases() {
  auto session = on_primary();
  if (!session) return std::unexpected(session.error());
  const auto found = session->run(
      {"SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY oid",
       {}});
  if (!found) return std::unexpected(found.error());
  std::vector<std::string> names;
  names.reserve(found->size());
  for (std::size_t row = 0; row < found->size(); ++row) names.emplace_back(found->at(row));
  return names;
}

// All or nothing of one database.
PostgreSQL::Done PostgreSQL::fit_extensions(SqlSession& session, const ExtensionSet& wanted) {
  const auto there = session.run({installed, {}});
  if (!there) return std::unexpected(there.error());
  std::vector<Statement> statements = differences(*there, wanted);
  if (statements.empty()) return {};
  // Those whose schema is not their own business go where upstream's are.
  statements.insert(statements.begin(), {"SET LOCAL search_path = public", {}});
  return session.run_together(statements);
}

std::expected<bool, Unreachable> PostgreSQL::has_extensions(const ExtensionSet& wanted) {
  constexpr std::string_view what = "look for extensions";
  const auto all = databases();
  if (!all) return std::unexpected(cannot(what, all.error()));
  for (const std::string& database : *all) {
    auto session = on_primary(database);
    if (!session) return std::unexpected(cannot(what, session.error()));
    const auto there = session->run({installed, {}});
    if (!there) return std::unexpected(cannot(what, there.error()));
    if (!differences(*there, wanted).empty()) return false;
  }
  return true;
}

std::expected<void, ExtensionError> PostgreSQL::set_extensions(const ExtensionSet& wanted) {
  const auto set = [&]() -> Done {
    const auto all = databases();
    if (!all) return std::unexpected(all.error());
    for (const std::string& database : *all) {
      auto session = on_primary(database);
      if (!session) return std::unexpected(session.error());
      if (Done done = fit_extensions(*session, wanted); !done) return done;
    }
    return {};
  }();
  if (set) return {};
  (void)cannot("set extensions", set.error());
  return std::unexpected(set.error().state == dependent_objects_still_exist
                             ? ExtensionError::objects_depend
                             : ExtensionError::unreachable);
}

}  // namespace charm::live
