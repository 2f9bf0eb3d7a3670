#include "buffer/outbox.hpp"

#include <algorithm>
#include <map>
#include <new>
#include <string>
#include <tuple>
#include <utility>

namespace trifle::stats::detail {
namespace {

// A ledger keeps ids for a day; half of it leaves room for clocks that differ.
constexpr auto kLedgerTrusted = std::chrono::hours(12);

std::vector<Payload::Item> items(std::span<const Field> fields) {
  std::vector<Payload::Item> copied;
  copied.reserve(fields.size());
  for (const Field& field : fields) copied.push_back({std::string(field.name), field.number});
  return copied;
}

std::vector<DroppedRow> contents(const Rows& rows) {
  std::vector<DroppedRow> copied;
  copied.reserve(rows.rows().size());
  for (const Row& row : rows.rows()) {
    copied.push_back({.key = std::string(row.key),
                      .granularity = std::string(row.granularity),
                      .at = Instant::from_unix(row.at),
                      .increments = items(row.increments),
                      .sets = items(row.sets)});
  }
  return copied;
}

/// Whether a write that names no row will fail the same way however often it is tried.
bool is_final(const Error& error) {
  return error.code() == ErrorCode::Storage && error.operation() == "write" && !error.retry_is_safe();
}

std::size_t memory_of(const Rows& rows) {
  std::size_t bytes = 0;
  for (const Row& row : rows.rows()) {
    bytes += sizeof(Row) + row.stored_key.size();
    bytes += (row.increments.size() + row.sets.size()) * sizeof(Field);
  }
  return bytes;
}

}  // namespace

void Outbox::Counts::add_to(Health& health) const {
  health.written_operations += written_operations;
  health.written_rows += written_rows;
  health.written_batches += written_batches;
  health.retried_batches += retried_batches;
  health.unknown_operations += unknown_operations;
  health.dropped_refused += refused_rows;
  health.dropped_unwritten += unwritten_operations;
}

Outbox::Outbox(Config config) : config_(std::move(config)), backlog_(std::make_unique<Merge>(config_.merge)) {}

void Outbox::take(std::vector<std::unique_ptr<Merge>>& merges, Time oldest) {
  std::vector<Merge*> filled;
  for (auto& merge : merges)
    if (merge->entries() > 0) filled.push_back(merge.get());
  if (filled.empty()) return;
  if (empty()) oldest_ = oldest;
  if (filled.size() == 1 && backlog_->entries() == 0) {
    const auto only =
        std::find_if(merges.begin(), merges.end(), [&](const auto& merge) { return merge.get() == filled[0]; });
    std::swap(*only, backlog_);
    return;
  }
  backlog_->absorb(filled);
  for (auto& merge : merges) merge->clear();
}

bool Outbox::write_next(RowDriver& driver, Time now, Notices& notices) {
  const bool resent = !flights_.empty();
  std::size_t prefix = 0;
  std::vector<DroppedRow> infinite;
  Flight next;
  if (resent) {
    next = std::move(flights_.front());
    flights_.pop_front();
    if (next.unknown_since && now - *next.unknown_since >= kLedgerTrusted) {
      const auto operations = next.rows.operations();
      unknown(std::move(next.rows), operations, "it couldn't be asked for within 12 hours", notices);
      return true;
    }
  } else {
    prefix = config_.merge.fold ? backlog_->prefix(config_.batch_slots) : 1;
    next.rows = backlog_->rows(prefix, infinite);
  }
  if (failed_before_ || next.unknown_since) ++counts_.retried_batches;

  // Only once the rest of the batch has left for good is what it left out given up: until then it may come again.
  const auto leave = [&] {
    failed_before_ = false;
    if (!resent) backlog_->forget(prefix);
    if (infinite.empty()) return;
    counts_.refused_rows += infinite.size();
    notices.dropped.push_back({.reason = DropReason::Refused,
                               .error = "the sum would be infinite",
                               .operations = 0,
                               .rows = std::move(infinite)});
  };
  const auto stay = [&] {
    failed_before_ = true;
    if (resent) flights_.push_front(std::move(next));
    return false;
  };

  try {
    if (!next.rows.rows().empty()) driver.write(next.rows);
    leave();
    written(next.rows);
    return true;
  } catch (const Error& error) {
    notices.failures.push_back({std::current_exception(), error.code(), error.outcome() == Outcome::Unknown});
    if (error.outcome() == Outcome::Applied && error.rows().empty()) {
      leave();
      written(next.rows);
      return true;
    }
    if (error.outcome() == Outcome::NotApplied && error.rows().empty()) {
      if (!is_final(error)) return stay();
      leave();
      return halve(std::move(next), error, notices);
    }
    const auto before = flights_.size();
    const auto dropped = notices.dropped.size();
    leave();
    part(std::move(next.rows), error, next.unknown_since, now, notices);
    // Rows that were sorted out leave a rest that can go at once; anything else waits.
    const bool sorted_out = notices.dropped.size() > dropped || flights_.size() == before;
    failed_before_ = flights_.size() > before;
    return sorted_out && error.outcome() != Outcome::Unknown;
  } catch (const std::bad_alloc&) {
    notices.failures.push_back(
        {std::make_exception_ptr(StorageError("out of memory while writing", {.operation = "write",
                                                                              .backend = config_.traits.backend,
                                                                              .outcome = Outcome::NotApplied,
                                                                              .retry_is_safe = true}))});
    return stay();
  } catch (const std::exception& exception) {
    const StorageError error(
        exception.what(),
        {.operation = "write", .backend = config_.traits.backend, .outcome = Outcome::Unknown, .retry_is_safe = false});
    notices.failures.push_back({.thrown = std::make_exception_ptr(error), .code = error.code(), .ask_at_once = true});
    leave();
    part(std::move(next.rows), error, next.unknown_since, now, notices);
    return false;
  }
}

/// The database refuses something of these rows for good and doesn't say what: each half is tried by itself.
bool Outbox::halve(Flight whole, const Error& error, Notices& notices) {
  const Rows& rows = whole.rows;
  const auto count = rows.rows().size();
  if (count > 1) {
    notices.failures.pop_back();  // it is told once the row is found
    std::vector<bool> first(count);
    std::fill_n(first.begin(), count / 2, true);
    const auto half = [&](bool which, std::size_t operations) {
      auto made = flight(subset(rows, first, which, operations, std::nullopt));
      made.half = true;
      return made;
    };
    flights_.push_front(half(false, rows.operations()));
    flights_.push_front(half(true, 0));
    return true;
  }
  // The operations of a batch that was halved are taken for written: other rows of theirs are.
  const auto operations = whole.half ? 0 : rows.operations();
  if (whole.half) counts_.written_operations += rows.operations();
  ++counts_.refused_rows;
  counts_.dropped_operations += operations;
  notices.dropped.push_back(
      {.reason = DropReason::Refused, .error = error.what(), .operations = operations, .rows = contents(rows)});
  return true;
}

/// What becomes of a batch that left the backlog and was not, or not all of it, applied.
void Outbox::part(Rows rows, const Error& error, std::optional<Time> unknown_since, Time now, Notices& notices) {
  using Name = std::tuple<std::string_view, std::string_view, std::int64_t>;
  std::map<Name, const RowOutcome*> named;
  for (const RowOutcome& row : error.rows()) named[{row.key, row.granularity, row.at.unix_seconds()}] = &row;

  std::vector<Fate> fates;
  std::size_t counts[4] = {};
  std::string reason;
  for (const Row& row : rows.rows()) {
    const auto found = named.find({row.key, row.granularity, row.at});
    auto outcome = error.outcome();
    bool refused = false;
    if (found != named.end()) {
      outcome = found->second->outcome;
      refused = outcome == Outcome::NotApplied && !found->second->retry_is_safe;
      if (refused && reason.empty()) reason = found->second->reason;
    }
    const auto fate = refused                          ? Fate::Refused
                      : outcome == Outcome::Applied    ? Fate::Written
                      : outcome == Outcome::NotApplied ? Fate::Again
                                                       : Fate::Unknown;
    fates.push_back(fate);
    ++counts[static_cast<std::size_t>(fate)];
  }
  const auto of = [&](Fate fate) { return counts[static_cast<std::size_t>(fate)]; };

  // Where something may be there already, what is sent again keeps the id under which the database knows that part.
  std::optional<Time> since;
  if (config_.traits.ledger && (unknown_since || of(Fate::Unknown) > 0)) {
    since = unknown_since.value_or(now);
    std::replace(fates.begin(), fates.end(), Fate::Unknown, Fate::Again);
    counts[static_cast<std::size_t>(Fate::Again)] += std::exchange(counts[static_cast<std::size_t>(Fate::Unknown)], 0);
  }
  const auto keep = [&](Rows kept) {
    flights_.push_front(flight(std::move(kept)));
    flights_.front().unknown_since = since;
  };
  if (of(Fate::Again) == fates.size()) return keep(std::move(rows));  // nothing was sorted out after all

  // The operations go with the part that is likeliest to be written.
  auto operations = rows.operations();
  const auto take_operations = [&] { return std::exchange(operations, 0); };

  if (of(Fate::Written) > 0)
    written(subset(rows, fates, Fate::Written, of(Fate::Again) > 0 ? 0 : take_operations(), std::nullopt));
  if (of(Fate::Again) > 0)
    keep(subset(rows, fates, Fate::Again, take_operations(), since ? std::optional(rows.id()) : std::nullopt));
  if (of(Fate::Unknown) > 0) {
    const auto count = take_operations();
    unknown(subset(rows, fates, Fate::Unknown, count, std::nullopt), count, error.what(), notices);
  }
  if (of(Fate::Refused) > 0) {
    const auto refused = subset(rows, fates, Fate::Refused, operations, std::nullopt);
    counts_.refused_rows += refused.rows().size();
    counts_.dropped_operations += operations;
    notices.dropped.push_back({.reason = DropReason::Refused,
                               .error = reason.empty() ? error.what() : reason,
                               .operations = operations,
                               .rows = contents(refused)});
  }
}

void Outbox::unknown(Rows rows, std::size_t operations, const std::string& why, Notices& notices) {
  counts_.unknown_operations += operations;
  switch (config_.on_unknown) {
    case OnUnknown::Retry:
      flights_.push_front(flight(std::move(rows)));
      return;
    case OnUnknown::Report:
      notices.dropped.push_back(
          {.reason = DropReason::Unknown, .error = why, .operations = operations, .rows = contents(rows)});
      [[fallthrough]];
    case OnUnknown::Drop:
      counts_.dropped_operations += operations;
      return;
  }
}

Outbox::Flight Outbox::flight(Rows rows) {
  const auto bytes = memory_of(rows);
  return {.rows = std::move(rows), .bytes = bytes};
}

/// The rows whose mark is the one wanted, under that id or a new one.
template <class Mark>
Rows Outbox::subset(const Rows& rows, const std::vector<Mark>& marks, Mark wanted, std::size_t operations,
                    std::optional<Rows::Id> id) const {
  RowsBuilder builder(config_.merge.layout);
  std::map<std::string_view, std::string_view> kept;
  const auto keep = [&](std::string_view text) {
    const auto [found, is_new] = kept.try_emplace(text);
    if (is_new) found->second = builder.keep(text);
    return found->second;
  };
  const auto keep_all = [&](std::span<const Field> fields) {
    std::vector<Field> copied(fields.begin(), fields.end());
    for (Field& field : copied) field.name = keep(field.name);
    return copied;
  };
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (marks[i] != wanted) continue;
    const Row& row = rows.rows()[i];
    builder.add(keep(row.key), keep(row.granularity), row.at, keep_all(row.increments), keep_all(row.sets));
  }
  return id ? builder.finish(operations, *id) : builder.finish(operations);
}

