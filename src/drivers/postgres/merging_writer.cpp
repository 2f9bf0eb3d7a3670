#include <algorithm>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/guess.hpp"
#include "driver/known_rows.hpp"
#include "drivers/postgres/batch_arrays.hpp"
#include "drivers/postgres/exact_digits.hpp"
#include "drivers/postgres/ledger.hpp"
#include "drivers/postgres/schema.hpp"
#include "drivers/postgres/statements.hpp"
#include "drivers/postgres/transaction.hpp"
#include "drivers/postgres/writer.hpp"

namespace trifle::stats::detail::postgres {
namespace {

constexpr std::string_view kWrite = "write";

class MergingWriter final : public Writer {
 public:
  MergingWriter(Connection& connection, const Table& table, const drivers::PostgresOptions& options)
      : connection_(connection),
        table_(table),
        table_name_(quoted(table.name)),
        by_place_(is_plain_heap(connection, table)),
        transactions_(options),
        look_(look_at_rows(table)),
        lock_(lock_rows(table)),
        update_own_(update_own(table)),
        update_(by_place_ ? update_unchanged(table) : update_rows(table)),
        insert_(insert_rows(table)) {
    if (table.ledger_name.empty()) return;
    ledger_.emplace(table, Ledger::Known::Asked);
    ledger_of_new_.emplace(table, Ledger::Known::Refused);
  }

  void write(const Rows& rows) override {
    connection_.check_open(kWrite);
    if (ledger_) ledger_->prune(connection_);
    if (by_place_ && alone_.is_worth_a_try() && change_unlocked(rows)) return;
    known_.clear();
    if (!by_place_ || !change_in_line(rows)) change_locked(rows);
    alone_.would_have_fitted(true);
  }

 private:
  /// What is stored of a row: views of what the server sent, or of what is known.
  struct Stored {
    std::string_view data;
    std::string_view place;
    std::string_view writer;
  };
  enum class Locks { None, First };
  using AllStored = std::vector<std::optional<Stored>>;  // one for each row of the batch
  /// What is known and what was found of a batch's rows.
  struct Seen {
    std::vector<KnownRows::Entry*> known;  // null: not known
    AllStored stored;                      // nothing: not there, or not asked for
    std::vector<Result> answers;           // what `stored` looks into
    bool has_begun = false;                // the transaction
    bool is_written_before = false;
  };

  /// Forgets what is known unless the batch was written.
  class Forgetting {
   public:
    explicit Forgetting(KnownRows& known) noexcept : known_(known) {}
    Forgetting(const Forgetting&) = delete;
    Forgetting& operator=(const Forgetting&) = delete;
    ~Forgetting() {
      if (!is_written_) known_.clear();
    }
    void written() noexcept { is_written_ = true; }

   private:
    KnownRows& known_;
    bool is_written_ = false;
  };

  /// Without locks, which cost as much as the change itself, and mostly without a look at what is known or new. False
  /// where another wrote one of the rows meanwhile: nothing is written then.
  bool change_unlocked(const Rows& rows) {
    for (;;) {
      if (!undisturbed_.is_worth_a_try()) known_.clear();
      const bool guesses_new = all_new_.is_worth_a_try();
      const bool guesses_known = !known_.empty();
      if (change_if_unchanged(rows, guesses_new)) return true;
      if (guesses_new) all_new_.failed();
      if (guesses_known) undisturbed_.failed();
      if (guesses_new || guesses_known) continue;
      alone_.failed();
      return false;
    }
  }

  /// Where several write the same rows at the same time, the lock of the first row keeps them in line: mostly nobody
  /// changes the others meanwhile. False where somebody did.
  bool change_in_line(const Rows& rows) {
    if (!in_line_.is_worth_a_try()) {
      in_line_.would_have_fitted(true);
      return false;
    }
    if (change_if_unchanged(rows, false, Locks::First)) return true;
    in_line_.failed();
    return false;
  }

