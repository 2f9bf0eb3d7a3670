#pragma once

#include <string>

#include <trifle/stats/drivers/sqlite.hpp>

#include "drivers/sqlite/table.hpp"

namespace trifle::stats::detail::sqlite {

/// Each throws InvalidArgument naming the option, what was given and what is allowed.
void check_options(const std::string& path, const drivers::SqliteOptions& options);
Table checked_table(const drivers::SqliteOptions& options);

}  // namespace trifle::stats::detail::sqlite
