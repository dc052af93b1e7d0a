// compare SCENARIO RECORD [RUNS [STORY]]: looks for a simulated run of the scenario that is like
// the live one whose record that file is (likeness.h), and writes the story of the likest one into
// the file STORY. It ends with 0 if there is one.
#include <fstream>
#include <iostream>

#include "sim/scenario/read.h"
#include "tests/live/scenes/likeness.h"

int main(int argc, char** argv) {
  if (argc < 3 || argc > 5) {
    std::cerr << "usage: compare SCENARIO RECORD [RUNS [STORY]]\n";
    return 2;
  }
  const auto scenario = sim::read_scenario_file(argv[1]);
  const auto file = nlohmann::json::parse(std::ifstream(argv[2]), nullptr, false);
  if (!scenario || file.is_discarded()) {
    std::cerr << "no scenario, or no record\n";
    return 2;
  }
  const std::uint64_t runs = argc >= 4 ? std::stoull(argv[3]) : 20'000;
  std::ofstream story;
  if (argc == 5) {
    story.open(argv[4]);
    if (!story) {
      std::cerr << argv[4] << " cannot be written\n";
      return 2;
    }
  }
  const auto found =
      scenes::look_for(*scenario, scenes::live_in(file), runs, argc == 5 ? &story : nullptr);
  std::cout << (found.alike ? "alike" : "not alike") << " after " << found.runs << " runs\n"
            << found.difference << "\noutside of the model's windows:" << found.outside
            << "\nchoices: " << to_text(found.choices) << '\n';
  return found.alike ? 0 : 1;
}
