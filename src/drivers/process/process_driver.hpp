#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>

#include <trifle/stats/drivers/process.hpp>

#include "driver/row_driver.hpp"

namespace trifle::stats::detail {

/// Rows in memory, as the JSON texts that a database would hold.
class ProcessDriver final : public RowDriver {
 public:
  explicit ProcessDriver(drivers::ProcessOptions options);

  /// Of an empty one.
  Maker maker() const override;
  const Traits& traits() const noexcept override { return traits_; }
  const Layout& layout() const noexcept override { return layout_; }

  SetupReport setup(Setup what) override;
  void write(const Rows& rows) override;
  void read(const RowRange& range, RowSink& sink) override;
  void beam(std::string_view key, const StoredStatus& status) override;
  std::optional<StoredStatus> scan(std::string_view key) override;

 private:
  using Buckets = std::map<std::int64_t, std::string>;

  /// (key, granularity), found by views.
  struct SeriesLess {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const noexcept {
      return std::pair<std::string_view, std::string_view>(a) < std::pair<std::string_view, std::string_view>(b);
    }
  };

  const std::string* find(const Row& row) const;
  std::string& slot(const Row& row);
  bool already_applied(const Rows& rows) const { return applied_.contains(rows.id()); }
  void remember(const Rows::Id& id);

  const Layout layout_;
  const Traits traits_;

  // One writer at a time; it alone changes what `data_` guards, so it may look without that lock and holds it only to
  // put finished texts in place.
  std::mutex writing_;
  mutable std::shared_mutex data_;
  std::map<std::pair<std::string, std::string>, Buckets, SeriesLess> series_;
  std::map<std::string, StoredStatus, std::less<>> statuses_;

  // The ledger, of the writer only.
  std::set<Rows::Id> applied_;
  std::deque<Rows::Id> applied_order_;
};

}  // namespace trifle::stats::detail
