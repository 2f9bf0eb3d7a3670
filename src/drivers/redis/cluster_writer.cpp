#include "drivers/redis/cluster_writer.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "drivers/redis/script_writer.hpp"
#include "drivers/redis/write_script.hpp"

namespace trifle::stats::detail::redis {
namespace {

using Part = ClusterWriter::Part;

constexpr Verdict kCalledOff = {ErrorCode::Connection, Outcome::NotApplied, true, false,
                                "the connection was lost before the rows were written"};

/// The parts of a batch, one request each.
class Writes final : public SlotRequests {
 public:
  Writes(std::vector<Part>& parts, const ClusterNodes& nodes, PackedBatch& packed, std::uint64_t attempt,
         std::string batch)
      : parts_(parts), nodes_(nodes), packed_(packed), attempt_(attempt), batch_(std::move(batch)) {}

  std::size_t size() const override { return parts_.size(); }
  Slot slot(std::size_t request) const override { return parts_[request].slot; }
  void append(std::size_t request, Commands& to) override {
    auto& part = parts_[request];
    pack(part.plan, packed_);
    part.entries = packed_.rows();
    append_write(to, nodes_.digest(), part.plan, packed_, attempt_, batch_);
  }
  void answered(std::size_t request, const Reply& reply) override {
    auto& part = parts_[request];
    if (take_answer(part.plan, part.entries, reply) == ScriptAnswer::CalledOff) {
      part.failure = Failure{kCalledOff};
    } else {
      part.written = part.plan.faults.empty();
    }
  }
  void failed(std::size_t request, const Failure& failure) override { parts_[request].failure = failure; }
  void lacks_replicas(std::size_t request) override { parts_[request].lacks_replicas = parts_[request].written; }

 private:
  std::vector<Part>& parts_;
  const ClusterNodes& nodes_;
  PackedBatch& packed_;
  const std::uint64_t attempt_;
  const std::string batch_;
};

/// Whether parts were written whose replies were lost. If not, they never will be by this attempt.
class Questions final : public SlotRequests {
 public:
  Questions(std::vector<Part*> parts, std::uint64_t attempt, std::string batch)
      : parts_(std::move(parts)), attempt_(std::to_string(attempt)), batch_(std::move(batch)) {}

  std::size_t size() const override { return parts_.size(); }
  Slot slot(std::size_t request) const override { return parts_[request]->slot; }
  void append(std::size_t request, Commands& to) override {
    to.add({"EVAL", kAskLastScript, "1", parts_[request]->plan.ledger, kLedgerSeconds, attempt_, batch_});
  }
  void answered(std::size_t request, const Reply& reply) override {
    auto& part = *parts_[request];
    part.written = reply.integer() == 1;
    if (part.written) {
      part.failure.reset();
    } else {
      part.failure->verdict = kCalledOff;
    }
  }
  void failed(std::size_t, const Failure&) override {}  // the buffer sends the part again, under the batch's id
  void lacks_replicas(std::size_t request) override { parts_[request]->lacks_replicas = parts_[request]->written; }

