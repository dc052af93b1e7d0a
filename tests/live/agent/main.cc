// unit_agent FILE: the unit agents of one application, in real time, and the controller behind
// them. FILE says in JSON what is deployed; an operator's orders come on the standard input, and
// what comes about is told on the standard output, both a line of JSON each. It ends with its
// input. Source: tests/live/agent/README.md.
#include <unistd.h>

#include <array>
#include <fstream>
#include <iostream>

#include "charm/options/option.h"
#include "charm/postgresql_k8s.h"
#include "tests/live/agent/dispatcher.h"
#include "tests/live/agent/orders.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: unit_agent FILE\n";
    return 2;
  }
  const auto file = nlohmann::json::parse(std::ifstream(argv[1]), nullptr, false);
  if (file.is_discarded()) {
    std::cerr << argv[1] << " is no JSON\n";
    return 2;
  }
  agent::Rig rig(file, std::cout);
  rig.serve(STDIN_FILENO);
  return 0;
}
