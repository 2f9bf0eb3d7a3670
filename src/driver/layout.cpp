#include "driver/layout.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <trifle/stats/error.hpp>

#include "values/stored_name.hpp"

namespace trifle::stats::detail {
namespace {

// The longest bucket in a joined identifier: a sign and eleven digits, as of the year 1.
constexpr std::size_t kBucketLength = 12;

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

void check_text(std::string_view option, std::string_view text) {
  if (text.find('\0') != std::string_view::npos)
    throw InvalidArgument(std::string(option) + " holds a NUL; allowed is UTF-8 without it");
  if (!valid_utf8(text)) throw InvalidArgument(std::string(option) + " is not valid UTF-8");
}

}  // namespace

Layout Layout::checked(Identity identity, std::string separator, std::string prefix) {
  if (separator.empty()) throw InvalidArgument("separator is empty; it must have at least one character");
  check_text("separator", separator);
  check_text("prefix", prefix);
  return {.identity = identity, .separator = std::move(separator), .prefix = std::move(prefix)};
}

void Layout::append_key(std::string& out, std::string_view key, std::string_view granularity, std::int64_t at) const {
  if (!prefix.empty()) out.append(prefix).append(separator);
  out.append(key);
  if (identity == Identity::Separated) return;
  out.append(separator).append(granularity);
  if (identity == Identity::Partial) return;
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, at).ptr;
  out.append(separator).append(digits, end);
}

std::size_t Layout::max_key_length(std::size_t limit, std::size_t longest_granularity) const {
  std::size_t taken = prefix.empty() ? 0 : code_points(prefix) + code_points(separator);
  if (identity != Identity::Separated) taken += code_points(separator) + longest_granularity;
  if (identity == Identity::Full) taken += code_points(separator) + kBucketLength;
  return limit > taken ? limit - taken : 0;
}

}  // namespace trifle::stats::detail
