#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "driver/row_driver.hpp"

/// Answers every read with the rows that it was given, in their order, wherever they lie.
class FakeRowDriver final : public trifle::stats::detail::RowDriver {
 public:
  using Rows = std::vector<std::pair<std::int64_t, std::string>>;

  explicit FakeRowDriver(Rows rows) : rows_(std::move(rows)) { traits_.backend = "fake"; }

  /// Asked for in the last read.
  std::string key;
  std::string granularity;
  std::vector<std::int64_t> buckets;
  int reads = 0;

  /// Called after the JSON rows, for rows that come taken apart.
  std::function<void(trifle::stats::detail::RowSink&)> more;

  const trifle::stats::Traits& traits() const noexcept override { return traits_; }
  const trifle::stats::detail::Layout& layout() const noexcept override { return layout_; }

  void read(const trifle::stats::detail::RowRange& range, trifle::stats::detail::RowSink& sink) override {
    ++reads;
    key = range.key;
    granularity = range.granularity;
    buckets.assign(range.buckets.begin(), range.buckets.end());
    for (const auto& [at, text] : rows_) sink.json(at, text);
    if (more) more(sink);
  }

  trifle::stats::SetupReport setup(trifle::stats::Setup) override { throw std::logic_error("only for reading"); }
  void write(const trifle::stats::detail::Rows&) override { throw std::logic_error("only for reading"); }
  void beam(std::string_view, const trifle::stats::detail::StoredStatus&) override {
    throw std::logic_error("only for reading");
  }
  std::optional<trifle::stats::detail::StoredStatus> scan(std::string_view) override {
    throw std::logic_error("only for reading");
  }

 private:
  Rows rows_;
  trifle::stats::Traits traits_;
  trifle::stats::detail::Layout layout_;
};
