#include <iostream>
#include "sim/explorer/explorer.h"
#include "sim/explorer/lease_model.h"
int main(int, char** v) {
  using namespace sim::explorer;
  const auto u = [&](int i) { return unsigned(atoi(v[i])); };
  LeaseModel<2> m({u(1), u(2), u(3), u(4)});
  timespec a, b; clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
  auto r = explore(m, {.workers = u(5)});
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
  double s = double(b.tv_sec - a.tv_sec) + 1e-9 * double(b.tv_nsec - a.tv_nsec);
  std::cout << to_text(r) << "\n" << r.unique << ' ' << r.generated << ' ' << r.violations << ' ' << r.unique / s / 1e6 << " M/s "
   << double(r.bytes()) / double(r.unique) << " B " << r.table_bytes << ' ' << r.frontier_bytes << ' ' << r.buffer_bytes << ' ' << r.depth << '\n';
}
