// compare SCENARIO RECORD [RUNS]: looks for a simulated run of the scenario that is like the live
// one whose record that file is (likeness.h). It ends with 0 if there is one.
#include <fstream>
#include <iostream>

#include "sim/scenario/read.h"
#include "tests/live/scenes/likeness.h"

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::cerr << "usage: compare SCENARIO RECORD [RUNS]\n";
    return 2;
  }
  const auto scenario = sim::read_scenario_file(argv[1]);
  const auto file = nlohmann::json::parse(std::ifstream(argv[2]), nullptr, false);
  if (!scenario || file.is_discarded()) {
    std::cerr << "no scenario, or no record\n";
    return 2;
  }
  const std::uint64_t runs = argc == 4 ? std::stoull(argv[3]) : 20'000;
  const auto found = scenes::look_for(*scenario, scenes::live_in(file), runs);
  std::cout << (found.alike ? "alike" : "not alike") << " after " << found.runs << " runs\n"
            << found.difference << "\noutside of the model's windows:" << found.outside
            << "\nchoices: " << to_text(found.choices) << '\n';
  return found.alike ? 0 : 1;
}
