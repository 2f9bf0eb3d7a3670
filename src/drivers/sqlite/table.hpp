#pragma once

#include <string>
#include <string_view>

#include "driver/table.hpp"

namespace trifle::stats::detail::sqlite {

/// Throws InvalidArgument for a name that SQLite can't have, and where two are the same.
void check(const Table& table);

/// A name as SQL spells it, whatever is in it.
std::string quoted(std::string_view name);

/// " WHERE key = ?n AND …", the identity's parameters numbered from `first`.
std::string where_identity(const Table& table, int first);

}  // namespace trifle::stats::detail::sqlite
