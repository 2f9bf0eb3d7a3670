#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <trifle/stats/driver.hpp>

namespace trifle::stats::detail::sqlite {

/// The names of the tables, and which columns identify a row.
struct Table {
  Identity identity = Identity::Full;
  std::string name;
  std::string status_name;
  std::string ledger_name = {};  ///< empty: none

  /// Throws InvalidArgument for a name that is empty, holds NUL or is not UTF-8, and where two are the same.
  void check() const;

  /// The columns of the identity, in the order of the primary key: key, granularity, at.
  std::span<const std::string_view> identity_columns() const noexcept;

  /// " WHERE key = ?n AND …", the identity's parameters numbered from `first`.
  std::string where_identity(int first) const;
};

/// A name as SQL spells it, whatever is in it.
std::string quoted(std::string_view name);

}  // namespace trifle::stats::detail::sqlite
