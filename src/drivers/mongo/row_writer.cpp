#include "drivers/mongo/row_writer.hpp"

#include <mongoc/mongoc.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "driver/raise.hpp"
#include "drivers/mongo/data_merge.hpp"
#include "drivers/mongo/row_finder.hpp"
#include "drivers/mongo/transaction_writer.hpp"
#include "drivers/mongo/write_errors.hpp"

namespace trifle::stats::detail::mongo {
namespace {

constexpr std::string_view kWrite = "write";
constexpr int kRewrites = 50;  // of one row that others change all the time

Failure of_row(std::int32_t code, std::string text) {
  return {.domain = MONGOC_ERROR_SERVER, .code = code, .text = std::move(text)};
}

bool remembers(const bson_t& document, const Rows::Id& id) {
  bson_iter_t applied;
  bson_iter_t entry;
  if (!mongo::find(applied, &document, "applied") || !bson_iter_recurse(&applied, &entry)) return false;
  while (bson_iter_next(&entry)) {
    if (!BSON_ITER_HOLDS_BINARY(&entry)) continue;
    bson_subtype_t subtype{};
    std::uint32_t size = 0;
    const std::uint8_t* bytes = nullptr;
    bson_iter_binary(&entry, &subtype, &size, &bytes);
    if (size == id.size() && std::memcmp(bytes, id.data(), size) == 0) return true;
  }
  return false;
}

}  // namespace

void RowWriter::write(Session& session, BatchPlan& plan, ConflictRetry& conflicts) const {
  Progress progress{.plan = plan,
                    .style = {.identity = options_.identity,
                              .marker = options_.ledger ? &plan.id : nullptr,
                              .kept_ids = options_.kept_ids},
                    .states = std::vector<State>(plan.entries.size(), State::Waiting),
                    .duplicates = std::vector<unsigned char>(plan.entries.size(), 0),
                    .open = std::vector<bool>(plan.entries.size(), false)};
  bool reconnected = false;
  for (;;) {
    try {
      conflicts.run([&] { round(session.connection(kWrite), progress); },
                    [&](const Error&) { return session.current() && session.current()->conflicted(); });
      break;
    } catch (const Error& error) {
      // Each document knows whether it has the batch, so all that is open can be sent again, once, over another
      // connection: mostly only this one was lost.
      const bool lost = session.current() && session.current()->broken() && error.code() == ErrorCode::Connection;
      if (!lost || reconnected || (!options_.ledger && error.outcome() == Outcome::Unknown))
        raise_parts(error, progress);
      reconnected = true;
      for (std::size_t i = 0; i < progress.states.size(); ++i) {
        if (progress.states[i] != State::Sent) continue;
        progress.states[i] = State::Waiting;
        progress.open[i] = true;
      }
    }
  }
  if (progress.unconfirmed || !plan.faults.empty()) {
    const auto failure = progress.unconfirmed.value_or(Failure{});
    Verdict applied = verdict(failure, Phase::Write);
    if (!plan.faults.empty())
      applied = {plan.faults.corrupt() ? ErrorCode::CorruptData : ErrorCode::Storage,
                 Outcome::NotApplied,
                 false,
                 false,
                 false,
                 "a row can't be written"};
    try {
      raise(applied, details(kWrite, failure, applied));
    } catch (const Error& error) {
      raise_parts(error, progress);
    }
  }
}

void RowWriter::round(Connection& connection, Progress& progress) const {
  add_rows(connection, progress);
  for (std::size_t i = 0; i < progress.states.size(); ++i)
    if (progress.states[i] == State::Rewrite) rewrite_row(connection, progress, i);
  if (std::find(progress.states.begin(), progress.states.end(), State::Waiting) == progress.states.end()) return;
  connection.fail({.domain = MONGOC_ERROR_SERVER, .code = 112, .text = "write conflict"}, Phase::Transaction, kWrite);
}

/// Sends all rows that wait. Their order means nothing, one row each, so one that fails doesn't keep up the others.
void RowWriter::add_rows(Connection& connection, Progress& progress) const {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < progress.states.size(); ++i)
    if (progress.states[i] == State::Waiting) rows.push_back(i);
  std::vector<std::size_t> duplicates;
  std::optional<Failure> other;
  in_commands(
      collections_.rows, false, rows.size(),
      [&](std::size_t i) { return add_to_row(progress.style, progress.plan.entries[rows[i]]); },
      [&](const bson_t* command, std::size_t first, std::size_t count) {
        const auto reply = send(connection, progress, command, first, count, rows);
        for_each_write_error(reply.document, [&](std::size_t statement, std::int32_t code, std::string text) {
          const auto i = rows[first + statement];
          auto& state = progress.states[i];
          switch (row_verdict(code)) {
            case RowVerdict::Duplicate:
              state = State::Waiting;
              duplicates.push_back(i);
              break;
            case RowVerdict::Again:
              state = State::Waiting;
              break;
            case RowVerdict::Rewrite:
              state = State::Rewrite;
              break;
            case RowVerdict::Refused:
              state = State::Refused;
              progress.plan.faults.add(*progress.plan.entries[i].row, {RowFault::Kind::Infinite, std::move(text)});
              break;
            case RowVerdict::Other:
              state = State::Waiting;
              other = of_row(code, std::move(text));
              break;
          }
        });
      });
  look_for_markers(connection, progress, duplicates);
  if (other) connection.fail(*other, Phase::Transaction, kWrite);
}

