#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <trifle/stats/drivers/redis.hpp>

#include "drivers/redis/connection.hpp"

namespace trifle::stats::detail::redis {

/// A connection that is made anew when it can't serve any more, with what the server behind it is known to do. Not for
/// two threads at once.
class Session {
 public:
  Session(const drivers::RedisServer& server, const drivers::RedisOptions& options)
      : server_(server), options_(options) {}

  /// The connection, fit to be asked.
  Connection& connection(std::string_view operation) {
    if (!connection_ || connection_->stale()) reconnect(operation);
    return *connection_;
  }

  void reconnect(std::string_view operation) {
    connection_.reset();
    script_.clear();
    scripts_ = true;
    connection_ = std::make_unique<Connection>(server_, options_, operation);
  }

  /// Whether the connection failed.
  bool lost() const noexcept { return !connection_ || connection_->broken(); }

  /// The digest of the writing script, loaded on this connection's server; empty before.
  std::string& script() noexcept { return script_; }
  /// Whether the server runs scripts for us.
  bool& scripts() noexcept { return scripts_; }

  /// Heals itself: what was left outstanding is taken in, or the connection is made anew at the next call.
  bool usable_after(const Error&) noexcept {
    if (connection_) connection_->drain();
    return true;
  }

 private:
  const drivers::RedisServer& server_;
  const drivers::RedisOptions& options_;
  std::unique_ptr<Connection> connection_;
  std::string script_;
  bool scripts_ = true;
};

}  // namespace trifle::stats::detail::redis
