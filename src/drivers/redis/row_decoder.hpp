#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/row_driver.hpp"
#include "drivers/redis/command.hpp"
#include "drivers/redis/reply.hpp"

namespace trifle::stats::detail::redis {

/// The names of a series' buckets, one after the other.
class BucketNames {
 public:
  BucketNames(const Layout& layout, const RowRange& range);

  /// Valid until the next call.
  std::string_view of(std::int64_t bucket);

 private:
  std::string name_;
  std::size_t prefix_;
};

/// Hands on what HGETALL answers: rows of one series, which resemble each other.
class RowDecoder {
 public:
  explicit RowDecoder(RowSink& sink) : sink_(sink) {}

  void take(std::int64_t bucket, const Reply& reply);

 private:
  std::string_view canonical_name(std::size_t place, std::string_view name);

  RowSink& sink_;
  std::deque<std::pair<std::string, std::string>> known_;  // by place, as stored and canonical; addresses stay
  std::vector<Field> fields_;
};

}  // namespace trifle::stats::detail::redis
