#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include <trifle/stats/drivers/redis.hpp>

#include "drivers/redis/command.hpp"
#include "drivers/redis/failure.hpp"
#include "drivers/redis/reply.hpp"

struct redisContext;

namespace trifle::stats::detail::redis {

/// A connection, logged in. Not for two threads at once, not movable: hiredis points at its reply.
class Connection {
 public:
  /// Throws ConnectionError or TimeoutError where the server can't be reached, StorageError where it refuses us.
  Connection(const drivers::RedisServer& server, const drivers::RedisOptions& options, std::string_view operation);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Whether it can't serve another request: it failed, replies are outstanding, or the server closed it meanwhile.
  bool stale() const noexcept;

  /// Whether it failed.
  bool broken() const noexcept { return broken_; }

  /// Sends all of it. `commands` stays as it is.
  void send(const Commands& commands, std::string_view operation);

  /// The next outstanding reply, which may be an error; valid until the next call.
  const Reply& receive(Phase phase, std::string_view operation);

  /// The same; an error is thrown.
  const Reply& expect(Phase phase, std::string_view operation);

  /// Takes and forgets all outstanding replies; where that fails the connection is stale.
  void drain() noexcept;

  /// Sends one request and returns its reply.
  const Reply& ask(std::initializer_list<std::string_view> words, Phase phase, std::string_view operation);

 private:
  [[noreturn]] void fail(Phase phase, std::string_view operation);
  void log_in(const drivers::RedisServer& server, std::string_view operation);

  struct Close {
    void operator()(redisContext* context) const noexcept;
  };
  std::unique_ptr<redisContext, Close> context_;
  Reply reply_;
  std::size_t outstanding_ = 0;
  bool broken_ = false;
};

}  // namespace trifle::stats::detail::redis
