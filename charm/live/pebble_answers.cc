#include "charm/live/pebble_answers.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "charm/live/multipart.h"
#include "charm/live/outside_json.h"

namespace charm::live {
namespace {

using nlohmann::json;
using What = PebbleError::What;

constexpr std::size_t most_entries = 4096;

std::unexpected<PebbleError> no(What what, std::string text) {
  return std::unexpected(PebbleError{what, std::move(text)});
}

std::unexpected<PebbleError> not_of_pebble(int status) {
  return no(What::other, "no answer of Pebble's, with status " + std::to_string(status));
}

// A kind is one of Pebble's own words; anything else is not repeated.
std::string kind_of(const json& error) {
  const std::string kind = text_in(error, {"kind"});
  const bool is_word = kind.size() <= 40 && std::ranges::all_of(kind, [](char c) {
                         return (c >= 'a' && c <= 'z') || c == '-';
                       });
  return is_word ? kind : std::string();
}

PebbleError error_of(int status, const json& error) {
  const std::string kind = kind_of(error);
  std::string text = status != 200 ? std::to_string(status) : std::string();
  if (!text.empty() && !kind.empty()) text += ' ';
  text += kind;
  if (text.empty()) text = "an error of no kind";
  if (status == 404 || kind == "not-found") return {What::not_found, std::move(text)};
  if (status == 504) return {What::timed_out, std::move(text)};
  return {What::other, std::move(text)};
}

struct Envelope {
  json result;
  std::string change;
};

// `expected` is the status of success: 200, or 202 where a change goes on.
FromPebble<Envelope> read_envelope(int status, std::string_view body, int expected) {
  const std::optional<json> answer = parse_outside_object(body);
  if (!answer) return not_of_pebble(status);
  const std::string type = text_in(*answer, {"type"});
  if (type == "error" && status >= 400) {
    const json* error = find_in(*answer, {"result"});
    return std::unexpected(error_of(status, error != nullptr ? *error : json()));
  }
  if (status != expected || type != (expected == 202 ? "async" : "sync")) {
    return not_of_pebble(status);
  }
  const json* result = find_in(*answer, {"result"});
  return Envelope{result != nullptr ? *result : json(), text_in(*answer, {"change"})};
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 20 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Each item of a list; nothing: one of them is not what it has to be.
template <class Item>
FromPebble<std::vector<Item>> read_list(int status, std::string_view body,
                                        std::optional<Item> (*read)(const json&)) {
  const auto envelope = read_envelope(status, body, 200);
  if (!envelope) return std::unexpected(envelope.error());
  const json& list = envelope->result;
  if (!list.is_array() || list.size() > most_entries) return not_of_pebble(status);
  std::vector<Item> items;
  for (const json& entry : list) {
    std::optional<Item> item = read(entry);
    if (!item) return not_of_pebble(status);
    items.push_back(std::move(*item));
  }
  return items;
}

std::optional<ServiceInfo> read_service(const json& entry) {
  const std::string current = text_in(entry, {"current"});
  ServiceInfo service{.name = text_in(entry, {"name"}), .active = current == "active"};
  if (service.name.empty() || current.empty()) return std::nullopt;
  return service;
}

std::optional<CheckInfo> read_check(const json& entry) {
  CheckInfo check{.name = text_in(entry, {"name"})};
  const std::string status = text_in(entry, {"status"});
  const json* failures = find_in(entry, {"failures"});
  if (check.name.empty()) return std::nullopt;
  if (status == "up") {
    check.status = CheckStatus::up;
  } else if (status == "down") {
    check.status = CheckStatus::down;
  } else if (status != "inactive") {
    return std::nullopt;
  }
  if (failures != nullptr && failures->is_number_integer()) {
    check.failures = failures->get<std::int64_t>();
  }
  return check;
}

bool are_permissions(std::string_view text) {
  return text.size() == 3 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '7'; });
}

std::optional<FileInfo> read_file_info(const json& entry) {
  const std::string type = text_in(entry, {"type"});
  FileInfo file{.path = text_in(entry, {"path"}),
                .permissions = text_in(entry, {"permissions"}),
                .user = text_in(entry, {"user"}),
                .group = text_in(entry, {"group"})};
  if (file.path.empty() || type.empty() || !are_permissions(file.permissions)) return std::nullopt;
  if (type == "file") file.type = FileType::file;
  if (type == "directory") file.type = FileType::directory;
  return file;
}

// Of the results of several files: the error of one, if it has one.
const json* error_in(const json& result) {
  const json* error = find_in(result, {"error"});
  return error != nullptr && !error->is_null() ? error : nullptr;
}

}  // namespace

FromPebble<void> read_done(int status, std::string_view body) {
  const auto envelope = read_envelope(status, body, 200);
  if (!envelope) return std::unexpected(envelope.error());
  return {};
}