 private:
  const std::vector<Part*> parts_;
  const std::string attempt_;
  const std::string batch_;
};

RowOutcome told(const Row& row, Outcome outcome, bool retry_is_safe, std::string reason) {
  return {.key = std::string(row.key),
          .granularity = std::string(row.granularity),
          .at = Instant::from_unix(row.at),
          .outcome = outcome,
          .retry_is_safe = retry_is_safe,
          .reason = std::move(reason)};
}

/// Throws unless every row was written; `unfit` are those that were never sent.
void raise_unless_written(const std::vector<Part>& parts, RowFaults&& unfit) {
  RowFaults faults = std::move(unfit);
  const Failure* failure = nullptr;
  std::size_t written = 0;
  std::size_t unknown = 0;
  std::size_t not_written = 0;
  for (const auto& part : parts) {
    const auto rows = part.plan.rows.size();
    if (part.failure) {
      const bool is_unknown = part.failure->verdict.outcome == Outcome::Unknown;
      (is_unknown ? unknown : not_written) += rows;
      if (!failure || (is_unknown && failure->verdict.outcome != Outcome::Unknown)) failure = &*part.failure;
    } else if (part.written) {
      written += rows;
    } else {
      not_written += rows;
      faults.add(RowFaults(part.plan.faults));
    }
  }
  if (!failure && faults.empty()) return;
  if (!failure && written == 0) faults.raise(kBackend);
  if (unknown + not_written > 0 && written == 0 && faults.empty() && (unknown == 0 || not_written == 0))
    raise(failure->verdict, details(kWrite, failure->verdict, failure->native_code, failure->native_text));

  Verdict verdict{failure            ? failure->verdict.code
                  : faults.corrupt() ? ErrorCode::CorruptData
                                     : ErrorCode::Storage,
                  unknown > 0 ? Outcome::Unknown : Outcome::NotApplied, false, false, ""};
  auto details_of_all =
      details(kWrite, verdict, failure ? failure->native_code : 0, failure ? failure->native_text : "");
  auto& rows = details_of_all.rows;
  rows.assign(faults.rows().begin(), faults.rows().end());
  for (const auto& part : parts) {
    const auto outcome = part.failure   ? part.failure->verdict.outcome
                         : part.written ? Outcome::Applied
                                        : Outcome::NotApplied;
    if (outcome == verdict.outcome) continue;
    const auto reason = part.failure ? part.failure->verdict.message : part.written ? "written" : "not written";
    for (const auto* row : part.plan.rows) {
      const bool is_named =
          std::any_of(part.plan.faults.rows().begin(), part.plan.faults.rows().end(), [&](const RowOutcome& fault) {
            return fault.key == row->key && fault.granularity == row->granularity && fault.at.unix_seconds() == row->at;
          });
      if (!is_named) rows.push_back(told(*row, outcome, outcome == Outcome::NotApplied, reason));
    }
  }
  const auto left = unknown + not_written;
  raise(verdict, std::move(details_of_all),
        std::to_string(left) + " of " + std::to_string(left + written) +
            (unknown > 0 ? " rows may not be written: " : " rows weren't written: ") +
            (failure ? failure->verdict.message : faults.rows().front().reason));
}

}  // namespace

ClusterWriter::ClusterWriter(const Layout& layout) : names_(layout), program_(RowsBuilder(layout).finish(0).id()) {}

void ClusterWriter::write(ClusterNodes& nodes, const Rows& rows, const drivers::RedisOptions& options,
                          std::uint64_t attempt) {
  auto whole = plan_of(rows, options);
  auto parts = parts_of(whole, options.ledger);
  const auto batch = Names::hexadecimal(rows.id());
  const bool waits = options.wait_replicas > 0;
  Writes writes(parts, nodes, packed_, attempt, options.ledger ? batch : "");
  nodes.run(writes,
            {.operation = kWrite, .phase = Phase::AwaitWrite, .script = kWriteScript, .wait_for_replicas = waits});

  std::vector<Part*> unknown;
  for (auto& part : parts)
    if (options.ledger && part.failure && part.failure->verdict.outcome == Outcome::Unknown) unknown.push_back(&part);
  if (!unknown.empty()) {
    Questions questions(std::move(unknown), attempt, batch);
    try {
      nodes.run(questions, {.operation = kWrite, .phase = Phase::Await, .wait_for_replicas = waits});
    } catch (const Error&) {
      // Nobody is there to ask.
    }
  }
  for (auto& part : parts)
    if (part.lacks_replicas) part.failure = Failure{kTooFewReplicas};
  raise_unless_written(parts, std::move(whole.faults));
}

std::vector<Part> ClusterWriter::parts_of(BatchPlan& whole, bool ledger) const {
  std::vector<std::pair<Slot, std::size_t>> by_slot;
  by_slot.reserve(whole.rows.size());
  for (std::size_t i = 0; i < whole.rows.size(); ++i) by_slot.emplace_back(slot_of(whole.rows[i]->stored_key), i);
  std::sort(by_slot.begin(), by_slot.end());
  std::vector<Part> parts;
  for (const auto& [slot, row] : by_slot) {
    if (parts.empty() || parts.back().slot != slot) {
      parts.push_back({.slot = slot});
      if (ledger) parts.back().plan.ledger = names_.last_batch(slot, program_);
    }
    auto& plan = parts.back().plan;
    plan.rows.push_back(whole.rows[row]);
    if (!whole.expiry.empty()) plan.expiry.push_back(whole.expiry[row]);
  }
  return parts;
}

}  // namespace trifle::stats::detail::redis
