#include "charm/live/pebble.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "charm/live/multipart.h"
#include "charm/live/pebble_exec.h"

namespace charm::live {
namespace {

using nlohmann::json;
using What = PebbleError::What;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr const char* json_type = "application/json";
constexpr const char* accepts_json = "Accept: application/json";
// So long one request waits for a change, as in ops: a Pebble that has died is found out.
constexpr Duration longest_wait = seconds(4);
constexpr std::size_t longest_output = std::size_t{1} << 20U;

std::string url(std::string_view path_and_query) {
  return std::string("http://localhost").append(path_and_query);
}

// What is no UTF-8 is replaced: Pebble would refuse it.
std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// Everything but letters, digits and `-._~/` by its number.
std::string escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || std::string_view("-._~/").contains(c);
    if (is_plain) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.append({'%', digits[byte / 16U], digits[byte % 16U]});
  }
  return out;
}

// A length as Go reads it.
std::string go_duration(Duration length) {
  return std::to_string(std::chrono::duration_cast<milliseconds>(length).count()) + "ms";
}

// Of one answer: Pebble's file requests name a path each.
template <class Read>
auto answered(const FromPebble<HttpAnswer>& answer, Read read)
    -> decltype(read(0, std::string_view())) {
  if (!answer) return std::unexpected(answer.error());
  return read(answer->status, answer->body);
}

}  // namespace

Pebble::Pebble(Http& http, std::string socket, PebbleDeadlines deadlines)
    : http_(http), socket_(std::move(socket)), deadlines_(deadlines) {}

FromPebble<HttpAnswer> Pebble::ask(HttpRequest request) {
  request.unix_socket = socket_;
  auto answer = http_.ask(request);
  if (answer) return std::move(*answer);
  return std::unexpected(PebbleError{What::other, std::move(answer.error().text)});
}

FromPebble<HttpAnswer> Pebble::get(std::string_view path_and_query) {
  return ask(
      {.url = url(path_and_query), .headers = {accepts_json}, .timeout = deadlines_.request});
}

FromPebble<HttpAnswer> Pebble::post(std::string_view path, std::string body,
                                    std::string_view type) {
  return ask({.method = "POST",
              .url = url(path),
              .headers = {accepts_json, std::string("Content-Type: ").append(type)},
              .body = std::move(body),
              .timeout = deadlines_.request});
}

FromPebble<void> Pebble::system_info() { return answered(get("/v1/system-info"), read_done); }

FromPebble<void> Pebble::add_layer(std::string_view label, std::string_view layer) {
  const json request{
      {"action", "add"}, {"combine", true}, {"format", "yaml"}, {"label", label}, {"layer", layer}};
  return answered(post("/v1/layers", dump(request), json_type), read_done);
}

FromPebble<std::string> Pebble::plan() { return answered(get("/v1/plan?format=yaml"), read_plan); }

FromPebble<std::vector<ServiceInfo>> Pebble::services(const std::vector<std::string>& names) {
  std::string query;
  for (const std::string& name : names) {
    query.append(query.empty() ? "?names=" : "&names=").append(escaped(name));
  }
  return answered(get("/v1/services" + query), read_services);
}

// Done within its time, and well.
FromPebble<void> Pebble::run_services(std::string_view action,
                                      const std::vector<std::string>& names) {
  const json request{{"action", action}, {"services", names}};
  const auto change = answered(post("/v1/services", dump(request), json_type), read_change_id);
  if (!change) return std::unexpected(change.error());
  const auto ended = wait(*change, deadlines_.change);
  if (!ended) return std::unexpected(ended.error());
  if (!ended->failed) return {};
  return std::unexpected(PebbleError{What::failed, "change " + *change + " has failed"});
}

FromPebble<void> Pebble::start(const std::vector<std::string>& names) {
  return run_services("start", names);
}
FromPebble<void> Pebble::stop(const std::vector<std::string>& names) {
  return run_services("stop", names);
}
FromPebble<void> Pebble::restart(const std::vector<std::string>& names) {
  return run_services("restart", names);
}
FromPebble<void> Pebble::replan() { return run_services("replan", {}); }

FromPebble<void> Pebble::send_signal(std::string_view signal,
                                     const std::vector<std::string>& names) {
  const json request{{"signal", signal}, {"services", names}};
  return answered(post("/v1/signals", dump(request), json_type), read_done);
}

FromPebble<std::vector<CheckInfo>> Pebble::checks() {
  return answered(get("/v1/checks"), read_checks);
}

