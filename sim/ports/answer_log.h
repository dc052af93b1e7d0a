// What a hook has asked so far and what it was told: with its event, that is the whole state of a
// stopped hook. Running the hook again on this log brings it back to where it was.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <expected>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

#include "charm/types/bounded_vector.h"
#include "charm/types/secret.h"
#include "sim/ports/answer_digest.h"
#include "sim/ports/calls.h"

namespace sim {

// Bytes, appended: most answers have a few, of a size that the compiler knows, which a vector's
// insert does not make use of (it was a fifth of an uninterrupted dispatch).
class AnswerBytes {
 public:
  AnswerBytes() = default;
  AnswerBytes(const AnswerBytes& other) { *this = other; }
  AnswerBytes& operator=(const AnswerBytes& other) {
    if (this == &other) return *this;
    size_ = 0;
    append(other.data_.get(), other.size_);
    return *this;
  }
  AnswerBytes(AnswerBytes&&) noexcept = default;
  AnswerBytes& operator=(AnswerBytes&&) noexcept = default;
  ~AnswerBytes() = default;

  // Always, since where several sources are compiled as one the compiler's own measure is used up
  // early, and then each append is a call with a size that is not known.
  [[gnu::always_inline]] void append(const void* bytes, std::size_t count) {
    if (capacity_ - size_ < count) grow(count);
    if (count == 0) return;
    std::memcpy(data_.get() + size_, bytes, count);
    size_ += count;
  }
  void clear() { size_ = 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] const std::byte* data() const { return data_.get(); }

 private:
  void grow(std::size_t count) {
    capacity_ = std::max(2 * capacity_, size_ + count);
    auto larger = std::make_unique_for_overwrite<std::byte[]>(capacity_);
    if (size_ > 0) std::memcpy(larger.get(), data_.get(), size_);
    data_ = std::move(larger);
  }

  std::unique_ptr<std::byte[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

// How an answer is kept: as its bytes, a list by its used part, an expected as either of its two.
template <class T>
struct AnswerCodec {
  static_assert(std::is_trivially_copyable_v<T>);
  static void write(AnswerBytes& out, const T& answer) { out.append(&answer, sizeof(T)); }
  static T read(const std::byte*& in) {
    T answer;
    std::memcpy(static_cast<void*>(&answer), in, sizeof(T));
    in += sizeof(T);
    return answer;
  }
};

template <class T, std::size_t N>
struct AnswerCodec<charm::BoundedVector<T, N>> {
  static void write(AnswerBytes& out, const charm::BoundedVector<T, N>& answer) {
    AnswerCodec<std::uint32_t>::write(out, static_cast<std::uint32_t>(answer.size()));
    out.append(answer.begin(), answer.size() * sizeof(T));
  }
  static charm::BoundedVector<T, N> read(const std::byte*& in) {
    charm::BoundedVector<T, N> answer;
    const auto count = AnswerCodec<std::uint32_t>::read(in);
    answer.assign_bytes(in, count);
    in += count * sizeof(T);
    return answer;
  }
};

template <>
struct AnswerCodec<charm::Secret> {
  static void write(AnswerBytes& out, const charm::Secret& answer) {
    const std::string_view text = answer.reveal();
    AnswerCodec<std::uint8_t>::write(out, static_cast<std::uint8_t>(text.size()));
    out.append(text.data(), text.size());
  }
  static charm::Secret read(const std::byte*& in) {
    std::array<char, charm::Secret::capacity> text{};
    const auto size = AnswerCodec<std::uint8_t>::read(in);
    std::memcpy(text.data(), in, size);
    in += size;
    return charm::Secret({text.data(), size});
  }
};

template <class T, class E>
struct AnswerCodec<std::expected<T, E>> {
  static void write(AnswerBytes& out, const std::expected<T, E>& answer) {
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
    digest_ = 0;
    is_measured_ = false;
  }
  [[nodiscard]] std::size_t count() const { return count_; }
  // From now on, also a digest of all that was asked and answered since it last forgot: the same
  // for two hooks that were told the same, in each process.
  void keep_digest() { keeps_digest_ = true; }
  [[nodiscard]] bool keeps_digest() const { return keeps_digest_; }
  // Of all that was asked and answered so far, this alone decides what comes.
  void forget_all_but(std::uint64_t rest) {
    digest_ = rest;
    is_measured_ = false;
  }
  [[nodiscard]] std::uint64_t digest() const { return digest_; }
  // Among what the digest is of there are versions of objects, or positions of WAL.
  [[nodiscard]] bool is_measured() const { return is_measured_; }
  [[nodiscard]] std::size_t capacity_bytes() const { return bytes_.capacity(); }

  template <class Answer>
  void append(Request request, const Answer& answer) {
    AnswerCodec<Request>::write(bytes_, request);
    AnswerCodec<Answer>::write(bytes_, answer);
    ++count_;
    if (keeps_digest_) {
      const std::uint64_t asked = digest_of_all(request.call, request.arguments);
      digest_ = model::mix(digest_, model::mix(asked, digest_of(answer)));
      is_measured_ = is_measured_ || sim::is_measured<Answer>;
    }
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
  AnswerBytes bytes_;
  std::size_t count_ = 0;
  std::uint64_t digest_ = 0;
  bool keeps_digest_ = false;
  bool is_measured_ = false;
};

}  // namespace sim
