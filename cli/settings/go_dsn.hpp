#pragma once

#include <string_view>

#include <trifle/stats/drivers/mysql.hpp>

namespace trifle::cli {

/// Reads the connection string of the family's program for MySQL, which is that of Go's driver:
/// user:password@tcp(host:port)/database?tls=true, or @unix(/path). Of its parameters, `tls` is understood; those that
/// only matter to Go (parseTime, charset, collation, loc, timeout …) are passed over. Throws Failure, which never holds
/// the password.
stats::drivers::MysqlServer parse_go_dsn(std::string_view dsn);

}  // namespace trifle::cli
