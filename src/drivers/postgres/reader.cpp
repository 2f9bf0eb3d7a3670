#include "drivers/postgres/reader.hpp"

#include <string>
#include <utility>

#include "drivers/postgres/schema.hpp"
#include "drivers/postgres/statements.hpp"

namespace trifle::stats::detail::postgres {
namespace {

constexpr std::string_view kRead = "read";

}  // namespace

Reader::Reader(Connection& connection, const Table& table, const Layout& layout)
    : connection_(connection), layout_(layout) {
  if (table.identity != Identity::Full) {
    times_ = Statement(postgres::read_times(table));
    return;
  }
  keys_between_ = Statement(postgres::read_keys_between(table));
  keys_ = Statement(read_keys(table));
  byte_order_ = has_byte_order(connection, table);
}

void Reader::read(const RowRange& range, RowSink& sink) {
  if (range.buckets.empty()) return;
  if (layout_.identity != Identity::Full) {
    read_times(range, sink);
    return;
  }
  const JoinedKeys keys(layout_, range.key, range.granularity, range.buckets);
  if (keys.ordered && byte_order_) {
    read_keys_between(range, keys, sink);
  } else {
    read_each_key(range, keys.prefix, sink);
  }
}

void Reader::read_times(const RowRange& range, RowSink& sink) {
  std::string key;
  layout_.append_key(key, range.key, range.granularity, 0);
  Parameters parameters;
  parameters.text(key);
  parameters.time(range.buckets.front());
  parameters.time(range.buckets.back());
  if (layout_.identity == Identity::Separated) parameters.text(range.granularity);
  AskedBuckets asked(range.buckets);
  RowStream rows(connection_, kRead, times_, parameters);
  while (const auto* row = rows.next()) {
    const auto time = read_time(row->value(0, 0));
    if (!time.is_whole || !asked.contains(time.at) || row->is_null(0, 1)) continue;
    sink.json(time.at, read_jsonb(row->value(0, 1)));
  }
}

void Reader::read_keys_between(const RowRange& range, const JoinedKeys& keys, RowSink& sink) {
  Parameters parameters;
  parameters.text(keys.first);
  parameters.text(keys.last);
  AskedBuckets asked(range.buckets);
  RowStream rows(connection_, kRead, keys_between_, parameters);
  while (const auto* row = rows.next()) {
    const auto at = keys.bucket_of(row->value(0, 0));
    if (!at || !asked.contains(*at) || row->is_null(0, 1)) continue;
    sink.json(*at, read_jsonb(row->value(0, 1)));
  }
}

void Reader::read_each_key(const RowRange& range, std::string_view prefix, RowSink& sink) {
  ArrayBuilder buckets(ArrayBuilder::Of::Int8);
  for (const auto at : range.buckets) buckets.int8(at);
  Parameters parameters;
  parameters.array(std::move(buckets).finish());
  parameters.text(prefix);
  RowStream rows(connection_, kRead, keys_, parameters);
  while (const auto* row = rows.next()) {
    if (!row->is_null(0, 1)) sink.json(read_int8(row->value(0, 0)), read_jsonb(row->value(0, 1)));
  }
}

}  // namespace trifle::stats::detail::postgres
