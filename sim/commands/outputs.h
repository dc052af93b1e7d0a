// The files that a command writes. Each is made beside its place and put there when it is whole:
// until then, and if the program is ended, what was there before stays as it was.
#pragma once

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <memory>
#include <optional>
#include <ostream>
#include <streambuf>
#include <string>
#include <vector>

namespace sim {

// Hands on what is written, and keeps why it could not be: a stream knows only that, and errno is
// another's by the time that somebody asks. Keeps nothing back.
class ReasonedBuffer final : public std::streambuf {
 public:
  explicit ReasonedBuffer(std::streambuf& to) : to_(to) {}
  // errno, of the first write that failed; 0: none has.
  [[nodiscard]] int why() const { return why_; }

 protected:
  int_type overflow(int_type character) override;
  std::streamsize xsputn(const char* text, std::streamsize size) override;
  int sync() override;

 private:
  std::streambuf& to_;
  int why_ = 0;
};

class Output {
 public:
  // Empty: nothing is asked for.
  explicit Output(std::string path) : path_(std::move(path)) {}
  Output(Output&& other) noexcept;
  Output& operator=(Output&&) = delete;
  ~Output();  // what was not finished is gone

  [[nodiscard]] bool is_wanted() const { return !path_.empty(); }
  [[nodiscard]] const std::string& path() const { return path_; }
  // False: it cannot be written; errno says why.
  bool open();
  [[nodiscard]] bool is_same_file(const Output& other) const;
  [[nodiscard]] bool is_same_file(const std::string& path) const;

  [[nodiscard]] std::ostream& stream() { return file_->stream; }
  // Puts it in its place. False: not all could be written; errno says why.
  bool finish();

 private:
  std::string path_;                  // as the user says it
  std::filesystem::path place_;       // where it goes in the end
  std::filesystem::path unfinished_;  // until then; empty: it is written in its place
  struct File {
    std::filebuf file;
    ReasonedBuffer reasoned{file};
    std::ostream stream{&reasoned};
  };
  std::unique_ptr<File> file_ = std::make_unique<File>();
};

// Opens all of them, and says why not. Then nothing has changed: no file is made, none is emptied.
// `input` may not be among them.
std::optional<std::string> open_outputs(std::initializer_list<Output*> outputs,
                                        const std::string& input);
// Nor may any of several inputs.
std::optional<std::string> open_outputs(std::initializer_list<Output*> outputs,
                                        const std::vector<std::string>& inputs);

// `FOLDER/counterexample-2.json`: of these names the next one, from `number` on, that no file has.
// Those that are there stay.
std::string free_name(const std::string& folder, std::size_t& number);

// Puts it in its place, or says on `err` why not.
bool finish_or_tell(Output& output, std::ostream& err);

// `trace.jsonl: cannot be written: No space left on device`, from errno.
std::string cannot_be_written(const std::string& path);

}  // namespace sim
