#pragma once

#include <string>
#include <string_view>

#include "drivers/postgres/table.hpp"

namespace trifle::stats::detail::postgres {

/// Everything that is said to the server about rows, as text. Each statement is constant for a table: keys, paths and
/// numbers travel as parameters. `$1` and on of those that name many rows are arrays, one for each column of the
/// identity, and one more for the data.

/// The rows of the identities given, in their order: the key in the full mode, otherwise their number in the arrays;
/// their data; where they lie (ctid) and the transaction that wrote them (xmin).
std::string look_at_rows(const Table& table);
/// The same, locked.
std::string lock_rows(const Table& table);
/// Changes rows that are still what they were: (identities…, data, places, writers, the table's quoted name). Fails
/// with kUpdateFell, a division by zero, where a row is another meanwhile. One row: what nobody needs, this
/// transaction's number, and whether the table is a plain heap now.
std::string update_unchanged(const Table& table);
/// The same for rows that one of our transactions wrote last: (identities…, data, our transactions, the table's quoted
/// name). Fails with kUpdateFell where another did, or deleted one.
std::string update_own(const Table& table);
/// (the table's quoted name): one row where it is a plain heap: places tell its rows apart, and what is written stays
/// as it is.
std::string find_plain_heap();
/// Changes rows that are locked, by their identities alone, for a table of several partitions, in which places repeat,
/// and one with triggers or policies, which may leave rows out without a word: that is kUpdateFell too.
std::string update_rows(const Table& table);
inline constexpr std::string_view kUpdateFell = "22012";
/// Rows that weren't there. That somebody made one meanwhile is an error.
std::string insert_rows(const Table& table);

/// The same work in one statement without locks, of what Citus takes: functions that are IMMUTABLE, an upsert on the
/// whole primary key. Adds as Number does: integers exactly, past 64 bits and with fractions as doubles.
std::string increment_rows(const Table& table);
std::string set_rows(const Table& table);
/// What is stored of the identities given: their number in the arrays, and their data.
std::string find_rows(const Table& table);

/// (id): one row where it is new.
std::string enter_batch(const Table& table);
/// (id): an error where it isn't new.
std::string insert_batch(const Table& table);
std::string prune_batches(const Table& table);
std::string prune_batches_unlocked(const Table& table);

/// Of one series, (bucket's time, data): (key[, granularity], first, last).
std::string read_times(const Table& table);
/// In the full mode, (bucket, data): (buckets, what the key begins with).
std::string read_keys(const Table& table);
/// The same between two keys, where the column's order is that of bytes: (key, data).
std::string read_keys_between(const Table& table);

std::string replace_status(const Table& table);
std::string find_status(const Table& table);

}  // namespace trifle::stats::detail::postgres
