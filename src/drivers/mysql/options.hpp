#pragma once

#include <trifle/stats/drivers/mysql.hpp>

#include "drivers/mysql/table.hpp"

namespace trifle::stats::detail::mysql {

/// Each throws InvalidArgument naming the option, what was given and what is allowed.
void check_options(const drivers::MysqlOptions& options);
void check_server(const drivers::MysqlServer& server);
Table checked_table(const drivers::MysqlOptions& options);

}  // namespace trifle::stats::detail::mysql
