#include "tests/live/fake_tools.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <iterator>
#include <thread>

#include "tests/live/text_of.h"

namespace charm::live::fake {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using tests::text_of;

constexpr const char* folder_variable = "FAKE_TOOLS";

json answers_in(const fs::path& file) {
  const std::string text = text_of(file);
  return text.empty() ? json::array() : json::parse(text);
}

bool applies(const json& answer, const std::vector<std::string>& arguments) {
  return std::ranges::all_of(answer["when"], [&](const json& word) {
    return std::ranges::find(arguments, word.get<std::string>()) != arguments.end();
  });
}

bool reads_input(const std::vector<std::string>& arguments) {
  return std::ranges::find(arguments, "-") != arguments.end() &&
         std::ranges::find(arguments, "--file") != arguments.end();
}

void write_down(const fs::path& folder, const std::string& tool,
                const std::vector<std::string>& arguments) {
  json call{{"tool", tool}, {"arguments", arguments}, {"input", ""}, {"files", json::object()}};
  call["private"] = true;
  if (reads_input(arguments)) {
    call["input"] = std::string(std::istreambuf_iterator<char>(std::cin), {});
  }
  constexpr std::string_view mark = "#file=";
  for (const std::string& one : arguments) {
    const std::size_t at = one.find(mark);
    if (at == one.npos) continue;
    const std::string path = one.substr(at + mark.size());
    call["files"][one.substr(0, at)] = text_of(path);
    struct stat file{};
    struct stat above{};
    const bool known = ::stat(path.c_str(), &file) == 0 &&
                       ::stat(fs::path(path).parent_path().c_str(), &above) == 0;
    if (!known || ((file.st_mode | above.st_mode) & 077U) != 0) call["private"] = false;
  }
  std::ofstream(folder / "calls", std::ios::app) << call.dump() << '\n';
}

}  // namespace

int play(const std::string& tool, const std::vector<std::string>& arguments) {
  const fs::path folder = std::getenv(folder_variable);
  write_down(folder, tool, arguments);
  json given;
  for (const json& answer : answers_in(folder / tool)) {
    if (applies(answer, arguments)) given = answer;
  }
  if (given.is_null()) return 0;
  std::this_thread::sleep_for(std::chrono::milliseconds(given["sleep_ms"].get<int>()));
  const auto output = given["output"].get<std::string>();
  for (std::size_t count = given["repeat"].get<std::size_t>(); count > 0; --count) {
    std::cout << output;
  }
  std::cout << std::flush;
  std::cerr << given["errors"].get<std::string>() << std::flush;
  return given["code"].get<int>();
}

Tools::Tools() : path_before_(std::getenv("PATH")) {
  std::string folder = (fs::temp_directory_path() / "fake-tools-XXXXXX").string();
  folder_ = ::mkdtemp(folder.data());
  fs::create_directory(folder_ / "bin");
  for (const std::string& name : tool_names()) {
    fs::create_symlink(fs::read_symlink("/proc/self/exe"), path_of(name));
  }
  ::setenv(folder_variable, folder_.c_str(), 1);
  ::setenv("PATH", ((folder_ / "bin").string() + ':' + path_before_).c_str(), 1);
}

Tools::~Tools() {
  ::setenv("PATH", path_before_.c_str(), 1);
  ::unsetenv(folder_variable);
  fs::remove_all(folder_);
}

std::string Tools::path_of(const std::string& tool) const {
  return (folder_ / "bin" / tool).string();
}

void Tools::answer(const std::string& tool, const Answer& answer) {
  json all = answers_in(folder_ / tool);
  all.push_back({{"when", answer.when},
                 {"output", answer.output},
                 {"errors", answer.errors},
                 {"code", answer.code},
                 {"sleep_ms", answer.sleep_ms},
                 {"repeat", answer.repeat}});
  std::ofstream(folder_ / tool) << all.dump();
}

void Tools::remove(const std::string& tool) { fs::remove(path_of(tool)); }

std::vector<Call> Tools::all_calls() const {
  std::vector<Call> all;
  std::istringstream lines(text_of(folder_ / "calls"));
  for (std::string line; std::getline(lines, line);) {
    const json call = json::parse(line);
    all.push_back({call["tool"], call["arguments"], call["input"], call["files"], call["private"]});
  }
  return all;
}

std::vector<Call> Tools::calls() const {
  std::vector<Call> all = all_calls();
  std::erase_if(all, [](const Call& call) { return call.tool == "juju-log"; });
  return all;
}

std::vector<Call> Tools::calls(const std::string& tool) const {
  std::vector<Call> all = all_calls();
  std::erase_if(all, [&tool](const Call& call) { return call.tool != tool; });
  return all;
}

std::string Tools::arguments_of_all() const {
  std::string text;
  for (const Call& call : all_calls()) {
    text += call.tool;
    for (const std::string& one : call.arguments) text.append(" ").append(one);
    text += '\n';
  }
  return text;
}

std::string Tools::logged() const {
  std::string text;
  for (const Call& call : calls("juju-log")) text.append(call.arguments.back()).append("\n");
  return text;
}

}  // namespace charm::live::fake
