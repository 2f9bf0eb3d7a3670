#include "drivers/mysql/connection.hpp"

#include <errmsg.h>
#include <mysql.h>

#include <charconv>
#include <chrono>
#include <cstring>
#include <utility>

namespace trifle::stats::detail::mysql {
namespace {

constexpr std::string_view kOpen = "open";
constexpr std::chrono::seconds kGrace{2};  // for the server to say itself that a statement took too long

using Options = drivers::MysqlOptions;
using drivers::Tls;

unsigned whole_seconds(std::chrono::milliseconds time) {
  return static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(time).count());
}

const char* text_or_null(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

void set(MYSQL* db, mysql_option option, const void* value) { mysql_optionsv(db, option, value); }

void set_timeouts(MYSQL* db, const Options& options) {
  const unsigned connect = whole_seconds(options.connect_timeout);
  const unsigned statement = whole_seconds(options.statement_timeout + kGrace);
  set(db, MYSQL_OPT_CONNECT_TIMEOUT, &connect);
  set(db, MYSQL_OPT_READ_TIMEOUT, &statement);
  set(db, MYSQL_OPT_WRITE_TIMEOUT, &statement);
}

/// Both options in every mode: their defaults differ between releases of the library, and ENFORCE alone enforces
/// nothing.
void set_tls(MYSQL* db, const drivers::MysqlServer& server, bool encrypt) {
  const my_bool enforce = encrypt ? 1 : 0;
  const my_bool verify = encrypt && server.tls == Tls::VerifyFull ? 1 : 0;
  if (encrypt) {
    // With an authority the library checks who signed the certificate, with `verify` the server's name, too.
    const bool check = server.tls == Tls::VerifyCa || server.tls == Tls::VerifyFull;
    if (check && !server.ca_file.empty()) set(db, MYSQL_OPT_SSL_CA, server.ca_file.c_str());
    if (!server.certificate_file.empty()) set(db, MYSQL_OPT_SSL_CERT, server.certificate_file.c_str());
    if (!server.key_file.empty()) set(db, MYSQL_OPT_SSL_KEY, server.key_file.c_str());
  }
  set(db, MYSQL_OPT_SSL_ENFORCE, &enforce);
  set(db, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
}

/// No message may hold the password, whatever server or library put into it.
std::string without(const std::string& secret, std::string text) {
  if (secret.size() < 3) return text;  // it would be found in any text
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3))
    text.replace(at, secret.size(), "***");
  return text;
}

}  // namespace

void Connection::prepare_library() {
  // The library does this by itself, but not for two threads at once.
  static const int done = mysql_library_init(0, nullptr, nullptr);
  if (done != 0) throw ConnectionError("the client library can't be used", details(kOpen, false));
}

Connection::Connection(Handle db, bool lent) : db_(std::move(db)), lent_(lent) {}

