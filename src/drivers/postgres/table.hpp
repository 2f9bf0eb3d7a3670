#pragma once

#include <string>
#include <string_view>

#include "driver/table.hpp"

namespace trifle::stats::detail::postgres {

/// Throws InvalidArgument for a name that PostgreSQL can't have, and where two are the same.
void check(const Table& table);

/// A name as SQL spells it, whatever is in it.
std::string quoted(std::string_view name);

}  // namespace trifle::stats::detail::postgres
