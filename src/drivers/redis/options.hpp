#pragma once

#include <string>

#include <trifle/stats/drivers/redis.hpp>

namespace trifle::stats::detail::redis {

/// Reads "redis://…", "redis+cluster://…" and "unix://…". Throws InvalidArgument, without the password.
drivers::RedisServer read_url(const std::string& url);

/// Throws InvalidArgument naming the option, what was given and what is allowed.
void check_options(const drivers::RedisServer& server, const drivers::RedisOptions& options);

}  // namespace trifle::stats::detail::redis