Connection Connection::open(const drivers::MysqlServer& server, const Options& options, Use use) {
  prepare_library();
  const auto attempt = [&](bool encrypt) {
    Handle db(mysql_init(nullptr), mysql_close);
    if (!db) throw ConnectionError("memory ran out", details(kOpen, true));
    set_timeouts(db.get(), options);
    set_tls(db.get(), server, encrypt);
    set(db.get(), MYSQL_SET_CHARSET_NAME, "utf8mb4");
    const my_bool never = 0;
    const unsigned no_files = 0;
    set(db.get(), MYSQL_OPT_RECONNECT, &never);
    set(db.get(), MYSQL_OPT_LOCAL_INFILE, &no_files);
    if (!options.plugin_dir.empty()) set(db.get(), MYSQL_PLUGIN_DIR, options.plugin_dir.c_str());
    const bool by_socket = !server.socket.empty();
    // Not CLIENT_SSL, ever: without the options above it waits for a handshake that nobody begins.
    const unsigned long flags = CLIENT_MULTI_STATEMENTS;
    if (!mysql_real_connect(db.get(), by_socket ? nullptr : server.host.c_str(), text_or_null(server.user),
                            text_or_null(server.password), text_or_null(server.database), by_socket ? 0 : server.port,
                            text_or_null(server.socket), flags))
      raise(mysql_errno(db.get()), without(server.password, mysql_error(db.get())), Phase::Connect, kOpen);
    return db;
  };
  const auto connect = [&] {
    if (server.tls != Tls::Prefer) return attempt(server.tls != Tls::Off);
    try {
      return attempt(true);
    } catch (const ConnectionError& error) {
      // A newer library refuses a server that has no TLS.
      if (error.native_code() != CR_SSL_CONNECTION_ERROR) throw;
      return attempt(false);
    }
  };
  Connection connection(connect(), false);
  const bool must_encrypt = server.tls != Tls::Off && server.tls != Tls::Prefer;
  if (must_encrypt && mysql_get_ssl_cipher(connection.get()) == nullptr) {
    auto told = details(kOpen, true);
    told.native_code = CR_SSL_CONNECTION_ERROR;
    throw ConnectionError("TLS was asked for, and the server offers none", std::move(told));
  }
  connection.look_around();
  connection.set_session(options, use);
  return connection;
}

Connection Connection::borrow(st_mysql* lent) {
  const std::string_view charset = mysql_character_set_name(lent);
  if (charset != "utf8mb4") {
    throw InvalidArgument("the lent connection has the character set '" + std::string(charset) +
                          "'; it must be utf8mb4 (mysql_set_character_set)");
  }
  Connection connection(Handle(lent, [](st_mysql*) {}), true);
  connection.look_around();
  const auto packet = connection.ask("SELECT @@max_allowed_packet", kOpen);
  std::from_chars(packet.data(), packet.data() + packet.size(), connection.max_packet_);
  return connection;
}

void Connection::look_around() {
  const char* const version = mysql_get_server_info(db_.get());
  is_mariadb_ = version && std::strstr(version, "MariaDB") != nullptr;
  unsigned long extended = 0;
  constexpr unsigned long kBulkOperations = 1ul << 2;  // MARIADB_CLIENT_STMT_BULK_OPERATIONS, above the 32nd bit
  takes_arrays_ = mariadb_get_infov(db_.get(), MARIADB_CONNECTION_EXTENDED_SERVER_CAPABILITIES, &extended) == 0 &&
                  (extended & kBulkOperations) != 0;
}

void Connection::set_session(const Options& options, Use use) {
  const auto milliseconds = std::to_string(options.statement_timeout.count());
  const auto seconds = std::to_string(whole_seconds(options.statement_timeout));
  std::string sql =
      "SET NAMES utf8mb4;"
      "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE;"
      "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00',"
      " sql_select_limit = 18446744073709551615, sql_big_selects = 1, sql_safe_updates = 0,"
      " completion_type = 'NO_CHAIN', eq_range_index_dive_limit = 1, innodb_lock_wait_timeout = ";
  sql += seconds;
  sql += is_mariadb_ ? ", max_statement_time = " + milliseconds + " / 1000" : ", max_execution_time = " + milliseconds;
  sql += use == Use::Write ? ", autocommit = 0" : ", autocommit = 1";
  sql += ";SELECT @@max_allowed_packet";
  const auto packet = ask(sql, kOpen);
  std::from_chars(packet.data(), packet.data() + packet.size(), max_packet_);
}

bool Connection::in_transaction() const noexcept {
  unsigned status = 0;
  return mariadb_get_infov(db_.get(), MARIADB_CONNECTION_SERVER_STATUS, &status) == 0 &&
         (status & SERVER_STATUS_IN_TRANS) != 0;
}

void Connection::send(std::string_view sql, Phase phase, std::string_view operation) {
  if (mysql_real_query(db_.get(), sql.data(), sql.size()) != 0) raise_failed(phase, operation);
}

void Connection::execute(std::string_view sql, std::string_view operation) { ask(sql, operation); }

