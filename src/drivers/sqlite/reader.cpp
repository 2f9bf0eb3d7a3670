#include "drivers/sqlite/reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include "driver/asked_buckets.hpp"
#include "drivers/sqlite/bucket_text.hpp"
#include "drivers/sqlite/failure.hpp"

namespace trifle::stats::detail::sqlite {
namespace {

constexpr std::string_view kRead = "read";
constexpr std::size_t kChunk = 5'000;  // buckets that one join names

std::string decimal(std::int64_t number) {
  char digits[24];
  return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

/// The bucket at the end of a joined key that starts with `prefix`, where it is just the decimal of `width` digits.
std::optional<std::int64_t> bucket_of(std::string_view key, std::string_view prefix, std::size_t width) noexcept {
  if (key.size() != prefix.size() + width || std::memcmp(key.data(), prefix.data(), prefix.size()) != 0)
    return std::nullopt;
  std::int64_t at = 0;
  for (const char c : key.substr(prefix.size())) {
    if (c < '0' || c > '9') return std::nullopt;
    at = at * 10 + (c - '0');
  }
  return at;
}

}  // namespace

Reader::Reader(Connection& connection, const Table& table, const Layout& layout) : layout_(layout) {
  sqlite3* const db = connection.get();
  const auto facts = table_facts(db, table);
  if (!facts.exists) raise_missing_table(table.name, kRead);
  binary_texts_ = facts.binary_texts;
  const auto name = quoted(table.name);
  switch (layout.identity) {
    case Identity::Full:
      range_ = Statement(db, "SELECT key, data FROM " + name + " WHERE key >= ?1 AND key <= ?2", kRead);
      // The key is put together inside, so that no name has to be written as JSON.
      each_ = Statement(db,
                        "SELECT wanted.value, t.data FROM json_each(?1) AS wanted CROSS JOIN " + name +
                            " AS t ON t.key = ?2 || wanted.value" +
                            (binary_texts_ ? "" : " AND t.key = (?2 || wanted.value) COLLATE BINARY"),
                        kRead);
      break;
    case Identity::Partial:
      range_ = Statement(db,
                         "SELECT at, data FROM " + name + " WHERE key = ?1 AND at >= ?2 AND at <= ?3" +
                             (binary_texts_ ? "" : " AND key = ?1 COLLATE BINARY"),
                         kRead);
      break;
    case Identity::Separated:
      range_ =
          Statement(db,
                    "SELECT at, data FROM " + name + " WHERE key = ?1 AND at >= ?2 AND at <= ?3 AND granularity = ?4" +
                        (binary_texts_ ? "" : " AND key = ?1 COLLATE BINARY AND granularity = ?4 COLLATE BINARY"),
                    kRead);
      break;
  }
}

void Reader::read(const RowRange& range, RowSink& sink) {
  if (range.buckets.empty()) return;
  if (layout_.identity != Identity::Full) {
    read_times(range, sink);
    return;
  }
  std::string first;
  layout_.append_key(first, range.key, range.granularity, range.buckets.front());
  const auto digits = decimal(range.buckets.front());
  const auto prefix = std::string_view(first).substr(0, first.size() - digits.size());
  // Texts are ordered as their numbers are only where they have as many digits.
  const bool ordered = range.buckets.front() >= 0 && digits.size() == decimal(range.buckets.back()).size();
  if (ordered && binary_texts_) {
    read_keys_between(range, prefix, sink);
  } else {
    read_each_key(range, prefix, sink);
  }
}

void Reader::read_times(const RowRange& range, RowSink& sink) {
  std::string key;
  layout_.append_key(key, range.key, range.granularity, 0);
  const BucketText first(range.buckets.front());
  const BucketText last(range.buckets.back());
  const Statement::Use use(range_);
  range_.bind(1, key);
  range_.bind(2, first.lower_bound());
  range_.bind(3, last.text());
  if (layout_.identity == Identity::Separated) range_.bind(4, range.granularity);
  AskedBuckets asked(range.buckets);
  BucketReader bucket;
  std::int64_t before = 0;
  bool any = false;
  while (range_.next_row(kRead)) {
    const auto at = bucket.read(range_.text(0));
    if (!at) continue;
    // Spellings of one bucket follow each other.
    if (!(any && *at == before) && !asked.contains(*at)) continue;
    any = true;
    before = *at;
    if (const auto text = range_.text(1); text.data()) sink.json(*at, text);
  }
}

void Reader::read_keys_between(const RowRange& range, std::string_view prefix, RowSink& sink) {
  const auto first = std::string(prefix) + decimal(range.buckets.front());
  const auto last = std::string(prefix) + decimal(range.buckets.back());
  const Statement::Use use(range_);
  range_.bind(1, first);
  range_.bind(2, last);
  AskedBuckets asked(range.buckets);
  while (range_.next_row(kRead)) {
    const auto at = bucket_of(range_.text(0), prefix, first.size() - prefix.size());
    if (!at || !asked.contains(*at)) continue;
    if (const auto text = range_.text(1); text.data()) sink.json(*at, text);
  }
}

void Reader::read_each_key(const RowRange& range, std::string_view prefix, RowSink& sink) {
  for (std::size_t from = 0; from < range.buckets.size(); from += kChunk) {
    std::string wanted;
    for (const auto at : range.buckets.subspan(from, std::min(kChunk, range.buckets.size() - from)))
      wanted.append(wanted.empty() ? "[" : ",").append(decimal(at));
    wanted += ']';
    const Statement::Use use(each_);
    each_.bind(1, wanted);
    each_.bind(2, prefix);
    while (each_.next_row(kRead)) {
      if (const auto text = each_.text(1); text.data()) sink.json(each_.integer(0), text);
    }
  }
}

}  // namespace trifle::stats::detail::sqlite
