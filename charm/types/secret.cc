#include "charm/types/secret.h"

namespace charm {

std::string_view to_text(SystemUser user) {
  switch (user) {
    case SystemUser::operator_user: return "operator";
    case SystemUser::replication: return "replication";
    case SystemUser::rewind: return "rewind";
    case SystemUser::monitoring: return "monitoring";
    case SystemUser::patroni: return "patroni";
  }
  CHECK(false && "no such user");
  return {};
}

}  // namespace charm
