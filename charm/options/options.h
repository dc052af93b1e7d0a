// The charm's options as an operator has set them: all of them valid, or one error that names the
// option. Source: config-and-wire.md, section 1.2.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "charm/options/option.h"
#include "charm/types/cluster.h"
#include "charm/types/extension_set.h"

namespace charm {

// As `config-get` gives it.
struct RawOption {
  std::string name;
  OptionValue value;

  friend bool operator==(const RawOption&, const RawOption&) = default;
};

struct OptionError {
  std::string option;
  std::string text;  // `Value is not between 16 and 1073741823`

  friend bool operator==(const OptionError&, const OptionError&) = default;
};
// `memory_shared_buffers: Value is not ...`
std::string to_text(const OptionError& error);

class Options {
 public:
  // Each at its default.
  Options();

  // What is not named keeps its default, as `config-get --all` tells it; what is named without a
  // value has none. An option that the table does not have is ignored, as upstream does.
  static std::expected<Options, OptionError> read(std::span<const RawOption> raw);

  // Nothing, if the option has no value. The name must be one of the table's, and of that type.
  [[nodiscard]] std::optional<bool> flag(std::string_view name) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const;
  [[nodiscard]] std::optional<double> real(std::string_view name) const;
  [[nodiscard]] std::optional<std::string_view> text(std::string_view name) const;
  // Of one that may be a word: the number it is; nothing if it is a word, or has no value.
  [[nodiscard]] std::optional<std::int64_t> number_in(std::string_view name) const;

  // What a node may be too small for, what PostgreSQL takes only when it starts, and what else is
  // asked for by number; told at every rendering, so it is kept.
  struct Demands {
    std::int64_t shared_buffers = 0;   // 0: unset
    std::int64_t memory_limit_mb = 0;  // 0: unset
    std::int64_t most_workers = 0;     // 0: no number is set
    std::string_view workers_option;   // which asks for them
    std::int64_t wal_keep_size_mb = 0;
    bool is_production = false;        // the profile
    std::int64_t max_connections = 0;  // 0: unset
    std::int64_t max_prepared_transactions = 0;
    std::int64_t track_activity_query_size = 0;  // in bytes
    std::int64_t old_snapshot_threshold = 0;     // in minutes
    std::int64_t autovacuum_freeze_max_age = 0;
    // Nothing: no value; 0: `auto`.
    std::optional<std::int64_t> max_worker_processes;
    std::optional<std::int64_t> max_logical_replication_workers;

    friend bool operator==(const Demands&, const Demands&) = default;
  };
  [[nodiscard]] const Demands& demands() const { return demands_; }

  // Which extensions are asked for: kept for the same reason (extensions.h).
  [[nodiscard]] const ExtensionSet& extensions() const { return extensions_; }

  // By the table's index: for what is asked at every rendering (option_index()).
  [[nodiscard]] const OptionValue& at(std::size_t index) const { return values_[index]; }
  [[nodiscard]] bool is_default(std::size_t index) const { return !is_set_[index]; }

  friend bool operator==(const Options&, const Options&) = default;

 private:
  // What follows from the values.
  void note_demands();
  [[nodiscard]] std::optional<std::int64_t> workers(std::string_view name) const;

  // One for each of the table: its value, and whether that is another than the default.
  std::vector<OptionValue> values_;
  std::vector<bool> is_set_;
  Demands demands_;
  ExtensionSet extensions_;
};

// Each at its default.
const Options& default_options();

// All that a valid configuration asks for.
const Options& options_of(const CharmConfig& config);

// For the hooks; `options` has to live as long as it is used.
CharmConfig charm_config(const Options& options);

}  // namespace charm
