// What Pebble answers, read: pure functions of the status and the body of an HTTP answer. Nothing
// that Pebble has written comes into an error's text but a status, a kind, or the number of a
// change. Source: juju-and-pebble.md, sections 6.2 to 6.6.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace charm::live {

struct PebbleError {
  enum class What : std::uint8_t {
    not_found,  // what the request names is not there: 404, or the kind `not-found`
    timed_out,  // 504: the change that is waited for is not ready yet
    failed,     // the change has ended, and one of its tasks with an error
    other,      // no answer, none of Pebble's, or no; something may have taken effect
  };

  What what = What::other;
  std::string text;  // for the log: `404 not-found`

  friend bool operator==(const PebbleError&, const PebbleError&) = default;
};

template <class T>
using FromPebble = std::expected<T, PebbleError>;

struct ServiceInfo {
  std::string name;
  bool active = false;  // `current`; not `inactive`, `backoff` or `error`

  friend bool operator==(const ServiceInfo&, const ServiceInfo&) = default;
};

enum class CheckStatus : std::uint8_t { up, down, inactive };

struct CheckInfo {
  std::string name;
  CheckStatus status = CheckStatus::inactive;
  std::int64_t failures = 0;  // in a row

  friend bool operator==(const CheckInfo&, const CheckInfo&) = default;
};

enum class FileType : std::uint8_t { file, directory, other };

struct FileInfo {
  std::string path;
  FileType type = FileType::other;
  std::string permissions;  // three octal digits: `640`
  std::string user;         // empty: the number has no name there
  std::string group;

  friend bool operator==(const FileInfo&, const FileInfo&) = default;
};

// The number of a change or of a task, as it stands in a URL: decimal digits only.
using PebbleId = std::string;

struct Change {
  bool ready = false;
  bool failed = false;           // with `ready`: a task ended in an error, or was given up
  std::optional<int> exit_code;  // of a command

  friend bool operator==(const Change&, const Change&) = default;
};

struct StartedCommand {
  PebbleId change;
  PebbleId task;

  friend bool operator==(const StartedCommand&, const StartedCommand&) = default;
};

// Whatever the result is.
FromPebble<void> read_done(int status, std::string_view body);
FromPebble<std::string> read_plan(int status, std::string_view body);
FromPebble<std::vector<ServiceInfo>> read_services(int status, std::string_view body);
FromPebble<std::vector<CheckInfo>> read_checks(int status, std::string_view body);
FromPebble<std::vector<FileInfo>> read_file_list(int status, std::string_view body);
// Of a request that goes on: the change to wait for.
FromPebble<PebbleId> read_change_id(int status, std::string_view body);
FromPebble<Change> read_change(int status, std::string_view body);
FromPebble<StartedCommand> read_started_command(int status, std::string_view body);
// Of make-dirs and write: Pebble says 200 even if each of them has failed. The first error, if
// there is one; the text ends with its path's place in the request.
FromPebble<void> read_file_results(int status, std::string_view body, std::size_t expected);
// The contents in the order of the paths; nothing: there is no such file.
FromPebble<std::vector<std::optional<std::string>>> read_files(
    int status, std::string_view content_type, std::string_view body,
    const std::vector<std::string>& paths);

// On a websocket of a command: whether this text frame says that nothing more comes on it.
bool is_end_of_stream(std::string_view text);

}  // namespace charm::live