/// Of rows whose document is there and wasn't matched: it has the batch, or somebody made it meanwhile, or a sum would
/// become infinite.
void RowWriter::look_for_markers(Connection& connection, Progress& progress,
                                 const std::vector<std::size_t>& rows) const {
  for (const auto i : rows)
    if (++progress.duplicates[i] > 1) progress.states[i] = State::Rewrite;
  if (!progress.style.marker || rows.empty()) return;
  std::vector<BatchPlan::Entry> entries;
  entries.reserve(rows.size());
  for (const auto i : rows) entries.push_back(progress.plan.entries[i]);
  Document condition;
  add_bytes(condition.get(), "applied", progress.plan.id.data(), progress.plan.id.size());
  const RowFinder finder{connection, collections_.rows, options_.identity, kWrite};
  finder.find(entries, condition.get(), nullptr, Phase::Ask,
              [&](std::size_t place, const bson_t&) { progress.states[rows[place]] = State::Applied; });
}

/// Reads the row, adds here, and writes what it becomes unless somebody changed it between.
void RowWriter::rewrite_row(Connection& connection, Progress& progress, std::size_t i) const {
  const auto& entry = progress.plan.entries[i];
  const std::vector<std::size_t> only{i};
  const RowFinder finder{connection, collections_.rows, options_.identity, kWrite};
  const auto refuse = [&](RowFault fault) {
    progress.states[i] = State::Refused;
    progress.plan.faults.add(*entry.row, std::move(fault));
  };
  for (int tries = 0; tries < kRewrites; ++tries) {
    std::optional<Document> stored;
    Document data;
    std::optional<RowFault> fault;
    bool known = false;
    bool found = false;
    finder.find({&entry, 1}, nullptr, nullptr, Phase::Ask, [&](std::size_t, const bson_t& document) {
      found = true;
      known = progress.style.marker && remembers(document, progress.plan.id);
      bson_iter_t iter;
      const bool has_data = mongo::find(iter, &document, "data");
      fault = merge_data(has_data ? &iter : nullptr, *entry.row, data.get());
      if (!has_data || bson_iter_type(&iter) != BSON_TYPE_DOCUMENT) return;
      std::uint32_t size = 0;
      const std::uint8_t* bytes = nullptr;
      bson_iter_document(&iter, &size, &bytes);
      bson_t view;
      if (bson_init_static(&view, bytes, size)) stored.emplace(view);
    });
    if (known) {
      progress.states[i] = State::Applied;
      return;
    }
    if (!found) fault = merge_data(nullptr, *entry.row, data.get());
    if (!fault && data.size() + kAroundData > connection.max_document())
      fault = too_large(data.size(), connection.max_document());
    if (fault) {
      refuse(std::move(*fault));
      return;
    }
    bool settled = true;
    in_commands(
        collections_.rows, true, 1,
        [&](std::size_t) { return replace_data(progress.style, entry, stored ? stored->get() : nullptr, data); },
        [&](const bson_t* command, std::size_t first, std::size_t count) {
          const auto reply = send(connection, progress, command, first, count, only);
          if (matched(reply.document) == 0) {
            progress.states[i] = State::Rewrite;
            settled = false;
          }
          for_each_write_error(reply.document, [&](std::size_t, std::int32_t code, std::string text) {
            progress.states[i] = State::Rewrite;
            settled = false;
            switch (row_verdict(code)) {
              case RowVerdict::Duplicate:
              case RowVerdict::Again:
                break;
              case RowVerdict::Rewrite:
              case RowVerdict::Refused:
                refuse({RowFault::Kind::Infinite, std::move(text)});
                settled = true;
                break;
              case RowVerdict::Other:
                connection.fail(of_row(code, std::move(text)), Phase::Transaction, kWrite);
            }
          });
        });
    if (settled) return;
  }
  progress.states[i] = State::Waiting;  // from the beginning, after a while
}

