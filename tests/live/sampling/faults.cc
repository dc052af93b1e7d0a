#include "tests/live/sampling/faults.h"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "tests/live/sampling/journal.h"
#include "tests/live/text_of.h"

namespace sampling {
namespace {

namespace fs = std::filesystem;
using tests::text_of;

// The first process of the pod's pid namespace that is so.
pid_t find(const std::string& pod, const std::function<bool(const fs::path&)>& is_it) {
  std::error_code none;
  const fs::path own =
      fs::read_symlink("/proc/" + std::to_string(first_process(pod)) + "/ns/pid", none);
  if (none) return 0;
  for (const auto& process : fs::directory_iterator("/proc", none)) {
    const std::string name = process.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::error_code gone;
    if (fs::read_symlink(process.path() / "ns/pid", gone) != own || gone) continue;
    if (is_it(process.path())) return std::stoi(name);
  }
  return 0;
}

// Its number in the innermost namespace.
std::string inner_number(const fs::path& process) {
  std::istringstream lines(text_of(process / "status"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("NSpid:")) return line.substr(line.find_last_of("\t ") + 1);
  }
  return {};
}

}  // namespace

pid_t first_process(const std::string& pod) {
  pid_t pid = 0;
  std::ifstream(pod + "/pid") >> pid;
  return pid;
}

pid_t postmaster(const std::string& pod) {
  std::string number;
  std::ifstream(pod + "/volume/pgdata/postmaster.pid") >> number;
  if (number.empty()) return 0;
  return find(pod, [&](const fs::path& process) { return inner_number(process) == number; });
}

std::int64_t patroni_began_us(const std::string& pod) {
  const pid_t pid = find(pod, [](const fs::path& process) {
    return text_of(process / "cmdline").find("/var/lib/postgresql/data/patroni.yml") !=
           std::string::npos;
  });
  const std::string stat = text_of("/proc/" + std::to_string(pid) + "/stat");
  if (pid == 0 || stat.empty()) return 0;
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string field;
  for (int place = 0; place < 20; ++place) fields >> field;
  double up_s = 0;
  std::ifstream("/proc/uptime") >> up_s;
  const double began_s =
      static_cast<double>(std::stoll(field)) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  return now_us() - static_cast<std::int64_t>((up_s - began_s) * 1e6);
}

}  // namespace sampling
