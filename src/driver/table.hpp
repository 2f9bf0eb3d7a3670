#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <trifle/stats/driver.hpp>

namespace trifle::stats::detail {

/// One table of the family as setup makes it: its name, the columns of its primary key, and the columns beside.
struct WantedTable {
  std::string name;
  std::span<const std::string_view> key;
  std::span<const std::string_view> others;

  bool is_ledger() const noexcept { return key.front() == "id"; }
};

/// Where a driver of an SQL database stores: the names of its tables, and which columns identify a row.
struct Table {
  Identity identity = Identity::Full;
  std::string name;
  std::string status_name;
  std::string ledger_name = {};  ///< empty: none

  /// As the options of a driver say, with the family's names for what they leave out.
  template <class Options>
  static Table of(const Options& options) {
    return {.identity = options.identity,
            .name = options.table,
            .status_name = options.status_table.empty() ? options.table + "_ping" : options.status_table,
            .ledger_name = options.ledger ? options.table + "_batches" : std::string()};
  }

  /// Throws InvalidArgument for a name that `refuse_name(option, name)` doesn't let pass, and for one that is empty,
  /// holds NUL or isn't UTF-8; and where `same(a, b)` says of two that the database would take them for one.
  template <class RefuseName, class Same>
  void check(RefuseName&& refuse_name, Same&& same) const {
    const auto check_name = [&](const char* option, const std::string& given) {
      check_text(option, given);
      refuse_name(option, given);
    };
    check_name("table", name);
    check_name("status_table", status_name);
    if (same(name, status_name)) raise_one_table();
    if (ledger_name.empty()) return;
    check_name("the ledger's table", ledger_name);
    if (same(ledger_name, name) || same(ledger_name, status_name)) raise_ledger_in_use();
  }

  /// The columns of the identity, in the order of the primary key: key, granularity, at.
  std::span<const std::string_view> identity_columns() const noexcept;

  /// All of them: the rows', the statuses', the ledger's.
  std::vector<WantedTable> wanted() const;

 private:
  static void check_text(const char* option, const std::string& given);
  [[noreturn]] void raise_one_table() const;
  [[noreturn]] void raise_ledger_in_use() const;
};

/// A name as SQL spells it between these quotes, whatever is in it.
std::string between_quotes(std::string_view name, char quote);

}  // namespace trifle::stats::detail
