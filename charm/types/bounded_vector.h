// A list of at most `Capacity` plain values inside the object: no allocation, copied by its used
// part.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <type_traits>

#include "charm/types/check.h"

namespace charm {

template <class T, std::size_t Capacity>
class BoundedVector {
  static_assert(std::is_trivially_copyable_v<T>);
  static_assert(std::is_trivially_destructible_v<T>);

 public:
  using value_type = T;
  using const_iterator = const T*;

  // Only the first `size_` items ever hold a value: nothing else is set or copied.
  BoundedVector() {}  // NOLINT(modernize-use-equals-default): `= default` would zero the storage.
  BoundedVector(std::initializer_list<T> items) {
    for (const T& item : items) push_back(item);
  }
  BoundedVector(const BoundedVector& other) : size_(other.size_) {
    std::memcpy(storage_, other.storage_, size_ * sizeof(T));
  }
  BoundedVector& operator=(const BoundedVector& other) {
    if (this == &other) return *this;  // memcpy() may not be given one place twice.
    size_ = other.size_;
    std::memcpy(storage_, other.storage_, size_ * sizeof(T));
    return *this;
  }
  ~BoundedVector() = default;

  // CHECKs that there is room.
  void push_back(const T& item) {
    CHECK(size_ < Capacity);
    items()[size_++] = item;
  }
  // Takes over `count` items as they lie in memory. CHECKs that there is room.
  void assign_bytes(const void* items, std::size_t count) {
    CHECK(count <= Capacity);
    size_ = static_cast<std::uint32_t>(count);
    std::memcpy(storage_, items, count * sizeof(T));
  }
  // Removes every item equal to `item`; says whether there was one.
  bool erase_all(const T& item) {
    const auto end = std::remove(items(), items() + size_, item);
    const auto kept = static_cast<std::uint32_t>(end - items());
    const bool found = kept != size_;
    size_ = kept;
    return found;
  }
  void clear() { size_ = 0; }

  [[nodiscard]] bool contains(const T& item) const {
    return std::find(begin(), end(), item) != end();
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] bool full() const { return size_ == Capacity; }
  [[nodiscard]] const T* begin() const { return items(); }
  [[nodiscard]] const T* end() const { return items() + size_; }
  [[nodiscard]] T* begin() { return items(); }
  [[nodiscard]] T* end() { return items() + size_; }
  [[nodiscard]] const T& operator[](std::size_t at) const { return items()[at]; }
  [[nodiscard]] T& operator[](std::size_t at) { return items()[at]; }

  friend bool operator==(const BoundedVector& a, const BoundedVector& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  // Bytes, not items: an array of items would be set one by one whenever a list is made, which was
  // a third of a dispatch. Trivially copyable items come into being by being written.
  [[nodiscard]] T* items() { return reinterpret_cast<T*>(storage_); }
  [[nodiscard]] const T* items() const { return reinterpret_cast<const T*>(storage_); }

  std::uint32_t size_ = 0;
  alignas(T) std::byte storage_[Capacity * sizeof(T)];
};

}  // namespace charm
