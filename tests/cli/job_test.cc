// The Job of bench/job/, each pod a process: what its manifest tells a container to run is run
// here, and what it must not be able to do is looked for.
#include <gmock/gmock.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "tests/cli/charmsim.h"
#include "tests/support/places.h"

namespace cli {
namespace {

using testing::Contains;
using testing::HasSubstr;

class Job : public Charmsim {
 protected:
  static YAML::Node job_of(const std::string& file) {
    for (const YAML::Node& document :
         YAML::LoadAllFromFile(tests::in_repository("bench/job/" + file))) {
      if (document["kind"].as<std::string>() == "Job") return document["spec"];
    }
    throw std::runtime_error(file + " has no Job");
  }
  static YAML::Node container_of(const YAML::Node& job) {
    return job["template"]["spec"]["containers"][0];
  }
  // As kubelet would have them, with the volume at this folder, and few runs.
  Words arguments_of(const YAML::Node& job, const std::string& index) {
    Words words;
    for (const YAML::Node& word : container_of(job)["args"]) {
      std::string text = word.as<std::string>();
      for (const auto& [mark, by] : {std::pair<std::string, std::string>("/shards", path("shards")),
                                     {"$(JOB_COMPLETION_INDEX)", index}}) {
        if (const auto at = text.find(mark); at != text.npos) text.replace(at, mark.size(), by);
      }
      if (!words.empty() && words.back() == "--runs") text = "20";
      words.push_back(std::move(text));
    }
    return words;
  }
};

TEST_F(Job, MeasuresInItsPodsWhatOneRunDoes) {
  const YAML::Node job = job_of("failover-job.yaml");
  std::filesystem::create_directory(path("shards"));
  const auto completions = job["completions"].as<unsigned>();
  for (unsigned pod = 0; pod < completions; ++pod) {
    const std::string index = std::to_string(pod);
    const Result result = charmsim(arguments_of(job, index), {"JOB_COMPLETION_INDEX=" + index});
    ASSERT_EQ(result.code, 0) << result.err;
  }
  const Result merged = charmsim(arguments_of(job_of("merge-job.yaml"), ""));
  EXPECT_EQ(merged.code, 0) << merged.err;
  // The same without parts.
  Words words = arguments_of(job, "");
  const auto at = std::ranges::find(words, "--shards");
  words.erase(at, at + 2);
  words.erase(std::ranges::find(words, "--out"), words.end());
  EXPECT_EQ(merged.out, charmsim(words).out);
  EXPECT_THAT(merged.out, HasSubstr("80 failovers"));
}

TEST_F(Job, HasNoMoreRightsThanItNeeds) {
  for (const char* file : {"failover-job.yaml", "merge-job.yaml"}) {
    const YAML::Node job = job_of(file);
    const YAML::Node pod = job["template"]["spec"];
    EXPECT_FALSE(pod["automountServiceAccountToken"].as<bool>()) << file;
    EXPECT_TRUE(pod["securityContext"]["runAsNonRoot"].as<bool>()) << file;
    EXPECT_NE(pod["securityContext"]["runAsUser"].as<int>(), 0) << file;
    EXPECT_EQ(pod["securityContext"]["seccompProfile"]["type"].as<std::string>(), "RuntimeDefault");
    for (const char* shared : {"hostNetwork", "hostPID", "hostIPC", "serviceAccountName"}) {
      EXPECT_FALSE(pod[shared]) << file << ", " << shared;
    }
    ASSERT_EQ(pod["containers"].size(), 1U);
    const YAML::Node rights = container_of(job)["securityContext"];
    EXPECT_FALSE(rights["allowPrivilegeEscalation"].as<bool>()) << file;
    EXPECT_TRUE(rights["readOnlyRootFilesystem"].as<bool>()) << file;
    EXPECT_EQ(rights["capabilities"]["drop"].as<std::vector<std::string>>(), Words{"ALL"}) << file;
    EXPECT_FALSE(rights["capabilities"]["add"]) << file;
    for (const YAML::Node& volume : pod["volumes"]) EXPECT_FALSE(volume["hostPath"]) << file;
  }
}

// The parts that there are, and those that the pods have.
TEST_F(Job, HasAsManyPodsAsParts) {
  const YAML::Node job = job_of("failover-job.yaml");
  const auto words = container_of(job)["args"].as<std::vector<std::string>>();
  const auto at = std::ranges::find(words, "--shards");
  ASSERT_NE(at, words.end());
  EXPECT_EQ(*(at + 1), job["completions"].as<std::string>());
  EXPECT_EQ(job["completionMode"].as<std::string>(), "Indexed");
  EXPECT_THAT(words, Contains("--out"));
}

}  // namespace
}  // namespace cli
