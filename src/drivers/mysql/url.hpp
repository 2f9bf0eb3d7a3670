#pragma once

#include <string_view>

#include <trifle/stats/drivers/mysql.hpp>

namespace trifle::stats::detail::mysql {

/// "mysql://user:password@host:port/database?tls=…", every part percent-encoded and optional but the scheme; "mariadb"
/// is a scheme, too. An IPv6 address stands in brackets. Throws InvalidArgument, without the password, for anything
/// else.
drivers::MysqlServer read_url(std::string_view url);

}  // namespace trifle::stats::detail::mysql