FromPebble<void> Pebble::make_directory(const DirectoryToMake& directory) {
  const json request{{"action", "make-dirs"},
                     {"dirs",
                      {{{"path", directory.path},
                        {"make-parents", true},
                        {"permissions", directory.permissions},
                        {"user", directory.owner},
                        {"group", directory.owner}}}}};
  return answered(
      post("/v1/files", dump(request), json_type),
      [](int status, std::string_view body) { return read_file_results(status, body, 1); });
}

FromPebble<void> Pebble::write_files(const std::vector<FileToWrite>& files) {
  json metadata{{"action", "write"}, {"files", json::array()}};
  std::vector<Part> parts(1);
  for (const FileToWrite& file : files) {
    metadata["files"].push_back({{"path", file.path},
                                 {"make-dirs", true},
                                 {"permissions", file.permissions},
                                 {"user", file.owner},
                                 {"group", file.owner}});
    parts.push_back({.name = "files",
                     .filename = file.path,
                     .content_type = "application/octet-stream",
                     .body = file.contents});
  }
  parts.front() = {.name = "request", .content_type = json_type, .body = dump(metadata)};
  const std::string boundary = boundary_for(parts);
  const auto answer = post("/v1/files", write_multipart(parts, boundary),
                           "multipart/form-data; boundary=\"" + boundary + '"');
  return answered(answer, [&files](int status, std::string_view body) {
    return read_file_results(status, body, files.size());
  });
}

FromPebble<std::vector<std::optional<std::string>>> Pebble::read_files(
    const std::vector<std::string>& paths) {
  std::string query = "/v1/files?action=read";
  for (const std::string& path : paths) query.append("&path=").append(escaped(path));
  // Pebble gives files to nobody who does not ask for parts.
  const auto answer = ask({.url = url(query),
                           .headers = {"Accept: multipart/form-data"},
                           .timeout = deadlines_.request});
  if (!answer) return std::unexpected(answer.error());
  const auto type = answer->headers.find("content-type");
  return live::read_files(answer->status, type != answer->headers.end() ? type->second : "",
                          answer->body, paths);
}

FromPebble<FileInfo> Pebble::look_at(std::string_view path) {
  auto found =
      answered(get("/v1/files?action=list&itself=true&path=" + escaped(path)), read_file_list);
  if (!found) return std::unexpected(found.error());
  if (found->size() == 1) return std::move(found->front());
  return std::unexpected(PebbleError{What::other, "not one file, but another number of them"});
}

FromPebble<std::vector<FileInfo>> Pebble::list_files(std::string_view path) {
  return answered(get("/v1/files?action=list&path=" + escaped(path)), read_file_list);
}

// Asks again until the change is ready, or the limit is over.
FromPebble<Change> Pebble::wait(const PebbleId& change, Duration limit) {
  const auto end = steady_clock::now() + limit;
  while (true) {
    const auto left = std::chrono::duration_cast<Duration>(end - steady_clock::now());
    if (left < milliseconds(1)) {
      return std::unexpected(
          PebbleError{What::timed_out, "change " + change + " is not ready yet"});
    }
    const Duration wait = std::min(left, longest_wait);
    const std::string path = "/v1/changes/" + change + "/wait?timeout=" + go_duration(wait);
    const auto found = answered(
        ask({.url = url(path), .headers = {accepts_json}, .timeout = wait + deadlines_.request}),
        read_change);
    if (!found && found.error().what != What::timed_out) return found;
    if (found && found->ready) return found;
  }
}

FromPebble<Executed> Pebble::execute(const Command& command) {
  json request{{"command", command.words},
               {"timeout", go_duration(command.timeout)},
               {"split-stderr", true}};
  if (!command.user.empty()) {
    request["user"] = command.user;
    request["group"] = command.user;
  }
  const auto end = steady_clock::now() + command.timeout + deadlines_.request;
  const auto left = [end] {
    return std::chrono::duration_cast<Duration>(end - steady_clock::now());
  };
  const auto started = answered(post("/v1/exec", dump(request), json_type), read_started_command);
  if (!started) return std::unexpected(started.error());
  auto output = follow_command(socket_, started->task, command.input,
                               {.time = left(), .output_bytes = longest_output});
  if (!output) return std::unexpected(PebbleError{What::other, std::move(output.error())});
  const auto ended = wait(started->change, left());
  if (!ended) return std::unexpected(ended.error());
  if (ended->failed || !ended->exit_code) {
    return std::unexpected(PebbleError{What::other, "change " + started->change + " has failed"});
  }
  return Executed{.exit_code = *ended->exit_code, .output = std::move(*output)};
}

}  // namespace charm::live
