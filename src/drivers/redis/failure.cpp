#include "drivers/redis/failure.hpp"

#include <algorithm>
#include <cctype>

#include "driver/raise.hpp"

namespace trifle::stats::detail::redis {
namespace {

struct Known {
  std::string_view word;
  Verdict verdict;
};

constexpr Verdict refused(ErrorCode code, bool reconnect, const char* message) {
  return {code, Outcome::NotApplied, true, reconnect, message};
}

constexpr const char* kCluster = "the server is a node of a Redis Cluster: say so, by redis+cluster://";

constexpr Known kKnown[] = {
    {"OOM", refused(ErrorCode::Storage, false, "the server has reached its memory limit")},
    {"READONLY", refused(ErrorCode::Storage, true, "the server is a read-only replica")},
    {"LOADING", refused(ErrorCode::Connection, true, "the server is still loading its data")},
    {"MASTERDOWN", refused(ErrorCode::Connection, true, "the server is a replica that has lost its master")},
    {"BUSY", refused(ErrorCode::Timeout, false, "the server is busy with somebody's script")},
    {"NOSCRIPT", refused(ErrorCode::Storage, false, "the server forgets scripts as soon as they are loaded")},
    {"MISCONF", refused(ErrorCode::Storage, false, "the server takes no writes, because it can't save its data")},
    {"NOREPLICAS", refused(ErrorCode::Storage, false, "the server takes no writes, because it has too few replicas")},
    {"MOVED", refused(ErrorCode::Storage, false, kCluster)},
    {"ASK", refused(ErrorCode::Storage, false, kCluster)},
    {"CROSSSLOT", refused(ErrorCode::Storage, false, kCluster)},
    {"CLUSTERDOWN", refused(ErrorCode::Storage, false, kCluster)},
    {"TRYAGAIN", refused(ErrorCode::Storage, false, kCluster)},
    {"NOAUTH", refused(ErrorCode::Storage, true, "the server asks for a password")},
    {"WRONGPASS", refused(ErrorCode::Storage, true, "the server refuses the user or the password")},
    {"NOPERM", refused(ErrorCode::Storage, false, "the user isn't allowed to do this")},
    {"WRONGTYPE", {ErrorCode::CorruptData, Outcome::NotApplied, false, false, "a name of ours holds something else"}},
};

}  // namespace

Verdict verdict(std::string_view reply) noexcept {
  const auto word = reply.substr(0, reply.find(' '));
  const auto* const found =
      std::find_if(std::begin(kKnown), std::end(kKnown), [&](const Known& known) { return known.word == word; });
  if (found != std::end(kKnown)) return found->verdict;
  return refused(ErrorCode::Storage, false, "the server refused the command");
}

Verdict verdict(Phase phase, bool timed_out) noexcept {
  const auto code = timed_out ? ErrorCode::Timeout : ErrorCode::Connection;
  switch (phase) {
    case Phase::Connect:
      return {code, Outcome::NotApplied, true, true, "the server can't be reached"};
    case Phase::Send:
      return {code, Outcome::NotApplied, true, true, "the connection was lost before the request was sent"};
    case Phase::Await:
      return {code, Outcome::NotApplied, true, true, "the connection was lost before the reply came"};
    case Phase::AwaitWrite:
      break;
  }
  return {code, Outcome::Unknown, false, true, "the connection was lost before the server answered"};
}

Error::Details details(std::string_view operation, const Verdict& verdict, int native_code,
                       std::string_view native_text) {
  Error::Details told;
  told.operation = operation;
  told.backend = kBackend;
  told.native_code = native_code;
  told.native_text = native_text;
  told.outcome = verdict.outcome;
  told.retry_is_safe = verdict.retry_is_safe;
  return told;
}

void raise(const Verdict& verdict, Error::Details told, std::string_view message) {
  raise_as(verdict.code, std::string(message.empty() ? verdict.message : message), std::move(told));
}

void raise_reply(std::string_view reply, std::string_view operation) {
  const auto found = verdict(reply);
  raise(found, details(operation, found, 0, reply));
}

void raise_after_fork(std::string_view operation) {
  throw ConnectionError("the connection was opened before fork and is the parent's; make a new Stats in the child",
                        details_of(kBackend, operation, false));
}

bool refuses_scripts(std::string_view reply) noexcept {
  return reply.starts_with("ERR unknown command") || reply.starts_with("NOPERM") ||
         reply.starts_with("ERR unknown subcommand") || reply.starts_with("ERR Unknown subcommand");
}

}  // namespace trifle::stats::detail::redis
