#include "drivers/redis/redis_driver.hpp"

#include <unistd.h>

#include <string>
#include <utility>

#include "drivers/redis/cluster_driver.hpp"
#include "drivers/redis/failure.hpp"
#include "drivers/redis/options.hpp"
#include "drivers/redis/reader.hpp"
#include "drivers/redis/server_facts.hpp"
#include "drivers/redis/status_text.hpp"

namespace trifle::stats::detail::redis {

RedisDriver::RedisDriver(drivers::RedisServer server, drivers::RedisOptions options)
    : server_(std::move(server)),
      options_(std::move(options)),
      layout_(Layout::checked(Identity::Full, options_.separator, options_.prefix)),
      names_(layout_),
      traits_{.backend = std::string(kBackend), .ledger = options_.ledger, .max_key_length = kMaxKeyLength},
      process_(::getpid()),
      sessions_([this](Use) { return std::make_unique<Session>(server_, options_); }, options_.max_readers, false),
      conflicts_(options_.reply_timeout) {
  check_options(server_, options_);
}

RowDriver::Maker RedisDriver::maker() const {
  return [server = server_, options = options_] { return std::make_unique<RedisDriver>(server, options); };
}

SetupReport RedisDriver::setup(Setup) {
  guard("setup");
  SetupReport report;
  with_writer([&](Session& session) {
    auto& connection = session.connection("setup");
    connection.ask({"PING"}, Phase::Await, "setup");
    report.differences = weaknesses(connection, Kind::Server, "setup");
  });
  return report;
}

void RedisDriver::write(const Rows& rows) {
  guard(kWrite);
  if (rows.rows().empty()) return;
  auto planned = plan_of(rows, options_);
  if (options_.ledger) planned.ledger = names_.batch(rows.id());
  with_writer([&](Session& session) {
    apply(session, planned);
    if (options_.wait_replicas > 0 && planned.faults.empty()) wait_for_replicas(session);
  });
  if (!planned.faults.empty()) planned.faults.raise(kBackend);
}

void RedisDriver::apply(Session& session, BatchPlan& plan) {
  const auto attempt = ++attempts_;
  bool scripts = true;
  try {
    scripts = script_writer_.write(session, plan, attempt);
    if (!scripts)
      conflicts_.run([&] { watch_writer_.write(session, plan); },
                     [](const Error& error) { return WatchWriter::is_conflict(error); });
  } catch (const Error& error) {
    if (error.outcome() != Outcome::Unknown || plan.ledger.empty() || !session.lost()) throw;
    std::optional<bool> applied;
    try {
      applied = scripts ? ScriptWriter::was_applied(session, plan, attempt) : WatchWriter::was_applied(session, plan);
    } catch (const Error&) {
      // Nobody is there to ask. The buffer sends the batch again, under its id.
    }
    if (!applied) throw;
    if (*applied) return;
    const Verdict lost{error.code(), Outcome::NotApplied, true, true,
                       "the connection was lost before the batch was written"};
    raise(lost, details(kWrite, lost, error.native_code(), error.native_text()));
  }
}

/// A batch that is sent again for it is known then, and waits here again.
void RedisDriver::wait_for_replicas(Session& session) {
  const auto replicas = std::to_string(options_.wait_replicas);
  const auto timeout = std::to_string(options_.wait_timeout.count());
  const auto& reply = session.connection(kWrite).ask({"WAIT", replicas, timeout}, Phase::AwaitWrite, kWrite);
  if (reply.integer() < options_.wait_replicas) raise(kTooFewReplicas, details(kWrite, kTooFewReplicas));
}

void RedisDriver::read(const RowRange& range, RowSink& sink) {
  guard("read");
  if (range.buckets.empty()) return;
  with_reader([&](Session& session) { read_rows(session.connection("read"), layout_, range, sink); });
}

void RedisDriver::beam(std::string_view key, const StoredStatus& status) {
  guard("beam");
  with_writer([&](Session& session) {
    session.connection("beam").ask({"HSET", names_.statuses, key, status_text(status)}, Phase::AwaitWrite, "beam");
  });
}

std::optional<StoredStatus> RedisDriver::scan(std::string_view key) {
  guard("scan");
  std::optional<StoredStatus> found;
  with_reader([&](Session& session) {
    const auto& reply = session.connection("scan").ask({"HGET", names_.statuses, key}, Phase::Await, "scan");
    if (!reply.is_nil()) found = status_of(reply.text());
  });
  return found;
}

// Before any lock: a child may have been forked while another thread held it.
void RedisDriver::guard(std::string_view operation) const {
  if (::getpid() != process_) raise_after_fork(operation);
}

void RedisDriver::with_writer(const Work& work) {
  sessions_.with_writer(work, [](Session&, const Error&) {});
}

void RedisDriver::with_reader(const Work& work) {
  sessions_.with_reader(work, [](Session&, const Error&) {});
}

}  // namespace trifle::stats::detail::redis

namespace trifle::stats::drivers {

Driver redis(const std::string& url, RedisOptions options) {
  return redis(detail::redis::read_url(url), std::move(options));
}

Driver redis(RedisServer server, RedisOptions options) {
  if (!server.cluster.empty())
    return Driver(std::make_unique<detail::redis::ClusterDriver>(std::move(server), std::move(options)));
  return Driver(std::make_unique<detail::redis::RedisDriver>(std::move(server), std::move(options)));
}

}  // namespace trifle::stats::drivers
