#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace trifle::stats::detail {

/// Goes through JSON text strictly, token by token, without a copy. A function that returns false has met something
/// else than it was asked for and leaves the position where that begins.
class JsonScanner {
 public:
  static constexpr int kMaxDepth = 512;

  explicit JsonScanner(std::string_view text) noexcept : begin_(text.data()), p_(begin_), end_(begin_ + text.size()) {}
  JsonScanner(const char* begin, const char* position, const char* end) noexcept
      : begin_(begin), p_(position), end_(end) {}

  const char* position() const noexcept { return p_; }
  std::size_t offset() const noexcept { return static_cast<std::size_t>(p_ - begin_); }
  bool at_end() const noexcept { return p_ == end_; }
  char peek() const noexcept { return p_ == end_ ? '\0' : *p_; }

  void skip_space() noexcept {
    while (p_ != end_ && (*p_ == ' ' || *p_ == '\n' || *p_ == '\t' || *p_ == '\r')) ++p_;
  }

  /// Takes one character where it is the next.
  bool take(char c) noexcept {
    if (peek() != c || p_ == end_) return false;
    ++p_;
    return true;
  }

  /// A string in valid UTF-8 with valid escapes; `raw` is what is between its quotes.
  bool string(std::string_view& raw) noexcept;
  bool number(std::string_view& raw) noexcept;
  /// true, false or null.
  bool word(std::string_view& raw) noexcept;
  /// Any value; arrays and objects up to `depth` levels.
  bool value(int depth = kMaxDepth) noexcept;

 private:
  bool escape() noexcept;
  bool digits() noexcept;

  const char* begin_;
  const char* p_;
  const char* end_;
};

/// Appends what a string stands for; `raw` was taken by JsonScanner::string.
void append_unescaped(std::string& out, std::string_view raw);

}  // namespace trifle::stats::detail
