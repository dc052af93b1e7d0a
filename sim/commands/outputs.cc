// Beside its place first, then moved there.
#include "sim/commands/outputs.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace sim {
namespace {

namespace fs = std::filesystem;

// A terminal, a pipe, /dev/full: written as they are. What lies below /dev may lead to a plain
// file, but that one belongs to whoever opened it.
bool is_written_in_place(const fs::path& path) {
  std::error_code ignored;
  if (path.native().starts_with("/dev/") || path.native().starts_with("/proc/")) return true;
  return fs::exists(path, ignored) && !fs::is_regular_file(path, ignored);
}

}  // namespace

ReasonedBuffer::int_type ReasonedBuffer::overflow(int_type character) {
  constexpr int_type end = traits_type::eof();
  if (traits_type::eq_int_type(character, end)) return traits_type::not_eof(character);
  errno = 0;
  const int_type result = to_.sputc(traits_type::to_char_type(character));
  if (traits_type::eq_int_type(result, end) && why_ == 0) why_ = errno;
  return result;
}

std::streamsize ReasonedBuffer::xsputn(const char* text, std::streamsize size) {
  errno = 0;
  const std::streamsize written = to_.sputn(text, size);
  if (written != size && why_ == 0) why_ = errno;
  return written;
}

int ReasonedBuffer::sync() {
  errno = 0;
  const int result = to_.pubsync();
  if (result != 0 && why_ == 0) why_ = errno;
  return result;
}

std::string cannot_be_written(const std::string& path) {
  std::string text = path + ": cannot be written";
  if (errno != 0) text += ": " + std::generic_category().message(errno);
  return text;
}

Output::Output(Output&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      place_(std::exchange(other.place_, {})),
      unfinished_(std::exchange(other.unfinished_, {})),
      file_(std::move(other.file_)) {}

Output::~Output() {
  std::error_code ignored;
  if (!unfinished_.empty()) fs::remove(unfinished_, ignored);
}

bool Output::open() {
  errno = 0;
  place_ = path_;
  const auto in_place = std::ios::binary | std::ios::out | std::ios::app;
  std::filebuf& file = file_->file;
  if (is_written_in_place(place_)) return file.open(place_, in_place) != nullptr;
  std::error_code error;
  if (fs::exists(place_, error)) {
    place_ = fs::canonical(place_, error);  // A link stays one.
    errno = error.value();
    if (error || !std::ofstream(place_, in_place)) return false;
  }
  fs::path beside = place_;
  beside += ".unfinished";
  if (file.open(beside, std::ios::binary | std::ios::out | std::ios::trunc) == nullptr)
    return false;
  unfinished_ = std::move(beside);
  return true;
}

bool Output::is_same_file(const std::string& path) const {
  std::error_code error;
  if (is_written_in_place(path_)) return false;  // /dev/stdout
  return path_ == path || fs::equivalent(path_, path, error);
}

bool Output::is_same_file(const Output& other) const {
  std::error_code error;
  return is_same_file(other.path_) ||
         (!unfinished_.empty() && fs::weakly_canonical(unfinished_, error) ==
                                      fs::weakly_canonical(other.path_ + ".unfinished", error));
}

bool Output::finish() {
  std::filebuf& file = file_->file;
  if (!file.is_open()) return true;
  errno = 0;
  const bool is_closed = file.close() != nullptr;
  if (!is_closed || file_->stream.fail()) {
    if (const int why = file_->reasoned.why(); why != 0) errno = why;
    return false;
  }
  if (unfinished_.empty()) return true;
  std::error_code error;
  if (fs::exists(place_, error)) {
    fs::permissions(unfinished_, fs::status(place_, error).permissions(), error);
  }
  fs::rename(unfinished_, place_, error);
  errno = error.value();
  if (error) return false;
  unfinished_.clear();
  return true;
}

std::string free_name(const std::string& folder, std::size_t& number) {
  std::string name;
  std::error_code ignored;
  do {
    name = folder + "/counterexample-" + std::to_string(++number) + ".json";
  } while (fs::exists(name, ignored));
  return name;
}

bool finish_or_tell(Output& output, std::ostream& err) {
  if (output.finish()) return true;
  err << cannot_be_written(output.path()) << '\n';
  return false;
}

std::optional<std::string> open_outputs(std::initializer_list<Output*> outputs,
                                        const std::string& input) {
  return open_outputs(outputs, std::vector{input});
}

std::optional<std::string> open_outputs(std::initializer_list<Output*> outputs,
                                        const std::vector<std::string>& inputs) {
  for (const auto* at = outputs.begin(); at != outputs.end(); ++at) {
    if (!(*at)->is_wanted()) continue;
    const auto is_same = [at](const std::string& input) { return (*at)->is_same_file(input); };
    if (std::ranges::any_of(inputs, is_same)) return (*at)->path() + ": is what shall be read";
    for (const auto* before = outputs.begin(); before != at; ++before) {
      if ((*before)->is_wanted() && (*before)->is_same_file(**at))
        return (*at)->path() + ": shall be written twice";
    }
    if (!(*at)->open()) return cannot_be_written((*at)->path());
  }
  return std::nullopt;
}

}  // namespace sim