std::string Connection::ask(std::string_view sql, std::string_view operation) {
  send(sql, Phase::Statement, operation);
  std::string answer;
  for (;;) {
    if (mysql_field_count(db_.get()) > 0) {
      const std::unique_ptr<MYSQL_RES, void (*)(MYSQL_RES*)> result(mysql_store_result(db_.get()), mysql_free_result);
      if (!result) raise_failed(Phase::Statement, operation);
      const MYSQL_ROW row = mysql_fetch_row(result.get());
      if (row && row[0]) answer = row[0];
    }
    const int next = mysql_next_result(db_.get());
    if (next < 0) return answer;
    if (next > 0) raise_failed(Phase::Statement, operation);
  }
}

std::uint64_t Connection::affected_rows() const noexcept { return mysql_affected_rows(db_.get()); }

void Connection::commit(std::string_view operation) { send("COMMIT", Phase::Commit, operation); }

bool Connection::execute_and_commit(const std::string& sql, std::string_view operation) {
  // A lent connection may not allow two statements at once.
  if (lent_) {
    try {
      execute(sql, operation);
    } catch (const Error& error) {
      if (error.native_code() == kDuplicateKey) return false;
      throw;
    }
    commit(operation);
    return true;
  }
  if (mysql_real_query(db_.get(), (sql + ";COMMIT").data(), sql.size() + 7) != 0) {
    const unsigned native = mysql_errno(db_.get());
    if (native == kDuplicateKey) return false;
    // The server stops at the first statement that fails; where it said nothing it may have run both.
    const bool from_server = native < CR_MIN_ERROR || native > CR_MAX_ERROR;
    raise_failed(from_server ? Phase::Statement : Phase::Commit, operation);
  }
  if (mysql_next_result(db_.get()) != 0) raise_failed(Phase::Commit, operation);
  return true;
}

void Connection::rollback() noexcept {
  constexpr std::string_view kRollback = "ROLLBACK";
  if (mysql_real_query(db_.get(), kRollback.data(), kRollback.size()) != 0) broken_ = true;
}

void Connection::raise_failed(Phase phase, std::string_view operation) const {
  raise(mysql_errno(db_.get()), mysql_error(db_.get()), phase, operation);
}

LentSettings::LentSettings(Connection& connection, std::string_view operation) : connection_(connection) {
  if (!connection_.is_lent()) return;
  was_in_transaction_ = connection_.in_transaction();
  const auto now = connection_.ask(
      "SELECT CONCAT('SET SESSION sql_mode = ''', @@sql_mode, ''', sql_select_limit = ', @@sql_select_limit,"
      " ', completion_type = ''', @@completion_type, '''')",
      operation);
  connection_.execute(
      "SET SESSION sql_mode = 'STRICT_ALL_TABLES', sql_select_limit = 18446744073709551615,"
      " completion_type = 'NO_CHAIN'",
      operation);
  put_back_ = now;
}

LentSettings::~LentSettings() {
  if (put_back_.empty()) return;
  try {
    // Without autocommit, reading has begun a transaction that the application doesn't know of.
    if (!was_in_transaction_ && connection_.in_transaction()) connection_.rollback();
    connection_.execute(put_back_, "restore");
  } catch (const Error&) {
    // The connection is lost; so is its session.
  }
}

Transaction::Transaction(Connection& connection, std::string_view operation)
    : connection_(connection), operation_(operation) {
  // Ours has no autocommit: its first statement begins the transaction.
  if (!connection_.is_lent()) return;
  connection_.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED", operation);
  connection_.execute("START TRANSACTION READ WRITE", operation);
}

Transaction::~Transaction() {
  if (!done_) connection_.rollback();
}

void Transaction::commit() {
  connection_.commit(operation_);
  done_ = true;
}

bool Transaction::commit_with(const std::string& sql) {
  done_ = connection_.execute_and_commit(sql, operation_);
  return done_;
}

}  // namespace trifle::stats::detail::mysql
