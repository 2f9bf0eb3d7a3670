#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <trifle/stats/drivers/tls.hpp>

#include "settings/connect.hpp"
#include "settings/settings.hpp"

namespace trifle::cli {

/// The URL or connection string of a server: `db` where that is a URL, else `dsn`, else "". Throws Failure where `db`
/// is something else, or a URL of another driver than `driver`, and where flags say again what stands in it.
std::string server_url(const Settings& settings, const std::string& driver);

/// Where the HTTP API is: `db` where that is a URL, else `url`. Throws Failure where there is none.
std::string api_url(const Settings& settings);

/// `port`, or this one where none was chosen.
std::uint16_t port_of(const Settings& settings, std::uint16_t otherwise);

/// `tls`; nothing where it wasn't chosen.
std::optional<stats::drivers::Tls> tls_of(const Settings& settings);

/// How long to try to connect: `timeout`, or this where it wasn't chosen.
std::chrono::milliseconds connect_timeout_of(const Settings& settings, std::chrono::milliseconds otherwise);

/// How long one statement may take: a large import gets more than the library's default.
std::chrono::milliseconds statement_timeout_for(Access access, std::chrono::milliseconds otherwise);

}  // namespace trifle::cli
