#pragma once

#include <span>
#include <string>
#include <string_view>

#include "driver/table.hpp"

namespace trifle::stats::detail::mysql {

/// Throws InvalidArgument for a name that the servers can't have, and where two are the same.
void check(const Table& table);

/// A name as SQL spells it, whatever is in it.
std::string quoted(std::string_view name);

/// "`key`, `at`": names of columns, quoted.
std::string quoted_list(std::span<const std::string_view> columns);

}  // namespace trifle::stats::detail::mysql
