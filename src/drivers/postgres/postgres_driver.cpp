#include "drivers/postgres/postgres_driver.hpp"

#include <libpq-fe.h>
#include <unistd.h>

#include <utility>

#include "drivers/postgres/failure.hpp"
#include "drivers/postgres/options.hpp"
#include "drivers/postgres/schema.hpp"

namespace trifle::stats::detail::postgres {
namespace {

constexpr std::string_view kUtf8 = "UTF8";

// A row that is there the next time is locked then, so a second refusal in a row is rare, and more are another key's.
constexpr int kRefusals = 10;

/// Notes whether anything was handed out.
class WatchedSink final : public RowSink {
 public:
  explicit WatchedSink(RowSink& sink) noexcept : sink_(sink) {}
  void json(std::int64_t at, std::string_view text) override {
    touched_ = true;
    sink_.json(at, text);
  }
  void fields(std::int64_t at, std::span<const Field> fields) override {
    touched_ = true;
    sink_.fields(at, fields);
  }
  bool touched() const noexcept { return touched_; }

 private:
  RowSink& sink_;
  bool touched_ = false;
};

}  // namespace

PostgresDriver::PostgresDriver(Address address, pg_conn* lent, drivers::PostgresOptions options)
    : address_(std::move(address)),
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
      sessions_(
          [this](Use) {
            return std::make_unique<Session>(Connection::open(address_, options_), table_, layout_, options_);
          },
          options_.max_readers, lent != nullptr) {
  check_options(options_);
}

PostgresDriver::PostgresDriver(Address address, drivers::PostgresOptions options)
    : PostgresDriver(std::move(address), nullptr, std::move(options)) {}

PostgresDriver::PostgresDriver(pg_conn* lent, drivers::PostgresOptions options)
    : PostgresDriver(Address(), lent, std::move(options)) {
  if (!lent) throw InvalidArgument("the lent PGconn* is null");
  if (const std::string encoding = pg_encoding_to_char(PQclientEncoding(lent)); encoding != kUtf8) {
    throw InvalidArgument("the lent connection has client_encoding " + encoding + "; it must be UTF8");
  }
  sessions_.adopt(std::make_unique<Session>(Connection::borrow(lent, options_), table_, layout_, options_));
}

PostgresDriver::~PostgresDriver() {
  auto all = sessions_.release();
  if (::getpid() == process_) return;
  // In a child after fork the connections are the parent's: a goodbye would end them.
  for (auto& session : all) session->connection().abandon();
}

RowDriver::Maker PostgresDriver::maker() const {
  if (lent_) return {};
  return [address = address_, options = options_] { return std::make_unique<PostgresDriver>(address, options); };
}

SetupReport PostgresDriver::setup(Setup what) {
  guard("setup");
  SetupReport report;
  if (what == Setup::Check) {
    look([&](Session& session) { report = check_schema(session.connection(), table_); }, [] { return true; });
    return report;
  }
  change(
      "setup", [&](Session& session) { report = create_schema(session.connection(), table_); }, true, is_conflict);
  return report;
}

void PostgresDriver::write(const Rows& rows) {
  guard("write");
  if (rows.rows().empty()) return;
  int refusals = 0;
  change(
      "write", [&](Session& session) { session.writer().write(rows); }, traits_.ledger,
      [&](const Error& error) {
        if (error.native_code() == native_code("23505") && ++refusals > kRefusals) return false;
        return is_conflict(error);
      });
}

void PostgresDriver::read(const RowRange& range, RowSink& sink) {
  guard("read");
  WatchedSink watched(sink);
  look([&](Session& session) { session.reader().read(range, watched); }, [&] { return !watched.touched(); });
}

void PostgresDriver::beam(std::string_view key, const StoredStatus& status) {
  guard("beam");
  // The second says just what the first said.
  change(
      "beam", [&](Session& session) { session.status().replace(key, status); }, true, is_conflict);
}

std::optional<StoredStatus> PostgresDriver::scan(std::string_view key) {
  guard("scan");
  std::optional<StoredStatus> found;
  look([&](Session& session) { found = session.status().find(key); }, [] { return true; });
  return found;
}

// Before any lock: a child may have been forked while another thread held it.
void PostgresDriver::guard(std::string_view operation) const {
  if (::getpid() != process_) {
    throw ConnectionError("the connection was opened before fork and is the parent's; make a new Stats in the child",
                          details(operation, false));
  }
  if (!lent_) return;
  if (std::this_thread::get_id() != thread_) {
    throw InvalidArgument("the connection was lent by another thread, and serves only that one",
                          details(operation, false));
  }
  if (PQstatus(lent_) != CONNECTION_OK)
    throw ConnectionError("the lent connection is lost; its owner may reset it", details(operation, true));
}

void PostgresDriver::refuse_foreign_transaction(std::string_view operation) const {
  if (!lent_ || PQtransactionStatus(lent_) == PQTRANS_IDLE) return;
  throw StorageError(
      "the application has a transaction open on the connection that it lends; rows written now would go with its "
      "rollback",
      details(operation, true));
}

/// `repeatable`: it may be done twice, though what became of the first is unknown.
template <class Work, class IsConflict>
void PostgresDriver::change(std::string_view operation, Work&& work, bool repeatable, IsConflict&& again) {
  conflicts_.run(
      [&] {
        sessions_.with(
            Use::Write,
            [&](Session& session) {
              refuse_foreign_transaction(operation);
              work(session);
            },
            [](Session&, const Error&) {},
            [&](const Error& error) { return repeatable || error.outcome() == Outcome::NotApplied; });
      },
      again);
}

template <class Work, class MayRepeat>
void PostgresDriver::look(Work&& work, MayRepeat&& may_repeat) {
  sessions_.with(
      Use::Read, work, [](Session&, const Error&) {}, [&](const Error&) { return may_repeat(); });
}

}  // namespace trifle::stats::detail::postgres

namespace trifle::stats::drivers {

Driver postgres(const std::string& url, PostgresOptions options) {
  return Driver(
      std::make_unique<detail::postgres::PostgresDriver>(detail::postgres::address_of(url), std::move(options)));
}

Driver postgres(PostgresServer server, PostgresOptions options) {
  return Driver(
      std::make_unique<detail::postgres::PostgresDriver>(detail::postgres::address_of(server), std::move(options)));
}

Driver postgres(pg_conn* lent, PostgresOptions options) {
  return Driver(std::make_unique<detail::postgres::PostgresDriver>(lent, std::move(options)));
}

}  // namespace trifle::stats::drivers
