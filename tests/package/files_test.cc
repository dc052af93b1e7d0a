// What charmcraft and Juju are told of the charm is what it is.
#include "charm/package/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "charm/options/options.h"
#include "charm/postgresql_k8s.h"
#include "tests/support/places.h"

namespace charm::package {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::UnorderedElementsAreArray;

std::string charmcraft() {
  std::ostringstream text;
  text << std::ifstream(tests::in_repository("charm/package/charmcraft.yaml")).rdbuf();
  return text.str();
}

YAML::Node metadata() { return YAML::Load(metadata_yaml(charmcraft()).value()); }

std::vector<std::string> keys(const YAML::Node& map) {
  std::vector<std::string> names;
  for (const auto& entry : map) names.push_back(entry.first.Scalar());
  return names;
}

// As config-get gives it, with what the YAML says of its type.
OptionValue default_of(const YAML::Node& option) {
  const YAML::Node value = option["default"];
  if (!value) return {};
  const std::string type = option["type"].Scalar();
  if (type == "boolean") return value.as<bool>();
  if (type == "int") return value.as<std::int64_t>();
  if (type == "float") return value.as<double>();
  return value.Scalar();
}

TEST(ConfigYaml, HasTheTablesOptionsWithTheirDefaults) {
  const YAML::Node options = YAML::Load(config_yaml())["options"];
  ASSERT_EQ(options.size(), option_table().size());
  std::vector<RawOption> raw;
  for (const auto& entry : options) {
    EXPECT_FALSE(entry.second["description"].Scalar().empty());
    raw.push_back({entry.first.Scalar(), default_of(entry.second)});
  }
  const auto read = Options::read(raw);
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(*read, default_options());
}

// To Juju a float without a point is none; and `on` without quotes is a boolean.
TEST(ConfigYaml, SaysWhatAnOptionIs) {
  const std::string text = config_yaml();
  EXPECT_THAT(text, HasSubstr(R"(  connection_authentication_timeout:
    description: "Sets PostgreSQL's parameter authentication_timeout: a whole number from 1 to 600."
    type: int
    default: 60
)"));
  EXPECT_THAT(text, HasSubstr("    default: 2.0\n"));
  EXPECT_THAT(text, HasSubstr("    default: \"on\"\n"));
  EXPECT_THAT(text,
              HasSubstr("synchronous_node_count:\n    description: \"How many standbys have to "
                        "confirm a commit: all, majority, or a whole number of at least 1.\"\n"
                        "    type: string\n    default: \"all\"\n"));
}

TEST(MetadataYaml, NamesWhatTheCharmObserves) {
  const CharmDefinition& charm = postgresql_k8s();
  const YAML::Node file = metadata();
  EXPECT_EQ(file["name"].Scalar(), charm.name);
  EXPECT_THAT(keys(file["containers"]), ElementsAreArray({std::string(charm.container)}));
  EXPECT_THAT(keys(file["peers"]), ElementsAreArray(charm.relations.first(charm.peer_relations())));
  std::vector<std::string> others = keys(file["provides"]);
  std::ranges::copy(keys(file["requires"]), std::back_inserter(others));
  EXPECT_THAT(others, ElementsAreArray(charm.relations.subspan(charm.peer_relations())));
  EXPECT_THAT(keys(file["storage"]), ElementsAreArray(charm.storages));
  for (const char* none : {"type", "bases", "parts", "actions", "config", "title"}) {
    EXPECT_FALSE(file[none]) << none;
  }
}

TEST(ActionsYaml, NamesWhatTheCharmRuns) {
  const YAML::Node actions = YAML::Load(actions_yaml(charmcraft()).value());
  EXPECT_THAT(keys(actions), UnorderedElementsAreArray(postgresql_k8s().actions));
}

// Those of ActionParameters.
TEST(ActionsYaml, NamesWhatAnActionLooksAt) {
  std::set<std::string> named;
  for (const auto& action : YAML::Load(actions_yaml(charmcraft()).value())) {
    for (const std::string& name : keys(action.second["params"])) named.insert(name);
  }
  EXPECT_THAT(named, ElementsAre("force", "password", "private-key", "scope", "username"));
}

TEST(ManifestYaml, SaysWhatTheCharmWasMadeFor) {
  const YAML::Node file = YAML::Load(manifest_yaml(charmcraft(), "2026-01-31T12:00:00Z").value());
  EXPECT_EQ(file["charmcraft-started-at"].Scalar(), "2026-01-31T12:00:00Z");
  EXPECT_EQ(file["bases"][0]["channel"].Scalar(), "22.04");
  EXPECT_EQ(file["bases"][0]["channel"].Tag(), "!");  // in quotes: no number
  EXPECT_EQ(file["bases"][0]["architectures"][0].Scalar(), "amd64");
}

TEST(CharmcraftYaml, IsRefusedWhereItIsNone) {
  for (const char* text : {"", "- a", "a: [", "name: x"}) {
    EXPECT_FALSE(actions_yaml(text)) << text;
    EXPECT_FALSE(manifest_yaml(text, "")) << text;
  }
  EXPECT_FALSE(metadata_yaml("- a"));
}

}  // namespace
}  // namespace charm::package
