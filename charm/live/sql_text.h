// What PostgreSQL and libpq say in text, and what the names in it mean. All of it comes from
// outside: what is malformed is nobody, and no text is too long or too strange.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "charm/types/bounded_text.h"
#include "charm/types/names.h"

namespace charm::live {

// The units in the parameter synchronous_standby_names: `*` names none, nor does a name that is no
// member's of this application. `"pg-1","pg-2"`, `2 ("pg-1","pg-2")`, `ANY 1 (pg-1, pg-2)`.
UnitSet named_standbys(const AppName& app, std::string_view parameter);

// The roles of a client's `extra-user-roles`, in lower case: `createdb,ADMIN`. Blanks are a part of
// a name; after a comma at the end there is none.
std::vector<std::string> asked_roles(std::string_view list);

// The user of a client application, and back: `relation_id_7`. Nothing if it is no such user's
// name.
std::string client_user_name(RelationId relation);
std::optional<RelationId> parse_client_user_name(std::string_view name);

// The number of server_version: `14.13` of `14.13 (Ubuntu 14.13-0ubuntu0.22.04.1)`.
BoundedText<15> version_number(std::string_view server_version);

// The SQLSTATE in libpq's text of a failed connection, as it words it with PQERRORS_SQLSTATE:
// `28P01` of `connection to server ... failed: FATAL:  28P01`. Empty: the server did not say.
std::string_view sqlstate_in(std::string_view message);

// Of a connection that failed without a word of the server, for the log: a phrase of ours, chosen
// by libpq's text, which may quote what the other side has sent.
std::string_view kind_of_failure(std::string_view message);

// The same of an SQLSTATE that an operator may know what to do about: `out of connections`. Empty
// for all others.
std::string_view meaning_of(std::string_view sqlstate);

}  // namespace charm::live
