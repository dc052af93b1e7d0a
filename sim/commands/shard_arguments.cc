// Which part of a campaign is to be done, from the arguments or from Kubernetes.
#include <cstdlib>

#include "sim/commands/arguments.h"
#include "sim/commands/numbers.h"

namespace sim {
namespace {

constexpr const char* index_variable = "JOB_COMPLETION_INDEX";

Shard shard_of_job(std::uint32_t count) {
  const char* text = std::getenv(index_variable);
  if (text == nullptr) {
    throw CLI::ValidationError("--shards", std::string("finds no ") + index_variable +
                                               " in the environment; the pods of an Indexed Job "
                                               "have it, and others need --shard i/n");
  }
  const auto index = whole_number<0U, std::uint32_t>(text);
  if (index && *index < count) return {*index, count};
  throw CLI::ValidationError("--shards", std::string("finds \"") + text + "\" in " +
                                             index_variable + "; must be 0 to " +
                                             std::to_string(count - 1));
}

}  // namespace

void add_shards(CLI::App& command, std::optional<Shard>& shard) {
  auto* one = command
                  .add_option_function<std::string>(
                      "--shard",
                      [&shard](const std::string& text) {
                        shard = parse_shard(text);
                        if (shard) return;
                        throw CLI::ValidationError(
                            "--shard", "is \"" + text +
                                           "\"; must be i/n, as 0/8 to 7/8 for eight parts, of at "
                                           "most " +
                                           std::to_string(most_shards));
                      },
                      "Only this part of the runs, for merge: 0/8 to 7/8 are all")
                  ->type_name("i/n");
  command
      .add_option_function<std::string>(
          "--shards",
          [&shard](const std::string& text) {
            shard = shard_of_job(read_number<1U, std::uint32_t, most_shards>("--shards", text));
          },
          "In a pod of an Indexed Job: the part of so many that the environment's\n"
          "JOB_COMPLETION_INDEX says")
      ->type_name("n")
      ->excludes(one);
}

}  // namespace sim
