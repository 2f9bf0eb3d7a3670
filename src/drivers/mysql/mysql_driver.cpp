#include "drivers/mysql/mysql_driver.hpp"

#include <unistd.h>

#include <utility>

#include "drivers/mysql/failure.hpp"
#include "drivers/mysql/options.hpp"
#include "drivers/mysql/schema.hpp"
#include "drivers/mysql/url.hpp"

namespace trifle::stats::detail::mysql {
namespace {

bool is_conflict(const Error& error) {
  return error.outcome() == Outcome::NotApplied && error.retry_is_safe() && error.native_code() > 0 &&
         verdict(static_cast<unsigned>(error.native_code()), Phase::Statement).again;
}

bool is_missing_table(const Error& error) {
  return error.native_code() == static_cast<int>(kNoSuchTable) && error.outcome() == Outcome::NotApplied;
}

}  // namespace

MysqlDriver::MysqlDriver(drivers::MysqlServer server, st_mysql* lent, drivers::MysqlOptions options)
    : server_(std::move(server)),
      lent_(lent),
      options_(std::move(options)),
      table_(checked_table(options_)),
      layout_(Layout::checked(options_.identity, options_.separator)),
      traits_{.backend = std::string(kBackend),
              .identity = options_.identity,
              .ledger = options_.ledger,
              .background = lent == nullptr},
      process_(::getpid()),
      conflicts_(options_.statement_timeout),
      sessions_([this](Use use) { return open(use); }, options_.max_readers, lent != nullptr) {
  check_options(options_);
}

MysqlDriver::MysqlDriver(drivers::MysqlServer server, drivers::MysqlOptions options)
    : MysqlDriver(std::move(server), nullptr, std::move(options)) {
  check_server(server_);
}

MysqlDriver::MysqlDriver(st_mysql* lent, drivers::MysqlOptions options) : MysqlDriver({}, lent, std::move(options)) {
  if (!lent) throw InvalidArgument("the lent MYSQL* is null");
  sessions_.adopt(open(Use::Write));
}

MysqlDriver::~MysqlDriver() {
  auto all = sessions_.release();
  if (::getpid() == process_) return;
  // In a child after fork the connections are the parent's: to close one says goodbye in its name. Left alone.
  for (auto& session : all) (void)session.release();
}

RowDriver::Maker MysqlDriver::maker() const {
  if (lent_) return {};
  return [server = server_, options = options_] { return std::make_unique<MysqlDriver>(server, options); };
}

SetupReport MysqlDriver::setup(Setup what) {
  guard("setup");
  SetupReport report;
  if (what == Setup::Check) {
    const bool no_effect = false;
    with_reader(
        table_.name, "setup", [&](Session& session) { report = check_schema(session.connection(), table_); },
        no_effect);
    return report;
  }
  with_writer(table_.name, "setup", [&](Session& session) {
    refuse_foreign_transaction(session, "setup");
    report = create_schema(session.connection(), table_);
    if (!lent_) session.connection().rollback();  // looking at the tables may have begun a transaction
    session.forget_statements();
  });
  return report;
}

void MysqlDriver::write(const Rows& rows) {
  guard("write");
  if (rows.rows().empty()) return;
  with_writer(table_.name, "write", [&](Session& session) {
    refuse_foreign_transaction(session, "write");
    session.writer().write(rows);
  });
}

void MysqlDriver::read(const RowRange& range, RowSink& sink) {
  guard("read");
  bool any = false;
  with_reader(
      table_.name, "read", [&](Session& session) { session.reader().read(range, sink, any); }, any);
}

void MysqlDriver::beam(std::string_view key, const StoredStatus& status) {
  guard("beam");
  with_writer(table_.status_name, "beam", [&](Session& session) {
    refuse_foreign_transaction(session, "beam");
    session.status().replace(key, status);
  });
}

std::optional<StoredStatus> MysqlDriver::scan(std::string_view key) {
  guard("scan");
  std::optional<StoredStatus> found;
  const bool no_effect = false;
  with_reader(
      table_.status_name, "scan", [&](Session& session) { found = session.status().find(key); }, no_effect);
  return found;
}

// Before any lock: a child may have been forked while another thread held it.
void MysqlDriver::guard(std::string_view operation) const {
  if (::getpid() != process_) {
    throw ConnectionError("the connection was opened before fork and is the parent's; make a new Stats in the child",
                          details(operation, false));
  }
  if (lent_ && std::this_thread::get_id() != thread_)
    throw InvalidArgument("the connection was lent by another thread, and serves only that one",
                          details(operation, false));
}

void MysqlDriver::refuse_foreign_transaction(Session& session, std::string_view operation) const {
  if (!lent_ || !session.connection().in_transaction()) return;
  throw StorageError(
      "the application has a transaction open on the connection that it lends; rows written now would go with its "
      "rollback",
      details(operation, true));
}

std::unique_ptr<Session> MysqlDriver::open(Use use) const {
  return std::make_unique<Session>(lent_ ? Connection::borrow(lent_) : Connection::open(server_, options_, use), table_,
                                   layout_);
}

void MysqlDriver::with_writer(const std::string& table, std::string_view operation, const Work& work) {
  const bool no_effect = false;
  conflicts_.run([&] { with_session(Use::Write, table, operation, work, no_effect); }, is_conflict);
}

void MysqlDriver::with_reader(const std::string& table, std::string_view operation, const Work& work,
                              const bool& has_effect) {
  with_session(Use::Read, table, operation, work, has_effect);
}

void MysqlDriver::with_session(Use use, const std::string& table, std::string_view operation, const Work& work,
                               const bool& has_effect) {
  sessions_.with(
      use,
      [&](Session& session) {
        const LentSettings settings(session.connection(), operation);
        work(session);
      },
      [&](Session&, const Error& error) {
        if (!is_missing_table(error)) return;
        const bool is_ledger =
            !table_.ledger_name.empty() && error.native_text().find(table_.ledger_name + "'") != std::string::npos;
        raise_missing_table(is_ledger ? table_.ledger_name : table, operation,
                            static_cast<unsigned>(error.native_code()), error.native_text());
      },
      [&](const Error& error) { return error.retry_is_safe() && !has_effect; });
}

}  // namespace trifle::stats::detail::mysql

namespace trifle::stats::drivers {

Driver mysql(const std::string& url, MysqlOptions options) {
  return mysql(detail::mysql::read_url(url), std::move(options));
}

Driver mysql(MysqlServer server, MysqlOptions options) {
  return Driver(std::make_unique<detail::mysql::MysqlDriver>(std::move(server), std::move(options)));
}

Driver mysql(st_mysql* lent, MysqlOptions options) {
  return Driver(std::make_unique<detail::mysql::MysqlDriver>(lent, std::move(options)));
}

}  // namespace trifle::stats::drivers