/// Sends a command of these rows and takes them for applied; the caller looks at what the reply says of each.
Reply RowWriter::send(Connection& connection, Progress& progress, const bson_t* command, std::size_t first,
                      std::size_t count, const std::vector<std::size_t>& rows) const {
  const auto mark = [&](State state) {
    for (std::size_t i = first; i < first + count; ++i) progress.states[rows[i]] = state;
  };
  mark(State::Sent);
  try {
    auto reply = connection.run(command, nullptr, Phase::Write, kWrite);
    mark(State::Applied);
    if (reply.unconfirmed) progress.unconfirmed = reply.unconfirmed;
    return reply;
  } catch (const Error& error) {
    if (error.outcome() == Outcome::NotApplied) mark(State::Waiting);
    throw;
  }
}

void RowWriter::raise_parts(const Error& error, const Progress& progress) const {
  bool any_open = false;
  bool any_left = false;
  for (std::size_t i = 0; i < progress.states.size(); ++i) {
    const bool open = progress.is_open(i);
    any_open = any_open || open;
    any_left = any_left || (!open && !progress.is_settled(i));
  }
  const bool any_refused = !progress.plan.faults.empty();
  const auto outcome = any_open ? Outcome::Unknown : any_left || any_refused ? Outcome::NotApplied : Outcome::Applied;
  auto told = details_of(kBackend, kWrite, any_left && !any_open && error.retry_is_safe());
  told.native_code = error.native_code();
  told.native_text = error.native_text();
  told.outcome = outcome;
  const auto faults = progress.plan.faults.rows();
  told.rows.assign(faults.begin(), faults.end());
  for (std::size_t i = 0; i < progress.states.size(); ++i) {
    const auto state = progress.states[i];
    if (progress.is_open(i) || state == State::Refused) continue;
    const auto of_row = state == State::Applied ? Outcome::Applied : Outcome::NotApplied;
    if (of_row == outcome) continue;
    const auto& row = *progress.plan.entries[i].row;
    told.rows.push_back({.key = std::string(row.key),
                         .granularity = std::string(row.granularity),
                         .at = Instant::from_unix(row.at),
                         .outcome = of_row,
                         .retry_is_safe = of_row == Outcome::NotApplied,
                         .reason = {}});
  }
  if (told.rows.empty() && outcome == error.outcome()) throw;  // what this was called for
  std::string message = "only a part of the batch was written";
  if (any_open) message = "the connection was lost before the server answered, and rows may have been written";
  if (any_refused && !any_left && !any_open) {
    const auto& first = told.rows.front();
    message = "a row can't be written, all others were: '" + first.key + "' " + first.granularity + " " +
              first.at.to_string() + ": " + first.reason;
  }
  raise_as(error.code(), message, std::move(told));
}

}  // namespace trifle::stats::detail::mongo
