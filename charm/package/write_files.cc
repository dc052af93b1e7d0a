// charm_files FOLDER CHARMCRAFT_YAML MADE_AT: writes metadata.yaml, config.yaml, actions.yaml and
// manifest.yaml there.
#include <expected>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <utility>

#include "charm/package/files.h"

int main(int argc, char** argv) {
  using namespace charm::package;
  if (argc != 4) {
    std::cerr << "usage: charm_files FOLDER CHARMCRAFT_YAML MADE_AT\n";
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  std::ostringstream text;
  text << std::ifstream(argv[2]).rdbuf();
  const std::string charmcraft = text.str();
  using File = std::pair<const char*, std::expected<std::string, MalformedFile>>;
  for (const File& file :
       {File{"metadata.yaml", metadata_yaml(charmcraft)}, File{"config.yaml", config_yaml()},
        File{"actions.yaml", actions_yaml(charmcraft)},
        File{"manifest.yaml", manifest_yaml(charmcraft, argv[3])}}) {
    if (!file.second) {
      std::cerr << "cannot write " << file.first << ": of " << argv[2] << ": "
                << file.second.error().text << "\n";
      return 1;
    }
    std::ofstream out(folder / file.first);
    out << *file.second;
    if (!out.flush()) {
      std::cerr << "cannot write " << (folder / file.first).string() << "\n";
      return 1;
    }
  }
  return 0;
}
