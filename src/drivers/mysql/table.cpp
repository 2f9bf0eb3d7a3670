#include "drivers/mysql/table.hpp"

#include <algorithm>

#include <trifle/stats/error.hpp>

namespace trifle::stats::detail::mysql {
namespace {

constexpr std::size_t kLongestName = 64;  // characters

void refuse_name(const char* option, const std::string& name) {
  const auto refuse = [&](const std::string& why) { throw InvalidArgument(std::string(option) + " " + why); };
  if (name.back() == ' ') refuse("ends with a space, which the servers refuse");
  const auto four_bytes = [](char c) { return (static_cast<unsigned char>(c) & 0xF8) == 0xF0; };
  if (std::any_of(name.begin(), name.end(), four_bytes))
    refuse("holds a character beyond U+FFFF, which the servers can't keep in a name");
  const auto characters =
      std::count_if(name.begin(), name.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  if (static_cast<std::size_t>(characters) > kLongestName)
    refuse("has " + std::to_string(characters) + " characters; allowed are " + std::to_string(kLongestName));
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Some servers compare the names of tables without regard to case.
bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

void check(const Table& table) { table.check(refuse_name, same_name); }

std::string quoted(std::string_view name) { return between_quotes(name, '`'); }

std::string quoted_list(std::span<const std::string_view> columns) {
  std::string text;
  for (const auto column : columns) text.append(text.empty() ? "" : ", ").append(quoted(column));
  return text;
}

}  // namespace trifle::stats::detail::mysql
