#include "drivers/postgres/connection.hpp"

#include <libpq-fe.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <thread>

namespace trifle::stats::detail::postgres {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::string_view kOpen = "connect";
constexpr milliseconds kGrace{2'000};  // beyond the server's own timeout, for its answer to arrive

/// False where `end` came first.
bool wait_for(int socket, short events, Clock::time_point end) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(end - Clock::now()).count();
    if (left <= 0) return false;
    ::pollfd poll{.fd = socket, .events = events, .revents = 0};
    const int ready = ::poll(&poll, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return true;  // what is wrong shows at the next step
  }
}

/// A failed connection has no SQLSTATE to ask for; what the server said of it is told by these words, which it doesn't
/// translate before the session has a language.
std::string_view refusal_state(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kWords{{
      {"too many", "53300"},
      {"remaining connection slots are reserved", "53300"},
      {"starting up", "57P03"},
      {"shutting down", "57P03"},
      {"recovery mode", "57P03"},
      {"not yet accepting connections", "57P03"},
      {"password authentication failed", "28P01"},
      {"no password supplied", "28P01"},
      {"no pg_hba.conf entry", "28000"},
      {"requires a valid client certificate", "28000"},
  }};
  for (const auto& [words, state] : kWords)
    if (text.find(words) != std::string_view::npos) return state;
  return {};
}

/// What is to be said of a failure that libpq has only words for: TLS that isn't there, or a certificate of somebody
/// else. Empty where it is none of these.
std::string_view tls_message(std::string_view text) {
  const auto holds = [&](std::string_view words) { return text.find(words) != std::string_view::npos; };
  const bool is_lost = holds("SSL SYSCALL");
  return (holds("SSL") || holds("certificate")) && !is_lost ? "the connection can't be encrypted as was asked for" : "";
}

/// libpq's own value of an option, after the environment and the service file had their say.
std::string effective(PGconn* connection, std::string_view keyword) {
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> all(PQconninfo(connection), PQconninfoFree);
  for (const auto* option = all.get(); option && option->keyword; ++option)
    if (option->keyword == keyword && option->val) return option->val;
  return {};
}

/// Our statements find rows by their keys. A plan that was made while the table was small may look through all of it,
/// and stay.
///
/// The server's process gives the memory that a statement took back to the kernel page by page, and takes it again for
/// the next, unless it has freed a block of that size before (mallopt(3), M_MMAP_THRESHOLD): once is enough, and it
/// writes 1000 rows in a sixth less time.
std::string session_settings(const drivers::PostgresOptions& options) {
  const auto timeout = std::to_string(options.statement_timeout.count());
  return "SET statement_timeout = " + timeout + ";SET idle_in_transaction_session_timeout = " + timeout +
         ";SET default_transaction_isolation = 'read committed'"
         ";SET enable_seqscan = off;SET enable_hashjoin = off;SET enable_mergejoin = off"
         ";SET plan_cache_mode = force_generic_plan;SET jit = off;SET extra_float_digits = 1"
         ";SELECT length(repeat('x', 4000000))";
}

}  // namespace

int Result::rows() const noexcept { return PQntuples(get()); }
int Result::columns() const noexcept { return PQnfields(get()); }
bool Result::is_null(int row, int column) const noexcept { return PQgetisnull(get(), row, column) != 0; }
std::string_view Result::value(int row, int column) const noexcept {
  return {PQgetvalue(get(), row, column), static_cast<std::size_t>(PQgetlength(get(), row, column))};
}
std::string_view Result::command() const noexcept { return PQcmdStatus(get()); }
void Result::Clear::operator()(pg_result* result) const noexcept { PQclear(result); }

void Connection::Finish::operator()(pg_conn* connection) const noexcept {
  if (owned) PQfinish(connection);
}

