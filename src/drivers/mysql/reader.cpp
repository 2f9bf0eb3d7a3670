#include "drivers/mysql/reader.hpp"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "driver/asked_buckets.hpp"
#include "drivers/mysql/bucket_time.hpp"

namespace trifle::stats::detail::mysql {
namespace {

constexpr std::string_view kRead = "read";

using Kind = Statement::Column;

std::string placeholders(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += i == 0 ? "?" : ", ?";
  return text;
}

Statement range_statement(Connection& connection, const Table& table, bool with_names) {
  const auto from = " FROM " + quoted(table.name) + " WHERE ";
  if (table.identity == Identity::Full) {
    return {
        connection.get(), "SELECT `key`, data" + from + "`key` >= ? AND `key` <= ?", {Kind::Text, Kind::Text}, kRead};
  }
  const bool separated = table.identity == Identity::Separated;
  const std::string names = separated ? ", `key`, granularity" : ", `key`";
  const auto sql = "SELECT `at`, data" + (with_names ? names : std::string()) + from + "`key` = ?" +
                   (separated ? " AND granularity = ?" : "") + " AND `at` >= ? AND `at` <= ?";
  if (!with_names) return {connection.get(), sql, {Kind::Time, Kind::Text}, kRead};
  if (separated) return {connection.get(), sql, {Kind::Time, Kind::Text, Kind::Text, Kind::Text}, kRead};
  return {connection.get(), sql, {Kind::Time, Kind::Text, Kind::Text}, kRead};
}

TableFacts readable(Connection& connection, const Table& table) {
  auto facts = table_facts(connection, table.name, table.identity_columns(), kRead);
  if (!facts.exists) raise_missing_table(table.name, kRead);
  return facts;
}

}  // namespace

Reader::Reader(Connection& connection, const Table& table, const Layout& layout)
    : connection_(connection),
      table_(table),
      layout_(layout),
      facts_(readable(connection, table)),
      each_([this](std::size_t keys) {
        return Statement(
            connection_.get(),
            "SELECT `key`, data FROM " + quoted(table_.name) + " WHERE `key` IN (" + placeholders(keys) + ")",
            {Kind::Text, Kind::Text}, kRead);
      }) {}

void Reader::read(const RowRange& range, RowSink& sink, bool& any) {
  if (range.buckets.empty()) return;
  if (layout_.identity != Identity::Full) {
    read_times(range, sink, any);
  } else if (facts_.binary_texts && JoinedKeys(layout_, range.key, range.granularity, range.buckets).ordered) {
    read_keys_between(range, sink, any);
  } else {
    read_each_key(range, sink, any);
  }
}

void Reader::read_times(const RowRange& range, RowSink& sink, bool& any) {
  const bool separated = layout_.identity == Identity::Separated;
  if (!range_) range_.emplace(range_statement(connection_, table_, !facts_.binary_texts));
  std::string key;
  layout_.append_key(key, range.key, range.granularity, 0);
  const BucketText first(range.buckets.front());
  const BucketText last(range.buckets.back());
  const Statement::Use use(*range_);
  range_->add(key);
  if (separated) range_->add(range.granularity);
  range_->add(first.text());
  range_->add(last.text());
  range_->execute(kRead);
  AskedBuckets asked(range.buckets);
  while (range_->next_row(kRead)) {
    const auto at = range_->time(0);
    if (!at || !asked.contains(*at) || range_->is_null(1)) continue;
    // A collation may have taken another key for this one.
    if (!facts_.binary_texts && (range_->text(2) != key || (separated && range_->text(3) != range.granularity)))
      continue;
    any = true;
    sink.json(*at, range_->text(1));
  }
}

void Reader::read_keys_between(const RowRange& range, RowSink& sink, bool& any) {
  const JoinedKeys keys(layout_, range.key, range.granularity, range.buckets);
  if (!range_) range_.emplace(range_statement(connection_, table_, false));
  const Statement::Use use(*range_);
  range_->add(keys.first);
  range_->add(keys.last);
  range_->execute(kRead);
  AskedBuckets asked(range.buckets);
  while (range_->next_row(kRead)) {
    const auto at = keys.bucket_of(range_->text(0));
    if (!at || !asked.contains(*at) || range_->is_null(1)) continue;
    any = true;
    sink.json(*at, range_->text(1));
  }
}

void Reader::read_each_key(const RowRange& range, RowSink& sink, bool& any) {
  std::vector<std::string> keys;
  std::unordered_map<std::string_view, std::int64_t> buckets;
  for (std::size_t from = 0; from < range.buckets.size();) {
    const auto left = range.buckets.size() - from;
    const auto size = SizedStatements::padded(left);
    const auto count = std::min(left, size);
    auto& statement = each_.of(size);
    const Statement::Use use(statement);
    keys.assign(count, {});
    buckets.clear();
    for (std::size_t i = 0; i < count; ++i) {
      layout_.append_key(keys[i], range.key, range.granularity, range.buckets[from + i]);
      buckets.emplace(keys[i], range.buckets[from + i]);
      statement.add(keys[i]);
    }
    for (std::size_t i = count; i < size; ++i) statement.add(keys.back());
    statement.execute(kRead);
    while (statement.next_row(kRead)) {
      const auto found = buckets.find(statement.text(0));
      if (found == buckets.end() || statement.is_null(1)) continue;
      any = true;
      sink.json(found->second, statement.text(1));
    }
    from += count;
  }
}

}  // namespace trifle::stats::detail::mysql
