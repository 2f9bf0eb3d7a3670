#include "buffer/metric_key.hpp"

#include <algorithm>
#include <string>

#include <trifle/stats/error.hpp>

#include "driver/layout.hpp"
#include "values/stored_name.hpp"

namespace trifle::stats::detail {

void check_key(std::string_view key) {
  if (key.empty()) throw InvalidArgument("the key is empty; a key has 1 to 255 code points");
  if (key.find('\0') != std::string_view::npos) throw InvalidArgument("the key holds a NUL character");
  if (!valid_utf8(key)) throw InvalidArgument("the key is not valid UTF-8");
}

void check_writable_key(std::string_view key, std::size_t max_length) {
  check_key(key);
  const auto length = static_cast<std::size_t>(std::count_if(
      key.begin(), key.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
  if (length > max_length) {
    throw InvalidArgument("the key has " + std::to_string(length) +
                          " code points; with the longest configured granularity " + std::to_string(max_length) +
                          " fit: \"" + std::string(key.substr(0, 60)) + "…\"");
  }
  if (key == kSystemKey || key == kUntracked) {
    throw InvalidArgument("the key \"" + std::string(key) + "\" is the library's own; choose another");
  }
}

}  // namespace trifle::stats::detail
