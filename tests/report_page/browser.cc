#include "tests/report_page/browser.h"

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace browser {
namespace {

namespace fs = std::filesystem;

// In PATH; empty if none of them is.
std::string find_chromium() {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    for (const char* name : {"chromium", "chromium-browser", "google-chrome"}) {
      std::error_code ignored;
      if (fs::exists(fs::path(folder) / name, ignored)) return fs::path(folder) / name;
    }
  }
  return {};
}

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The lines that the page has caused; the browser tells of much else that it lacks here.
std::string console_of(const std::string& log) {
  std::string lines;
  std::istringstream in(log);
  for (std::string line; std::getline(in, line);) {
    if (line.find("CONSOLE") != std::string::npos) lines += line + '\n';
  }
  return lines;
}

// A window has 500 pixels at least; what is narrower is a frame in one.
std::string framed(const std::string& page, const Window& window) {
  std::string text;
  for (const char letter : nlohmann::json(page).dump()) {
    text += letter == '<' ? std::string("\\u003c") : std::string(1, letter);
  }
  return "<!doctype html><meta name='color-scheme' content='light dark'><body><iframe width=" +
         std::to_string(window.width) + " height=" + std::to_string(window.height) +
         " style='border:0'></iframe><script>document.querySelector('iframe').srcdoc = " + text +
         ";</script></body>";
}

}  // namespace

void Browser::SetUp() {
  program_ = find_chromium();
  if (program_.empty()) GTEST_SKIP() << "chromium is not installed: apt-get install chromium";
  std::string name = (fs::temp_directory_path() / "charmsim-page-XXXXXX").string();
  ASSERT_NE(mkdtemp(name.data()), nullptr);
  folder_ = name;
}

void Browser::TearDown() {
  if (!folder_.empty()) fs::remove_all(folder_);
}

Opened Browser::open(const std::string& page, const Window& window, const std::string& script) {
  const fs::path file = folder_ / ("page-" + std::to_string(++opened_) + ".html");
  std::string text = page;
  if (!script.empty()) {
    const std::string end = "</body>";
    text.insert(text.rfind(end), "<script>" + script + "</script>");
  }
  if (window.width < 500) text = framed(text, window);
  std::ofstream(file, std::ios::binary) << text;
  const fs::path dom = folder_ / "dom";
  const fs::path log = folder_ / "log";
  const std::string quoted = "'" + folder_.string();
  const std::string command =
      "timeout 120 '" + program_ + "' --headless=new --no-sandbox --disable-gpu" +
      " --disable-dev-shm-usage --no-first-run --user-data-dir=" + quoted + "/profile'" +
      (window.dark ? " --force-dark-mode --blink-settings=preferredColorScheme=0" : "") +
      " --window-size=" + std::to_string(window.width) + ',' + std::to_string(window.height) +
      " --virtual-time-budget=4000 --enable-logging=stderr --dump-dom 'file://" + file.string() +
      "' > " + quoted + "/dom' 2> " + quoted + "/log'";
  const int code = std::system(command.c_str());
  EXPECT_EQ(code, 0) << read(log);
  return {read(dom), console_of(read(log))};
}

std::string Browser::ask(const std::string& page, const std::string& script, const Window& window) {
  const std::string whole =
      "function report(value) { const it = window.top.document.createElement('pre'); it.id = "
      "'report';"
      " it.textContent = typeof value === 'string' ? value : JSON.stringify(value);"
      " window.top.document.body.append(it); }\n" +
      script;
  const Opened opened = open(page, window, whole);
  EXPECT_EQ(opened.console, "");
  const std::string begin = "<pre id=\"report\">";
  const std::size_t from = opened.dom.find(begin);
  if (from == std::string::npos) return "the script has reported nothing";
  const std::size_t end = opened.dom.find("</pre>", from);
  return opened.dom.substr(from + begin.size(), end - from - begin.size());
}

}  // namespace browser
