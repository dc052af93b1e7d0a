// What a hook asks of PostgreSQL. Source: charm-hooks.md, 1.6, 6.3.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "charm/types/client.h"
#include "charm/types/errors.h"
#include "charm/types/extension_set.h"
#include "charm/types/names.h"
#include "charm/types/secret.h"

namespace charm::ports {

enum class SqlError : std::uint8_t {
  unreachable,    // no primary answers, or nobody confirms
  invalid_roles,  // one of them is no role that may be asked for, or the list has been cut
};

enum class ExtensionError : std::uint8_t {
  unreachable,     // no primary answers, or nobody confirms
  objects_depend,  // on one that is to be dropped
};

enum class ClientUserState : std::uint8_t {
  none,
  without_database,
  complete,  // it owns its database, or shares that of another client
};

// What an operator sets, and only the running system knows all values of. Source:
// config-and-wire.md, section 1.5.
enum class SystemValue : std::uint8_t {
  text_search_configuration,  // `pg_catalog.english`, in pg_ts_config
  date_style,                 // SET DateStyle takes it
  time_zone,                  // in pg_timezone_names
  table_access_method,        // in pg_am
  role,                       // in pg_roles
};

class PostgreSQL {
 public:
  virtual ~PostgreSQL() = default;

  // What goes to the primary logs in as `operator`, with the password that the application secret
  // has or, after an own set_password(), will have. A database that takes neither refuses, which is
  // unreachable here, too.

  // On the primary, through its Service: the roles `backup`, `monitoring` and `admin` with their
  // grants; harmless where they exist. `monitoring` gets this password.
  virtual std::expected<void, Unreachable> create_users_and_grants(const Secret& monitoring) = 0;
  // On the primary, through its Service, like what follows. A statement is over when the standbys
  // have it that the primary waits for; without them it is given up after 30 s as unreachable,
  // though what it did may stay.
  //
  // The user `relation_id_<number>` with this password and these roles; one that exists is altered.
  virtual std::expected<void, SqlError> create_client_user(RelationId relation,
                                                           const Secret& password,
                                                           const RequestText& extra_user_roles) = 0;
  // The database, if it is not there, with these extensions; all of it is its user's, and nothing
  // is PUBLIC's. The name is quoted as an identifier: quotes and blanks in it are a part of it.
  virtual std::expected<void, SqlError> create_client_database(RelationId relation,
                                                               const RequestText& database,
                                                               const ExtensionSet& extensions) = 0;
  // What it owns becomes the operator's, what it may is revoked. Harmless if there is no such user.
  virtual std::expected<void, Unreachable> drop_client_user(RelationId relation) = 0;
  // What there is of that user.
  virtual std::expected<ClientUserState, Unreachable> client_user(RelationId relation) = 0;
  // Whether it logs in with this password.
  virtual std::expected<bool, Unreachable> takes_client_password(RelationId relation,
                                                                 const Secret& password) = 0;
  // The relations that there are such users of, in ascending order.
  virtual std::expected<ClientRelations, Unreachable> client_users() = 0;
  // `14.13`
  virtual std::expected<BoundedText<15>, Unreachable> version() = 0;
  // Whether each database but the templates has these extensions, and no others of those that the
  // options speak of.
  virtual std::expected<bool, Unreachable> has_extensions(const ExtensionSet& wanted) = 0;
  // Creates and drops them there, each if need be, in the order of extensions(); never with what
  // depends on it. Harmless where nothing is to be done. What was done before an error may stay.
  virtual std::expected<void, ExtensionError> set_extensions(const ExtensionSet& wanted) = 0;
  // The password of one of the charm's own users; not `patroni`, who is none of the database's.
  virtual std::expected<void, Unreachable> alter_password(SystemUser user,
                                                          const Secret& password) = 0;

  // On the own member: whether each of them can log in with its password; it tries. One that is
  // empty is not tried.
  virtual std::expected<bool, Unreachable> takes_passwords(const DatabasePasswords& passwords) = 0;
  // On the own member, which has to be the primary: gives them these passwords. As `backup`, whom
  // the workload's operating system vouches for: it needs none of them. It waits for no standby
  // (synchronous_commit local), for none may be able to log in before it is done.
  virtual std::expected<void, Unreachable> restore_passwords(
      const DatabasePasswords& passwords) = 0;
  // On the member of that host: whether its pg_hba lets this unit's host begin a replication
  // connection, as `replication` with this password; it tries, from where a copy would be made.
  // Unreachable, too, where the password is refused.
  virtual std::expected<bool, Unreachable> lets_replicate(HostName host,
                                                          const Secret& password) = 0;
  // On the own member: the units that its synchronous_standby_names names; `*` names none.
  virtual std::expected<UnitSet, Unreachable> waited_for() = 0;
  // On the own member: whether it is one of those values.
  virtual std::expected<bool, Unreachable> knows(SystemValue kind, std::string_view value) = 0;
};

}  // namespace charm::ports
