#include "drivers/redis/script_writer.hpp"

#include <string>

#include "drivers/redis/write_script.hpp"

namespace trifle::stats::detail::redis {
namespace {

constexpr int kReloads = 3;  // somebody may empty the script cache at any time

// What the script answers first.
constexpr std::int64_t kChecked = 0;
constexpr std::int64_t kApplied = 1;
constexpr std::int64_t kKnown = 2;
constexpr std::int64_t kFaults = 3;
constexpr std::int64_t kCalledOff = 4;

/// Loads the script; false where scripts are refused.
bool load(Session& session) {
  auto& connection = session.connection(kWrite);
  Commands load;
  load.add({"SCRIPT", "LOAD", kWriteScript});
  connection.send(load, kWrite);
  const auto& reply = connection.receive(Phase::Await, kWrite);
  if (reply.is_error()) {
    if (!refuses_scripts(reply.text())) raise_reply(reply.text(), kWrite);
    session.scripts() = false;
    return false;
  }
  session.script() = reply.text();
  return true;
}

}  // namespace

void pack(const BatchPlan& plan, PackedBatch& packed) {
  packed.start();
  for (std::size_t i = 0; i < plan.rows.size(); ++i)
    packed.add(*plan.rows[i], plan.expiry.empty() ? Expiry{} : plan.expiry[i]);
  packed.finish();
}

void append_write(Commands& to, std::string_view digest, const BatchPlan& plan, const PackedBatch& packed,
                  std::uint64_t attempt, std::string_view batch) {
  const auto keys = packed.rows().size() + (plan.ledger.empty() ? 0 : 1);
  to.start(3 + keys + 4 + (batch.empty() ? 0 : 1));
  to.word("EVALSHA");
  to.word(digest);
  to.word(std::to_string(keys));
  for (const auto row : packed.rows()) to.word(plan.rows[row]->stored_key);
  if (!plan.ledger.empty()) to.word(plan.ledger);
  to.word(packed.text());
  to.word(plan.ledger.empty() ? std::string_view() : kLedgerSeconds);
  to.word(std::to_string(attempt));
  to.word(plan.faults.empty() ? "" : "check");
  if (!batch.empty()) to.word(batch);
}

ScriptAnswer take_answer(BatchPlan& plan, std::span<const std::size_t> entries, const Reply& reply) {
  switch (reply.size() > 1 ? reply.integer(1) : -1) {
    case kChecked:
    case kApplied:
    case kKnown:
      return ScriptAnswer::Done;
    case kFaults:
      for (std::size_t i = 2; i + 1 < reply.size(); i += 2) {
        const auto& row = *plan.rows[entries[static_cast<std::size_t>(reply.integer(i)) - 1]];
        const auto reason = reply.text(i + 1);
        plan.faults.add(row, reason.empty() ? RowFault{RowFault::Kind::Infinite, "a sum would be infinite"}
                                            : RowFault{RowFault::Kind::Corrupt, std::string(reason)});
      }
      return ScriptAnswer::Done;
    case kCalledOff:
      return ScriptAnswer::CalledOff;
    default:
      raise_reply("the script gave an answer that it doesn't have", kWrite);
  }
}

bool ScriptWriter::write(Session& session, BatchPlan& plan, std::uint64_t attempt) {
  pack(plan, packed_);
  for (int reloads = 0;; ++reloads) {
    auto& connection = session.connection(kWrite);
    if (!session.scripts()) return false;
    if (session.script().empty() && !load(session)) return false;
    commands_.clear();
    append_write(commands_, session.script(), plan, packed_, attempt);
    connection.send(commands_, kWrite);

    const auto& reply = connection.receive(Phase::AwaitWrite, kWrite);
    if (reply.is_error()) {
      if (reply.text().starts_with("NOSCRIPT") && reloads < kReloads) {
        session.script().clear();
        continue;
      }
      if (refuses_scripts(reply.text())) {
        session.scripts() = false;
        return false;
      }
      raise_reply(reply.text(), kWrite);
    }
    if (take_answer(plan, packed_.rows(), reply) == ScriptAnswer::CalledOff)
      raise_reply("the attempt was called off", kWrite);
    return true;
  }
}

bool ScriptWriter::was_applied(Session& session, const BatchPlan& plan, std::uint64_t attempt) {
  session.reconnect(kWrite);
  const auto& reply = session.connection(kWrite).ask(
      {"EVAL", kAskScript, "1", plan.ledger, kLedgerSeconds, std::to_string(attempt)}, Phase::Await, kWrite);
  return reply.integer() == 1;
}

}  // namespace trifle::stats::detail::redis