void Outbox::written(const Rows& rows) {
  counts_.written_operations += rows.operations();
  counts_.written_rows += rows.rows().size();
  ++counts_.written_batches;
}

void Outbox::give_up(Notices& notices) {
  Dropped unwritten{.reason = DropReason::Unwritten, .error = {}, .operations = backlog_->operations(), .rows = {}};
  for (const Flight& flight : flights_) {
    auto rows = contents(flight.rows);
    if (flight.unknown_since) {
      counts_.unknown_operations += flight.rows.operations();
      notices.dropped.push_back({.reason = DropReason::Unknown,
                                 .error = "it was not known to be written when the Stats ended",
                                 .operations = flight.rows.operations(),
                                 .rows = std::move(rows)});
      continue;
    }
    unwritten.operations += flight.rows.operations();
    std::move(rows.begin(), rows.end(), std::back_inserter(unwritten.rows));
  }
  auto rest = backlog_->contents(backlog_->entries());
  std::move(rest.begin(), rest.end(), std::back_inserter(unwritten.rows));
  flights_.clear();
  backlog_->clear();
  counts_.unwritten_operations += unwritten.operations;
  if (!unwritten.rows.empty()) notices.dropped.push_back(std::move(unwritten));
}

std::size_t Outbox::operations() const noexcept {
  auto sum = backlog_->operations();
  for (const Flight& flight : flights_) sum += flight.rows.operations();
  return sum;
}

std::size_t Outbox::flight_rows() const noexcept {
  std::size_t sum = 0;
  for (const Flight& flight : flights_) sum += flight.rows.rows().size();
  return sum;
}

std::size_t Outbox::bytes() const noexcept {
  std::size_t sum = backlog_->entries() == 0 ? 0 : backlog_->bytes();
  for (const Flight& flight : flights_) sum += flight.bytes;
  return sum;
}

}  // namespace trifle::stats::detail
