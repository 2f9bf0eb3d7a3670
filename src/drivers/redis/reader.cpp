#include "drivers/redis/reader.hpp"

#include <algorithm>

#include "drivers/redis/row_decoder.hpp"

namespace trifle::stats::detail::redis {
namespace {

constexpr std::string_view kRead = "read";
constexpr std::size_t kChunk = 500;

}  // namespace

void read_rows(Connection& connection, const Layout& layout, const RowRange& range, RowSink& sink) {
  BucketNames names(layout, range);
  Commands commands;
  std::size_t sent = 0;
  const auto send_chunk = [&] {
    commands.clear();
    const auto end = std::min(range.buckets.size(), sent + kChunk);
    for (; sent < end; ++sent) commands.add({"HGETALL", names.of(range.buckets[sent])});
    if (commands.requests() > 0) connection.send(commands, kRead);
  };

  RowDecoder decoder(sink);
  send_chunk();
  for (std::size_t i = 0; i < range.buckets.size(); ++i) {
    if (i % kChunk == 0) send_chunk();
    decoder.take(range.buckets[i], connection.expect(Phase::Await, kRead));
  }
}

}  // namespace trifle::stats::detail::redis
