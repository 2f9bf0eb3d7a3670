#pragma once

#include <charconv>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace trifle::stats::detail::redis {

/// Requests in the server's protocol, one after the other.
class Commands {
 public:
  /// A request of so many words, which follow by `word`.
  void start(std::size_t words) {
    count('*', words);
    ++requests_;
  }
  void word(std::string_view text) {
    count('$', text.size());
    bytes_.append(text).append("\r\n", 2);
  }
  void add(std::initializer_list<std::string_view> words) {
    start(words.size());
    for (const auto text : words) word(text);
  }

  void add(const Commands& others) {
    bytes_ += others.bytes_;
    requests_ += others.requests_;
  }

  const std::string& bytes() const noexcept { return bytes_; }
  std::size_t requests() const noexcept { return requests_; }
  void clear() noexcept {
    bytes_.clear();
    requests_ = 0;
  }

 private:
  void count(char kind, std::size_t number) {
    char text[24];
    text[0] = kind;
    char* const end = std::to_chars(text + 1, text + sizeof text - 2, number).ptr;
    end[0] = '\r';
    end[1] = '\n';
    bytes_.append(text, static_cast<std::size_t>(end + 2 - text));
  }

  std::string bytes_;
  std::size_t requests_ = 0;
};

}  // namespace trifle::stats::detail::redis
