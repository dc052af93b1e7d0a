// What a hook has asked so far and what it was told: with its event, that is the whole state of a
// stopped hook. Running the hook again on this log brings it back to where it was.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <expected>
#include <span>
#include <type_traits>
#include <vector>

#include "charm/types/bounded_vector.h"
#include "sim/ports/calls.h"

namespace sim {

// How an answer is kept: as its bytes, a list by its used part, an expected as either of its two.
template <class T>
struct AnswerCodec {
  static_assert(std::is_trivially_copyable_v<T>);
  static void write(std::vector<std::byte>& out, const T& answer) {
    const auto bytes = std::as_bytes(std::span(&answer, 1));
    out.insert(out.end(), bytes.begin(), bytes.end());
  }
  static T read(const std::byte*& in) {
    T answer;
    std::memcpy(static_cast<void*>(&answer), in, sizeof(T));
    in += sizeof(T);
    return answer;
  }
};

template <class T, std::size_t N>
struct AnswerCodec<charm::BoundedVector<T, N>> {
  static void write(std::vector<std::byte>& out, const charm::BoundedVector<T, N>& answer) {
    AnswerCodec<std::uint32_t>::write(out, static_cast<std::uint32_t>(answer.size()));
    const auto items = std::as_bytes(std::span(answer.begin(), answer.size()));
    out.insert(out.end(), items.begin(), items.end());
  }
  static charm::BoundedVector<T, N> read(const std::byte*& in) {
    charm::BoundedVector<T, N> answer;
    const auto count = AnswerCodec<std::uint32_t>::read(in);
    answer.assign_bytes(in, count);
    in += count * sizeof(T);
    return answer;
  }
};

template <class T, class E>
struct AnswerCodec<std::expected<T, E>> {
  static void write(std::vector<std::byte>& out, const std::expected<T, E>& answer) {
    AnswerCodec<bool>::write(out, answer.has_value());
    if (!answer) return AnswerCodec<E>::write(out, answer.error());
    if constexpr (!std::is_void_v<T>) AnswerCodec<T>::write(out, *answer);
  }
  static std::expected<T, E> read(const std::byte*& in) {
    if (!AnswerCodec<bool>::read(in)) return std::unexpected(AnswerCodec<E>::read(in));
    if constexpr (std::is_void_v<T>) {
      return {};
    } else {
      return AnswerCodec<T>::read(in);
    }
  }
};

class AnswerLog {
 public:
  // A call and a digest of its arguments: asked again, it must be the same.
  struct Request {
    Call call{};
    std::uint32_t arguments = 0;

    friend bool operator==(const Request&, const Request&) = default;
  };

  void clear() {
    bytes_.clear();
    count_ = 0;
  }
  [[nodiscard]] std::size_t count() const { return count_; }

  template <class Answer>
  void append(Request request, const Answer& answer) {
    AnswerCodec<Request>::write(bytes_, request);
    AnswerCodec<Answer>::write(bytes_, answer);
    ++count_;
  }

  // A place in the log while it is read from its beginning.
  struct Cursor {
    std::size_t offset = 0;
    std::size_t read = 0;
  };
  [[nodiscard]] Cursor end() const { return {bytes_.size(), count_}; }
  [[nodiscard]] bool at_end(const Cursor& cursor) const { return cursor.read == count_; }
  Request read_request(Cursor& cursor) const {
    const std::byte* in = bytes_.data() + cursor.offset;
    const auto request = AnswerCodec<Request>::read(in);
    cursor.offset = static_cast<std::size_t>(in - bytes_.data());
    return request;
  }
  template <class Answer>
  Answer read_answer(Cursor& cursor) const {
    const std::byte* in = bytes_.data() + cursor.offset;
    Answer answer = AnswerCodec<Answer>::read(in);
    cursor.offset = static_cast<std::size_t>(in - bytes_.data());
    ++cursor.read;
    return answer;
  }

 private:
  std::vector<std::byte> bytes_;
  std::size_t count_ = 0;
};

}  // namespace sim
