// Runs the charmsim that was built, as a shell would: arguments in, exit code and texts out.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace cli {

struct Result {
  int code = -1;    // as a shell has it: 128 and the signal, if one ended it
  std::string out;  // standard output
  std::string err;  // standard error
};

// A program that is running; what it writes comes through a pipe or a terminal.
class Running {
 public:
  Running(pid_t process, int output) : process_(process), output_(output) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running();

  // Some of the output, at least one byte unless it has ended.
  std::string read_some();
  // Reads on until this has come; false if it ends before.
  bool read_until(const std::string& text);
  void close_output();
  void signal(int number) const;
  void type(const std::string& text) const;  // into its terminal
  // Reads what is left, and waits for the end.
  Result wait();

 private:
  pid_t process_;
  int output_;
};

// Then a limit of addresses ends the program before it begins.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool is_sanitized = true;
#elif defined(__has_feature)
inline constexpr bool is_sanitized = __has_feature(address_sanitizer);
#else
inline constexpr bool is_sanitized = false;
#endif

// An empty folder to run in, which is gone after the test.
class Charmsim : public testing::Test {
 protected:
  using Words = std::vector<std::string>;

  Charmsim();
  ~Charmsim() override;

  // charmsim with these arguments, to its end; `environment` holds `NAME=value`.
  Result charmsim(const Words& arguments, const Words& environment = {}) {
    return run(CHARMSIM_BINARY, arguments, environment);
  }
  // Another program, likewise.
  Result run(const std::string& program, const Words& arguments, const Words& environment = {});
  // charmsim, its standard output a pipe.
  Running start(const Words& arguments);
  // charmsim with a terminal for everything; of so many columns, 0: it does not say.
  Result on_terminal(const Words& arguments, const Words& environment = {},
                     unsigned short columns = 0) {
    return start_on_terminal(arguments, environment, columns).wait();
  }
  Running start_on_terminal(const Words& arguments, const Words& environment = {},
                            unsigned short columns = 0);

  // Files of the folder.
  [[nodiscard]] std::string read(const std::string& name) const;
  void write(const std::string& name, const std::string& text) const;
  [[nodiscard]] std::vector<std::string> files() const;
  [[nodiscard]] std::string path(const std::string& name) const { return folder_ / name; }

 private:
  std::filesystem::path folder_;
  std::filesystem::path outputs_;  // another folder, so that the first stays as the test left it
};

// A scenario of the repository.
std::string scenario(const std::string& name);
// `text` with `before` replaced where it stands first; it must be there.
std::string with(std::string text, const std::string& before, const std::string& after);
// A file that was edited, with digests of what it is now: whoever wants to can make them.
std::string sealed(nlohmann::ordered_json file);
// Without the one line that is another each time.
std::string without_speed(const std::string& text);

}  // namespace cli
