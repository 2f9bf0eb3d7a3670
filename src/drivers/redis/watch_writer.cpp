#include "drivers/redis/watch_writer.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "drivers/redis/script_writer.hpp"
#include "values/number_text.hpp"

namespace trifle::stats::detail::redis {
namespace {

constexpr std::string_view kApplied = "1";
constexpr std::string_view kCalledOff = "0";
constexpr std::string_view kConflict = "somebody else wrote the same buckets";

/// A double without a fraction, up to 2^53, counts as the integer that it would be stored as.
Number as_stored(Number number) noexcept {
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  const auto integer = number.to_int64();
  return integer && *integer >= -kExact && *integer <= kExact ? Number(*integer) : number;
}

}  // namespace

bool WatchWriter::is_conflict(const Error& error) noexcept { return error.native_text() == kConflict; }

void WatchWriter::write(Session& session, BatchPlan& plan) {
  auto& connection = session.connection(kWrite);
  if (read(connection, plan) && plan.faults.empty()) {
    commit(connection, plan);
  } else {
    connection.ask({"UNWATCH"}, Phase::Await, kWrite);
  }
}

/// False where the batch is known from before.
bool WatchWriter::read(Connection& connection, BatchPlan& plan) {
  const bool ledger = !plan.ledger.empty();
  const bool expires = !plan.expiry.empty();
  commands_.clear();
  commands_.start(1 + plan.rows.size() + (ledger ? 1 : 0));
  commands_.word("WATCH");
  for (const auto* row : plan.rows) commands_.word(row->stored_key);
  if (ledger) {
    commands_.word(plan.ledger);
    commands_.add({"GET", plan.ledger});
  }
  if (expires) commands_.add({"TIME"});
  for (const auto* row : plan.rows) {
    if (row->increments.empty()) {
      commands_.add({"HLEN", row->stored_key});
    } else {
      commands_.start(2 + row->increments.size());
      commands_.word("HMGET");
      commands_.word(row->stored_key);
      for (const auto& field : row->increments) commands_.word(field.name);
    }
    if (expires) commands_.add({"TTL", row->stored_key});
  }
  connection.send(commands_, kWrite);

  connection.expect(Phase::Await, kWrite);
  const bool known = ledger && connection.expect(Phase::Await, kWrite).text() == kApplied;
  std::int64_t now = 0;
  if (expires) {
    const auto text = connection.expect(Phase::Await, kWrite).text(1);
    std::from_chars(text.data(), text.data() + text.size(), now);
  }
  texts_.clear();
  expire_in_.clear();
  for (std::size_t i = 0; i < plan.rows.size(); ++i) {
    const auto& row = *plan.rows[i];
    const auto& reply = connection.receive(Phase::Await, kWrite);
    std::optional<RowFault> fault;
    if (reply.is_error()) {
      if (!reply.text().starts_with("WRONGTYPE")) raise_reply(reply.text(), kWrite);
      fault = RowFault{RowFault::Kind::Corrupt, std::string(reply.text())};
    }
    for (std::size_t j = 0; j < row.increments.size(); ++j) {
      Number sum = as_stored(row.increments[j].number);
      if (!fault) {
        if (const auto stored = read_number(reply.text(1 + j))) sum = *stored + sum;
        if (!sum.is_finite()) fault = RowFault{RowFault::Kind::Infinite, "a sum would be infinite"};
      }
      append_number(texts_.emplace_back(), fault ? Number(0) : sum);
    }
    if (fault) plan.faults.add(row, std::move(*fault));
    if (expires) {
      const auto ttl = connection.expect(Phase::Await, kWrite).integer();
      const auto& keep = plan.expiry[i];
      const auto wanted = keep.after + std::max<std::int64_t>(0, keep.end - now);
      expire_in_.push_back(keep.after > 0 && ttl < wanted ? wanted : 0);
    }
  }
  return !known;
}

void WatchWriter::commit(Connection& connection, const BatchPlan& plan) {
  commands_.clear();
  commands_.add({"MULTI"});
  std::string text;
  std::size_t next = 0;
  for (std::size_t i = 0; i < plan.rows.size(); ++i) {
    const auto& row = *plan.rows[i];
    commands_.start(2 + 2 * (row.increments.size() + row.sets.size()));
    commands_.word("HSET");
    commands_.word(row.stored_key);
    for (const auto& field : row.increments) {
      commands_.word(field.name);
      commands_.word(texts_[next++]);
    }
    for (const auto& field : row.sets) {
      text.clear();
      append_number(text, field.number);
      commands_.word(field.name);
      commands_.word(text);
    }
    if (!expire_in_.empty() && expire_in_[i] > 0)
      commands_.add({"EXPIRE", row.stored_key, std::to_string(expire_in_[i])});
  }
  if (!plan.ledger.empty()) commands_.add({"SET", plan.ledger, kApplied, "EX", kLedgerSeconds});
  commands_.add({"EXEC"});
  connection.send(commands_, kWrite);

  std::string refused;
  for (std::size_t i = 1; i < commands_.requests(); ++i) {
    const auto& queued = connection.receive(Phase::AwaitWrite, kWrite);
    if (queued.is_error() && refused.empty()) refused = queued.text();
  }
  const auto& done = connection.receive(Phase::AwaitWrite, kWrite);
  if (done.is_error()) raise_reply(refused.empty() ? done.text() : refused, kWrite);
  if (done.is_nil()) {
    const Verdict conflict{ErrorCode::Timeout, Outcome::NotApplied, true, false,
                           "others kept writing the same buckets"};
    raise(conflict, details(kWrite, conflict, 0, kConflict));
  }
  for (std::size_t i = 1; i < done.size(); ++i) {
    if (done.type(i) != Reply::Type::Error) continue;
    const Verdict partly{ErrorCode::Storage, Outcome::Unknown, false, false, "a part of the transaction failed"};
    raise(partly, details(kWrite, partly, 0, done.text(i)));
  }
}

bool WatchWriter::was_applied(Session& session, const BatchPlan& plan) {
  session.reconnect(kWrite);
  auto& connection = session.connection(kWrite);
  // Whoever watches the key finds it changed.
  if (!connection.ask({"SET", plan.ledger, kCalledOff, "NX", "EX", kLedgerSeconds}, Phase::Await, kWrite).is_nil())
    return false;
  if (connection.ask({"GET", plan.ledger}, Phase::Await, kWrite).text() == kApplied) return true;
  // Called off before; the attempt since then watched that. Only an attempt writes "1", and only if nothing was
  // written since, so this is either the first to come or too late.
  connection.ask({"WATCH", plan.ledger}, Phase::Await, kWrite);
  if (connection.ask({"GET", plan.ledger}, Phase::Await, kWrite).text() == kApplied) return true;
  Commands again;
  again.add({"MULTI"});
  again.add({"SET", plan.ledger, kCalledOff, "EX", kLedgerSeconds});
  again.add({"EXEC"});
  connection.send(again, kWrite);
  connection.expect(Phase::Await, kWrite);
  connection.expect(Phase::Await, kWrite);
  return connection.expect(Phase::Await, kWrite).is_nil();
}

}  // namespace trifle::stats::detail::redis