  bool change_if_unchanged(const Rows& rows, bool guesses_new, Locks locks = Locks::None) {
    known_.trim();
    Forgetting forgetting(known_);
    const TransactionGuard guard(connection_, kWrite);
    const auto seen = look(rows, guesses_new, locks);
    if (seen.is_written_before) return true;

    RoundTrip trip(connection_, kWrite);
    // What one round trip does needs no BEGIN, which costs as much as one more statement, and COMMIT another.
    const bool commits_at_end = !seen.has_begun && !connection_.is_lent();
    std::size_t entry = 0;
    if (!seen.has_begun) {
      if (!commits_at_end) transactions_.begin(trip, connection_);
      if (ledger_of_new_) entry = ledger_of_new_->enter(trip, rows.id());
    }
    RowFaults faults;
    const auto changed = send_changes(trip, rows, seen, faults);
    if (!faults.empty()) {
      transactions_.abandon(trip);
      if (guesses_new) return false;  // what is stored may have more
      faults.raise(kBackend);
    }
    if (commits_at_end) {
      trip.commit_at_end();
    } else {
      transactions_.commit(trip);
    }
    try {
      const auto results = trip.run();
      if (!commits_at_end) check_committed(results.back(), kWrite);
      if (changed) note(results[*changed]);
    } catch (const StorageError& error) {
      const bool entered = !seen.has_begun && ledger_of_new_ && trip.failed_at() == entry;
      if (entered && error.native_code() == native_code("23505")) return true;  // it was written before
      if (error.native_code() == native_code(kUpdateFell) || error.native_code() == native_code("23505")) return false;
      throw;
    }
    forgetting.written();
    undisturbed_.would_have_fitted(true);
    return true;
  }

  /// Finds out what there is of the rows that aren't known, unless the guess is that nothing is.
  Seen look(const Rows& rows, bool guesses_new, Locks locks) {
    Seen seen;
    const auto count = rows.rows().size();
    seen.stored.resize(count);
    seen.known.reserve(count);
    std::vector<std::size_t> asked;
    for (std::size_t i = 0; i < count; ++i) {
      seen.known.push_back(known_.find(rows.rows()[i]));
      if (!seen.known[i] && !guesses_new) asked.push_back(i);
    }
    if (asked.empty()) return seen;
    seen.has_begun = true;
    seen.answers = ask(rows, asked, look_, locks);
    seen.is_written_before = seen.answers.empty();
    if (seen.is_written_before) return seen;
    match(rows, asked, seen.answers, seen.stored);
    all_new_.would_have_fitted(std::none_of(asked.begin(), asked.end(), [&](auto i) { return seen.stored[i]; }));
    return seen;
  }

  /// Merges the rows and sends them, a statement as soon as there are enough for it. The place of the last that changes
  /// rows which are remembered.
  std::optional<std::size_t> send_changes(RoundTrip& trip, const Rows& rows, const Seen& seen, RowFaults& faults) {
    BatchArrays own(table_, BatchArrays::Pieces::Growing);
    BatchArrays met(table_, BatchArrays::Pieces::Growing);
    BatchArrays fresh(table_, BatchArrays::Pieces::Growing);
    std::optional<std::size_t> changed;
    const auto send_change = [&](Statement& change, BatchArrays& of) {
      auto parameters = of.take();
      parameters.text(table_name_);
      changed = trip.add(change, parameters);
    };
    for (std::size_t i = 0; i < rows.rows().size(); ++i) {
      const auto& row = rows.rows()[i];
      const auto& stored = seen.stored[i];
      auto* const known = seen.known[i];
      std::optional<std::string_view> data;
      if (known) {
        data = known->second.data;
      } else if (stored) {
        data = stored->data;
      }
      if (!merge(row, data, faults)) continue;
      if (stored) {
        met.add(row, text_, stored->place, stored->writer);
        known_.put(row, text_);
        if (!met.is_full()) continue;
        send_change(update_, met);
      } else if (known) {
        own.add(row, text_, known->second.writer);
        known_.put(*known, text_);
        if (!own.is_full()) continue;
        send_change(update_own_, own);
      } else {
        fresh.add(row, text_);
        if (!fresh.is_full()) continue;
        trip.add(insert_, fresh.take());
      }
      trip.push();
    }
    if (!faults.empty()) return changed;
    if (!own.empty()) send_change(update_own_, own);
    if (!met.empty()) send_change(update_, met);
    if (!fresh.empty()) trip.add(insert_, fresh.take());
    return changed;
  }

