#include "drivers/redis/connection.hpp"

#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <new>
#include <string>
#include <system_error>

namespace trifle::stats::detail::redis {
namespace {

constexpr std::size_t kKeptBuffer = 1u << 20;

timeval time_of(std::chrono::milliseconds duration) {
  return {.tv_sec = duration.count() / 1000, .tv_usec = duration.count() % 1000 * 1000};
}

}  // namespace

void Connection::Close::operator()(redisContext* context) const noexcept { redisFree(context); }

Connection::Connection(const drivers::RedisServer& server, const drivers::RedisOptions& options,
                       std::string_view operation) {
  const auto patience = time_of(options.connect_timeout);
  context_.reset(server.unix_socket.empty() ? redisConnectWithTimeout(server.host.c_str(), server.port, patience)
                                            : redisConnectUnixWithTimeout(server.unix_socket.c_str(), patience));
  if (!context_) throw std::bad_alloc();
  if (context_->err) fail(Phase::Connect, operation);
  redisSetTimeout(context_.get(), time_of(options.reply_timeout));
  if (server.unix_socket.empty()) redisEnableKeepAlive(context_.get());
  context_->reader->fn = Reply::functions();
  context_->reader->privdata = &reply_;
  context_->reader->maxbuf = kKeptBuffer;
  log_in(server, operation);
}

void Connection::log_in(const drivers::RedisServer& server, std::string_view operation) {
  if (!server.user.empty()) {
    ask({"AUTH", server.user, server.password}, Phase::Await, operation);
  } else if (!server.password.empty()) {
    ask({"AUTH", server.password}, Phase::Await, operation);
  }
  if (server.database != 0) ask({"SELECT", std::to_string(server.database)}, Phase::Await, operation);
}

bool Connection::stale() const noexcept {
  if (broken_ || outstanding_ > 0) return true;
  // Nothing is outstanding, so what can be read is the connection's end.
  pollfd readable{.fd = context_->fd, .events = POLLIN, .revents = 0};
  return ::poll(&readable, 1, 0) != 0;
}

void Connection::send(const Commands& commands, std::string_view operation) {
  // Not by hiredis, which would copy it, and which lets a closed connection raise SIGPIPE.
  std::string_view rest = commands.bytes();
  while (!rest.empty()) {
    const auto sent = ::send(context_->fd, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno != EINTR) {
      fail(Phase::Send, operation);
    }
  }
  outstanding_ += commands.requests();
}

const Reply& Connection::receive(Phase phase, std::string_view operation) {
  void* unused = nullptr;
  errno = 0;
  if (redisGetReply(context_.get(), &unused) != REDIS_OK) fail(phase, operation);
  --outstanding_;
  if (reply_.is_error() && verdict(reply_.text()).reconnect) broken_ = true;
  return reply_;
}

const Reply& Connection::expect(Phase phase, std::string_view operation) {
  const auto& reply = receive(phase, operation);
  if (reply.is_error()) raise_reply(reply.text(), operation);
  return reply;
}

const Reply& Connection::ask(std::initializer_list<std::string_view> words, Phase phase, std::string_view operation) {
  Commands one;
  one.add(words);
  send(one, operation);
  return expect(phase, operation);
}

void Connection::drain() noexcept {
  void* unused = nullptr;
  while (!broken_ && outstanding_ > 0) {
    if (redisGetReply(context_.get(), &unused) != REDIS_OK) {
      broken_ = true;
    } else {
      --outstanding_;
    }
  }
}

void Connection::fail(Phase phase, std::string_view operation) {
  const int native = errno;
  broken_ = true;
  const bool timed_out = native == EAGAIN || native == EWOULDBLOCK || native == ETIMEDOUT || native == EINPROGRESS;
  const auto found = verdict(phase, timed_out);
  std::string text = context_->err ? context_->errstr : "";
  if (text.empty()) text = std::system_category().message(native);
  raise(found, details(operation, found, native, text));
}

}  // namespace trifle::stats::detail::redis
