// Our side of the comparison, a line of JSON for each line of JSON on the standard input:
//
//   {"json": VALUE}     the text that we would write into a databag
//   {"notices": TEXT}   the rows that we read of ops' deferral queue, or null if we refuse it
#include <iostream>

#include "charm/wire/json.h"
#include "charm/wire/ops_queue.h"

namespace {

using nlohmann::json;

json answer(const json& question) {
  if (question.contains("json")) return charm::wire::to_python_json(question["json"]);
  const auto rows = charm::wire::parse_ops_notices(question["notices"].get<std::string>());
  if (!rows) return nullptr;
  json list = json::array();
  for (const charm::wire::OpsNotice& row : *rows) {
    list.push_back({row.event, row.observer, row.method});
  }
  return list;
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answer(json::parse(line)).dump(-1, ' ', true) << '\n';
  }
}
