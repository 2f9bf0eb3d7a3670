#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace trifle::stats::detail {

/// A text that never changes, beside what it names: up to 60 bytes need no further look into memory.
class KeyText {
 public:
  explicit KeyText(std::string_view text) : size_(static_cast<std::uint32_t>(text.size())) {
    char* at = inline_;
    if (text.size() > sizeof(inline_)) {
      auto* const far = new char[text.size()];
      std::memcpy(inline_, &far, sizeof(far));
      at = far;
    }
    std::memcpy(at, text.data(), text.size());
  }
  KeyText(KeyText&& other) noexcept : size_(other.size_) {
    std::memcpy(inline_, other.inline_, sizeof(inline_));
    other.size_ = 0;
  }
  KeyText(const KeyText&) = delete;
  KeyText& operator=(const KeyText&) = delete;
  ~KeyText() {
    if (size_ > sizeof(inline_)) delete[] far();
  }

  std::string_view view() const noexcept {
    return size_ > sizeof(inline_) ? std::string_view(far(), size_) : std::string_view(inline_, size_);
  }

 private:
  const char* far() const noexcept {
    const char* at;
    std::memcpy(&at, inline_, sizeof(at));
    return at;
  }

  std::uint32_t size_;
  char inline_[60] = {};
};

}  // namespace trifle::stats::detail
