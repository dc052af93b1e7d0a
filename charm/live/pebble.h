// Pebble's API over its unix socket. One try each, and a deadline for everything; what a call has
// begun goes on in Pebble when its deadline has passed. Source: juju-and-pebble.md, section 6.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "charm/live/http.h"
#include "charm/live/pebble_answers.h"
#include "charm/types/time.h"

namespace charm::live {

struct PebbleDeadlines {
  Duration request = std::chrono::seconds(5);  // for one answer, as in ops
  // For services to stop and start: Patroni has 25 s to end (charm/rendering/pebble_layer.cc),
  // Pebble waits 5 s more for what it has killed, and a second for what it starts.
  Duration change = std::chrono::seconds(40);
};

// Who owns a file or runs a command: a user and the group of the same name.
struct DirectoryToMake {
  std::string path;
  std::string permissions;  // three octal digits: `750`
  std::string owner;
};

struct FileToWrite {
  std::string path;
  std::string permissions;
  std::string owner;
  std::string contents;
};

struct Command {
  std::vector<std::string> words;               // no shell reads them, and everybody sees them
  std::string input;                            // what it reads; may be secret
  std::string user;                             // and its group; empty: Pebble's own
  Duration timeout = std::chrono::seconds(30);  // Pebble kills it then
};

struct Executed {
  int exit_code = 0;
  std::string output;  // on standard output; at most 1 MiB
};

class Pebble {
 public:
  Pebble(Http& http, std::string socket, PebbleDeadlines deadlines = {});

  FromPebble<void> system_info();

  // Merged into the layer of that label, or on top of the others. What runs goes on as it is.
  FromPebble<void> add_layer(std::string_view label, std::string_view layer);
  // YAML: all layers in one.
  FromPebble<std::string> plan();

  // Those of these names; unknown ones are left out.
  FromPebble<std::vector<ServiceInfo>> services(const std::vector<std::string>& names);
  // These return when it is done; an error: it was refused, has failed, or is not done in time. A
  // start is done when the process has lived for a second.
  FromPebble<void> start(const std::vector<std::string>& names);
  FromPebble<void> stop(const std::vector<std::string>& names);
  FromPebble<void> restart(const std::vector<std::string>& names);
  // What differs from the plan is stopped, and all that is enabled and does not run is started.
  FromPebble<void> replan();
  FromPebble<void> send_signal(std::string_view signal, const std::vector<std::string>& names);
  FromPebble<std::vector<CheckInfo>> checks();

  // With its parents, which get the same owner and permissions. One that is there stays as it is.
  FromPebble<void> make_directory(const DirectoryToMake& directory);
  // Each of them whole or not at all; some may be written when another one could not be.
  FromPebble<void> write_files(const std::vector<FileToWrite>& files);
  // The contents, in the order of the paths; nothing: there is no such file.
  FromPebble<std::vector<std::optional<std::string>>> read_files(
      const std::vector<std::string>& paths);
  // Of what is there under that path itself, be it a directory or a file.
  FromPebble<FileInfo> look_at(std::string_view path);
  // A directory's entries.
  FromPebble<std::vector<FileInfo>> list_files(std::string_view path);

  // Runs a command to its end. An exit code that is not 0 is no error; one that there is no
  // executable for, or that had to be killed, is one.
  FromPebble<Executed> execute(const Command& command);

 private:
  FromPebble<HttpAnswer> ask(HttpRequest request);
  FromPebble<HttpAnswer> get(std::string_view path_and_query);
  FromPebble<HttpAnswer> post(std::string_view path, std::string body, std::string_view type);
  FromPebble<void> run_services(std::string_view action, const std::vector<std::string>& names);
  FromPebble<Change> wait(const PebbleId& change, Duration limit);

  Http& http_;
  std::string socket_;
  PebbleDeadlines deadlines_;
};

}  // namespace charm::live
