#pragma once

#include <string>

#include <trifle/stats/drivers/postgres.hpp>

#include "drivers/postgres/connection.hpp"
#include "drivers/postgres/table.hpp"

namespace trifle::stats::detail::postgres {

/// Each throws InvalidArgument naming the option, what was given and what is allowed; never a password.
void check_options(const drivers::PostgresOptions& options);
Table checked_table(const drivers::PostgresOptions& options);
Address address_of(const std::string& url);
Address address_of(const drivers::PostgresServer& server);

}  // namespace trifle::stats::detail::postgres
