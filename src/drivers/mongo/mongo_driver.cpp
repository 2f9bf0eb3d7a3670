#include "drivers/mongo/mongo_driver.hpp"

#include <unistd.h>

#include <utility>

#include "driver/raise.hpp"
#include "drivers/mongo/failure.hpp"
#include "drivers/mongo/reader.hpp"
#include "drivers/mongo/schema.hpp"
#include "drivers/mongo/status_document.hpp"

namespace trifle::stats::detail::mongo {
namespace {

// What a server says that has no transactions after all, to the first command of one.
constexpr std::int32_t kIllegalOperation = 20;
constexpr std::int32_t kCommandNotSupported = 115;

const drivers::MongoOptions& checked(const drivers::MongoOptions& options) {
  check_options(options);
  return options;
}

Traits traits_of(const drivers::MongoOptions& options, Atomicity atomicity) {
  return {.backend = std::string(kBackend),
          .identity = options.identity,
          .atomicity = atomicity,
          .ledger = options.ledger,
          // An index of MongoDB 4.0 and before refuses more than 1024 bytes; a code point has up to four.
          .max_key_length = 255};
}

}  // namespace

MongoDriver::MongoDriver(std::string url, drivers::MongoOptions options)
    : url_text_(std::move(url)),
      options_(std::move(options)),
      url_(url_text_, checked(options_)),
      collections_(options_),
      layout_(Layout::checked(options_.identity, options_.separator)),
      row_traits_(traits_of(options_, Atomicity::Row)),
      batch_traits_(traits_of(options_, Atomicity::Batch)),
      process_(::getpid()),
      transaction_writer_(collections_, options_),
      row_writer_(collections_, options_),
      sessions_([this](Use use) { return std::make_unique<Session>(url_, use); }, options_.max_readers, false),
      conflicts_(options_.reply_timeout) {}

MongoDriver::~MongoDriver() {
  auto all = sessions_.release();
  if (::getpid() == process_) return;
  // In a child after fork the connections are the parent's: to close one says goodbye in its name.
  for (auto& session : all) session->leave_alone();
}

RowDriver::Maker MongoDriver::maker() const {
  return [url = url_text_, options = options_] { return std::make_unique<MongoDriver>(url, options); };
}

SetupReport MongoDriver::setup(Setup what) {
  guard("setup");
  SetupReport report;
  const bool no_effect = false;
  with_session(
      Use::Write,
      [&](Session& session) {
        auto& connection = writing(session, "setup");
        const bool batches = connection.has_transactions() && !collections_.batches.empty();
        report = setup_collections(connection, collections_, options_.identity, batches, what);
      },
      no_effect);
  return report;
}

void MongoDriver::write(const Rows& rows) {
  guard("write");
  if (rows.rows().empty()) return;
  bool conflicted = false;
  const bool no_effect = false;
  conflicts_.run(
      [&] {
        conflicted = false;
        with_session(
            Use::Write,
            [&](Session& session) {
              try {
                write_with(session, rows);
              } catch (const Error& error) {
                // Row by row it has tried again by itself, with what it knew of each.
                conflicted = traits().atomicity == Atomicity::Batch && error.outcome() == Outcome::NotApplied &&
                             session.current() && session.current()->conflicted();
                throw;
              }
            },
            no_effect);
      },
      [&](const Error&) { return conflicted; });
}

void MongoDriver::write_with(Session& session, const Rows& rows) {
  auto& connection = writing(session, "write");
  require_index(session);
  BatchPlan plan(rows, options_);
  if (connection.has_transactions()) {
    try {
      transaction_writer_.write(session, plan);
      return;
    } catch (const Error& error) {
      const auto code = error.native_code();
      if (error.outcome() != Outcome::NotApplied || (code != kIllegalOperation && code != kCommandNotSupported)) throw;
    }
    session.connection("write").forget_transactions();
    in_transactions_ = false;
  }
  row_writer_.write(session, plan, conflicts_);
}

void MongoDriver::read(const RowRange& range, RowSink& sink) {
  guard("read");
  if (range.buckets.empty()) return;
  bool any = false;
  with_session(
      Use::Read,
      [&](Session& session) { read_rows(session.connection("read"), collections_.rows, layout_, range, sink, any); },
      any);
}

void MongoDriver::beam(std::string_view key, const StoredStatus& status) {
  guard("beam");
  const bool no_effect = false;
  with_session(
      Use::Write,
      [&](Session& session) {
        StatusDocument(writing(session, "beam"), collections_, options_.identity).replace(key, status);
      },
      no_effect);
}

std::optional<StoredStatus> MongoDriver::scan(std::string_view key) {
  guard("scan");
  std::optional<StoredStatus> found;
  const bool no_effect = false;
  with_session(
      Use::Read,
      [&](Session& session) {
        found = StatusDocument(session.connection("scan"), collections_, options_.identity).find(key);
      },
      no_effect);
  return found;
}

// Before any lock: a child may have been forked while another thread held it.
void MongoDriver::guard(std::string_view operation) const {
  if (::getpid() == process_) return;
  throw ConnectionError("the connection was opened before fork and is the parent's; make a new Stats in the child",
                        details_of(kBackend, operation, false));
}

/// The writing connection, and what it has shown of the deployment.
Connection& MongoDriver::writing(Session& session, std::string_view operation) {
  auto& connection = session.connection(operation);
  if (!options_.transactions) connection.forget_transactions();
  in_transactions_ = connection.has_transactions();
  return connection;
}

void MongoDriver::require_index(Session& session) {
  if (session.index_seen()) return;
  if (!has_identity_index(session.connection("write"), collections_.rows, options_.identity, "write"))
    raise_no_index(collections_.rows, "write");
  session.index_seen() = true;
}

/// A connection that was left alone may have been closed by the server, a firewall, a restart. That shows only when it
/// is used, and then says nothing about the server: as long as nothing was done, the call goes on with another.
void MongoDriver::with_session(Use use, const Work& work, const bool& has_effect) {
  bool was_stale = false;
  const auto run = [&](Session& session) {
    work(session);
    session.note_use();
  };
  const auto failed = [&](Session& session, const Error& error) {
    was_stale = session.was_used() && session.current() && session.current()->broken() &&
                error.code() == ErrorCode::Connection && error.outcome() == Outcome::NotApplied &&
                error.retry_is_safe() && error.rows().empty() && !has_effect;
  };
  for (;;) {
    was_stale = false;
    try {
      if (use == Use::Write) {
        sessions_.with_writer(run, failed);
      } else {
        sessions_.with_reader(run, failed);
      }
      return;
    } catch (const ConnectionError&) {
      if (!was_stale) throw;
    }
  }
}

}  // namespace trifle::stats::detail::mongo

namespace trifle::stats::drivers {

Driver mongo(const std::string& url, MongoOptions options) {
  return Driver(std::make_unique<detail::mongo::MongoDriver>(url, std::move(options)));
}

}  // namespace trifle::stats::drivers