FromPebble<std::string> read_plan(int status, std::string_view body) {
  auto envelope = read_envelope(status, body, 200);
  if (!envelope) return std::unexpected(envelope.error());
  if (!envelope->result.is_string()) return not_of_pebble(status);
  return envelope->result.get<std::string>();
}

FromPebble<std::vector<ServiceInfo>> read_services(int status, std::string_view body) {
  return read_list(status, body, read_service);
}

FromPebble<std::vector<CheckInfo>> read_checks(int status, std::string_view body) {
  return read_list(status, body, read_check);
}

FromPebble<std::vector<FileInfo>> read_file_list(int status, std::string_view body) {
  return read_list(status, body, read_file_info);
}

FromPebble<PebbleId> read_change_id(int status, std::string_view body) {
  auto envelope = read_envelope(status, body, 202);
  if (!envelope) return std::unexpected(envelope.error());
  if (!is_id(envelope->change)) return not_of_pebble(status);
  return std::move(envelope->change);
}

FromPebble<Change> read_change(int status, std::string_view body) {
  const auto envelope = read_envelope(status, body, 200);
  if (!envelope) return std::unexpected(envelope.error());
  const json& change = envelope->result;
  const std::string state = text_in(change, {"status"});
  if (state.empty()) return not_of_pebble(status);
  Change read{.ready = is_true_in(change, {"ready"})};
  // `Hold` and `Undone` come of a change that somebody has aborted.
  read.failed = read.ready && (state != "Done" || !text_in(change, {"err"}).empty());
  const json* tasks = find_in(change, {"tasks"});
  if (tasks == nullptr || !tasks->is_array() || tasks->empty()) return read;
  const json* code = find_in(tasks->front(), {"data", "exit-code"});
  if (code == nullptr || !code->is_number_integer()) return read;
  const auto number = code->get<std::int64_t>();
  if (number < -1 || number > 255) return not_of_pebble(status);
  read.exit_code = static_cast<int>(number);
  return read;
}

FromPebble<StartedCommand> read_started_command(int status, std::string_view body) {
  auto envelope = read_envelope(status, body, 202);
  if (!envelope) return std::unexpected(envelope.error());
  StartedCommand started{.change = std::move(envelope->change),
                         .task = text_in(envelope->result, {"task-id"})};
  if (!is_id(started.change) || !is_id(started.task)) return not_of_pebble(status);
  return started;
}

FromPebble<void> read_file_results(int status, std::string_view body, std::size_t expected) {
  const auto envelope = read_envelope(status, body, 200);
  if (!envelope) return std::unexpected(envelope.error());
  const json& results = envelope->result;
  if (!results.is_array() || results.size() != expected) return not_of_pebble(status);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i].is_object()) return not_of_pebble(status);
    const json* error = error_in(results[i]);
    if (error == nullptr) continue;
    PebbleError first = error_of(status, *error);
    first.text += " (path " + std::to_string(i + 1) + " of " + std::to_string(expected) + ")";
    return std::unexpected(std::move(first));
  }
  return {};
}

FromPebble<std::vector<std::optional<std::string>>> read_files(
    int status, std::string_view content_type, std::string_view body,
    const std::vector<std::string>& paths) {
  const auto boundary = boundary_of(content_type);
  if (!boundary) {  // an error of the whole request
    const auto envelope = read_envelope(status, body, 200);
    return envelope ? not_of_pebble(status) : std::unexpected(envelope.error());
  }
  auto parts = status == 200 ? read_multipart(body, *boundary) : std::nullopt;
  if (!parts || parts->empty() || parts->back().name != "response") return not_of_pebble(status);
  const auto envelope = read_envelope(status, parts->back().body, 200);
  if (!envelope) return std::unexpected(envelope.error());
  const json& results = envelope->result;
  if (!results.is_array() || results.size() != paths.size()) return not_of_pebble(status);
  std::vector<std::optional<std::string>> files;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const json* error = error_in(results[i]);
    const auto part = std::ranges::find_if(*parts, [&path = paths[i]](const Part& one) {
      return one.name == "files" && one.filename == path;
    });
    if (error != nullptr) {
      PebbleError what = error_of(status, *error);
      if (what.what != What::not_found) return std::unexpected(std::move(what));
      files.emplace_back();
    } else if (part == parts->end()) {
      return not_of_pebble(status);
    } else {
      files.emplace_back(std::move(part->body));
      parts->erase(part);
    }
  }
  return files;
}

bool is_end_of_stream(std::string_view text) {
  const std::optional<json> command = parse_outside_object(text);
  return command && text_in(*command, {"command"}) == "end";
}

}  // namespace charm::live
