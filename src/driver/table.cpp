#include "driver/table.hpp"

#include <array>

#include <trifle/stats/error.hpp>

#include "values/stored_name.hpp"

namespace trifle::stats::detail {

void Table::check_text(const char* option, const std::string& given) {
  if (given.empty()) throw InvalidArgument(std::string(option) + " is empty; it must be the name of a table");
  if (given.find('\0') != std::string::npos) throw InvalidArgument(std::string(option) + " holds a NUL");
  if (!valid_utf8(given)) throw InvalidArgument(std::string(option) + " is not valid UTF-8");
}

void Table::raise_one_table() const {
  throw InvalidArgument("table and status_table are both '" + name + "'; they must be two tables");
}

void Table::raise_ledger_in_use() const {
  throw InvalidArgument("the ledger's table would be '" + ledger_name + "', which is in use for something else");
}

std::span<const std::string_view> Table::identity_columns() const noexcept {
  static constexpr std::array<std::string_view, 3> kSeparated{"key", "granularity", "at"};
  static constexpr std::array<std::string_view, 2> kPartial{"key", "at"};
  switch (identity) {
    case Identity::Separated:
      return kSeparated;
    case Identity::Partial:
      return kPartial;
    case Identity::Full:
      break;
  }
  return std::span(kPartial).first(1);
}

std::vector<WantedTable> Table::wanted() const {
  static constexpr std::array<std::string_view, 1> kStatusKey{"key"};
  static constexpr std::array<std::string_view, 1> kData{"data"};
  static constexpr std::array<std::string_view, 2> kAtData{"at", "data"};
  static constexpr std::array<std::string_view, 1> kLedgerKey{"id"};
  static constexpr std::array<std::string_view, 1> kLedgerAt{"at"};
  std::vector<WantedTable> all{{name, identity_columns(), kData}, {status_name, kStatusKey, kAtData}};
  if (!ledger_name.empty()) all.push_back({ledger_name, kLedgerKey, kLedgerAt});
  return all;
}

std::string between_quotes(std::string_view name, char quote) {
  std::string text(1, quote);
  for (const char c : name) {
    if (c == quote) text += quote;
    text += c;
  }
  return text + quote;
}

}  // namespace trifle::stats::detail