Connection Connection::open(const Address& address, const drivers::PostgresOptions& options) {
  const auto end = Clock::now() + options.connect_timeout;
  std::optional<ConnectionError> refused;  // says more than that there was no time for another try
  for (auto pause = milliseconds(50);; pause = std::min(pause * 2, milliseconds(1'000))) {
    try {
      auto connection = connect(address, options, end);
      connection.execute(session_settings(options).c_str(), kOpen);
      return connection;
    } catch (const ConnectionError& error) {
      const bool soon = error.native_code() == native_code("57P03") || error.native_code() == native_code("53300");
      if (!soon || Clock::now() + pause >= end) throw;
      refused = error;
    } catch (const TimeoutError&) {
      if (refused) throw ConnectionError(*refused);
      throw;
    }
    std::this_thread::sleep_for(pause);
  }
}

Connection Connection::connect(const Address& address, const drivers::PostgresOptions& options, Clock::time_point end) {
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  for (const auto& [keyword, value] : address) {
    keywords.push_back(keyword.c_str());
    values.push_back(value.c_str());
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);

  constexpr int kExpandDatabase = 1;  // dbname may be a URL
  Connection opened(Handle(PQconnectStartParams(keywords.data(), values.data(), kExpandDatabase), Finish{true}), false,
                    options.statement_timeout + kGrace);
  PGconn* const connection = opened.get();
  if (!connection) throw ConnectionError("libpq ran out of memory", details(kOpen, true));
  PQsetNoticeProcessor(
      connection, [](void*, const char*) {}, nullptr);
  for (auto next = PGRES_POLLING_WRITING;;) {
    if (PQstatus(connection) == CONNECTION_BAD || next == PGRES_POLLING_FAILED) {
      const std::string_view text = PQerrorMessage(connection);
      const auto state = refusal_state(text);
      raise(state, text, Phase::Connect, kOpen, state.empty() ? tls_message(text) : "");
    }
    if (next == PGRES_POLLING_OK) break;
    if (!wait_for(PQsocket(connection), next == PGRES_POLLING_READING ? POLLIN : POLLOUT, end)) {
      auto told = details(kOpen, true);
      told.native_text = "connecting took longer than connect_timeout";
      throw TimeoutError("the server can't be reached in time", std::move(told));
    }
    next = PQconnectPoll(connection);
  }

  const auto asked = effective(connection, "sslmode");
  if ((asked == "require" || asked.starts_with("verify-")) && PQsslInUse(connection) == 0) {
    throw ConnectionError("TLS was asked for (sslmode=" + asked + "), and the connection has none",
                          details(kOpen, true));
  }
  PQsetnonblocking(connection, 1);
  return opened;
}

Connection Connection::borrow(pg_conn* lent, const drivers::PostgresOptions& options) {
  return {Handle(lent, Finish{false}), true, options.statement_timeout + kGrace};
}

bool Connection::in_transaction() const noexcept { return PQtransactionStatus(get()) != PQTRANS_IDLE; }

bool Connection::is_alive() const noexcept { return !given_up_ && PQstatus(get()) == CONNECTION_OK; }

void Connection::check_open(std::string_view operation) {
  ::pollfd poll{.fd = PQsocket(get()), .events = POLLIN, .revents = 0};
  if (::poll(&poll, 1, 0) > 0 && PQconsumeInput(get()) == 0) lost(Phase::Statement, operation);
}

void Connection::flush(Phase phase, std::string_view operation) {
  auto end = Clock::now() + patience_;
  for (;;) {
    const int left = PQflush(get());
    if (left == 0) return;
    if (left < 0) lost(phase, operation);
    if (!wait_for(PQsocket(get()), POLLIN | POLLOUT, end)) {
      given_up_ = true;
      raise_silence(phase, operation);
    }
    // The server may answer meanwhile, and must not wait for us.
    if (PQconsumeInput(get()) == 0) lost(phase, operation);
  }
}

Result Connection::next(Phase phase, std::string_view operation) {
  const auto end = Clock::now() + patience_;
  while (PQisBusy(get()) != 0) {
    if (!wait_for(PQsocket(get()), POLLIN, end)) {
      given_up_ = true;
      raise_silence(phase, operation);
    }
    if (PQconsumeInput(get()) == 0) break;  // what was received before the end is still handed out
  }
  return Result(PQgetResult(get()));
}

void Connection::execute(const char* sql, std::string_view operation) {
  if (PQsendQuery(get(), sql) == 0) lost(Phase::Statement, operation);
  flush(Phase::Statement, operation);
  std::unique_ptr<Result> failed;
  for (;;) {
    Result result = next(Phase::Statement, operation);
    if (!result.get()) break;
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && !failed)
      failed = std::make_unique<Result>(std::move(result));
  }
  if (failed) fail(*failed, Phase::Statement, Phase::Statement, operation);
}

void Connection::fail(const Result& result, Phase phase, Phase said, std::string_view operation) {
  if (!result.get()) raise({}, PQerrorMessage(get()), phase, operation);
  const char* const state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  const char* const primary = PQresultErrorField(result.get(), PG_DIAG_MESSAGE_PRIMARY);
  if (!state) raise({}, PQresultErrorMessage(result.get()), phase, operation);
  raise(state, primary ? primary : "", said, operation);
}

void Connection::lost(Phase phase, std::string_view operation) {
  given_up_ = !lent_;  // its owner may reset it
  raise({}, PQerrorMessage(get()), phase, operation);
}

void Connection::abandon() noexcept {
  if (!lent_) ::close(PQsocket(get()));
  (void)connection_.release();
}

Unblocked::Unblocked(Connection& connection)
    : connection_(connection), was_blocking_(PQisnonblocking(connection.get()) == 0) {
  if (was_blocking_) PQsetnonblocking(connection_.get(), 1);
}

Unblocked::~Unblocked() {
  if (was_blocking_) PQsetnonblocking(connection_.get(), 0);
}

}  // namespace trifle::stats::detail::postgres
