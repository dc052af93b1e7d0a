// The names of the forks, as choice lists spell them.
#include "model/step.h"

namespace model {

std::string_view to_text(Fork fork) {
  switch (fork) {
    case Fork::order: return "order";
    case Fork::unseen: return "unseen";
    case Fork::unit_records: return "unit-records";
    case Fork::bag_leftover: return "bag-leftover";
    case Fork::lease_revocation: return "lease-revocation";
    case Fork::route: return "route";
    case Fork::packet: return "packet";
  }
  return {};
}

}  // namespace model