  void change_locked(const Rows& rows) {
    const TransactionGuard guard(connection_, kWrite);
    std::vector<std::size_t> all(rows.rows().size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    const auto answers = ask(rows, all, lock_);
    if (answers.empty()) return;  // it was written before
    AllStored stored(all.size());
    match(rows, all, answers, stored);

    BatchArrays changed(table_);
    BatchArrays fresh(table_);
    RowFaults faults;
    for (const auto i : all) {
      const auto& row = rows.rows()[i];
      if (!merge(row, stored[i] ? std::optional(stored[i]->data) : std::nullopt, faults)) continue;
      if (!stored[i]) {
        fresh.add(row, text_);
      } else if (by_place_) {
        changed.add(row, text_, stored[i]->place, stored[i]->writer);
      } else {
        changed.add(row, text_);
      }
    }
    if (!faults.empty()) faults.raise(kBackend);
    RoundTrip trip(connection_, kWrite);
    for (auto& parameters : std::move(changed).finish()) {
      if (by_place_) parameters.text(table_name_);
      trip.add(update_, parameters);
    }
    trip.add(insert_, std::move(fresh).finish());
    transactions_.commit(trip);
    try {
      check_committed(trip.run().back(), kWrite);
    } catch (const StorageError& error) {
      if (error.native_code() != native_code(kUpdateFell)) throw;
      raise(kUpdateFell, "", Phase::Statement, kWrite,
            "a trigger or a policy of the table kept rows from being updated");
    }
  }

  /// The first round trip: what is stored of these rows, piece by piece. Nothing where the ledger knows the batch.
  std::vector<Result> ask(const Rows& rows, const std::vector<std::size_t>& asked, Statement& find,
                          Locks before = Locks::None) {
    BatchArrays identities(table_);
    for (const auto i : asked) identities.add(rows.rows()[i]);
    const auto pieces = std::move(identities).finish();
    RoundTrip trip(connection_, kWrite);
    transactions_.begin(trip, connection_);
    if (ledger_) ledger_->enter(trip, rows.id());
    if (before == Locks::First) {
      BatchArrays first(table_);
      first.add(rows.rows().front());
      trip.add(lock_, first.take());
    }
    trip.add(find, pieces);
    auto results = trip.run();
    const auto first = results.end() - static_cast<std::ptrdiff_t>(pieces.size());
    if (ledger_ && std::prev(first, before == Locks::First ? 2 : 1)->rows() == 0) return {};
    results.erase(results.begin(), first);
    return results;
  }

  void match(const Rows& rows, const std::vector<std::size_t>& asked, const std::vector<Result>& answers,
             AllStored& stored) const {
    for (std::size_t piece = 0; piece < answers.size(); ++piece) {
      const auto& answer = answers[piece];
      const auto from = piece * kRowsOfAStatement;
      const auto count = std::min(kRowsOfAStatement, asked.size() - from);
      int next = 0;
      for (std::size_t i = 0; i < count && next < answer.rows(); ++i) {
        const auto at = asked[from + i];
        if (!is_row(answer, next, rows.rows()[at], i)) continue;
        stored[at] = {answer.is_null(next, 1) ? "{}" : read_jsonb(answer.value(next, 1)), answer.value(next, 2),
                      answer.value(next, 3)};
        ++next;
      }
      if (next < answer.rows()) {
        throw StorageError("the table holds a row twice, or takes two keys for one; see what setup reports of it",
                           details(kWrite, true));
      }
    }
  }

  /// Whether an answer is about the row that was asked for as the piece's `i`-th.
  bool is_row(const Result& answer, int at, const Row& row, std::size_t i) const {
    if (table_.identity == Identity::Full) return answer.value(at, 0) == row.stored_key;
    return read_int8(answer.value(at, 0)) == static_cast<std::int64_t>(i) + 1;
  }

  /// What we know from now on, if the table is still one that keeps what it is given.
  void note(const Result& change) {
    known_.written(static_cast<std::uint32_t>(read_int8(change.value(0, 1))));
    if (change.value(0, 2) == std::string_view("\1", 1)) return;
    known_.clear();
    by_place_ = false;
    update_ = Statement(update_rows(table_));
  }

  bool merge(const Row& row, std::optional<std::string_view> stored, RowFaults& faults) {
    if (auto fault = change_row(stored, row, text_)) {
      faults.add(row, std::move(*fault));
      return false;
    }
    write_all_digits(text_);
    return true;
  }

  Connection& connection_;
  const Table& table_;
  const std::string table_name_;  // quoted
  bool by_place_;
  TransactionStatements transactions_;
  Statement look_;
  Statement lock_;
  Statement update_own_;
  Statement update_;
  Statement insert_;
  std::optional<Ledger> ledger_;
  std::optional<Ledger> ledger_of_new_;
  KnownRows known_;
  Guess all_new_{2};      // no row is there that we don't know
  Guess undisturbed_{0};  // nobody wrote the rows that we know
  Guess alone_{0};        // nobody writes the rows of a batch at the same time
  Guess in_line_{0};      // who does waits for the first of them
  std::string text_;      // kept for its memory
};

}  // namespace

std::unique_ptr<Writer> make_merging_writer(Connection& connection, const Table& table,
                                            const drivers::PostgresOptions& options) {
  return std::make_unique<MergingWriter>(connection, table, options);
}

}  // namespace trifle::stats::detail::postgres
