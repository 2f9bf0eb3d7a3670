#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/payload.hpp>

#include "buffer/id_index.hpp"
#include "buffer/path_table.hpp"
#include "driver/layout.hpp"
#include "driver/rows.hpp"
#include "time/cell_cache.hpp"

namespace trifle::stats::detail {

enum class Change { Increment, Set };

/// Measurements, merged before they become rows.
///
/// Between two bucket boundaries all granularities floor alike, so what happens to one key in one cell is one entry,
/// and a further measurement costs a lookup and a few additions. `rows` expands entries to buckets.
///
/// Order: increments commute, sets don't. Within a cell a path keeps its net effect (a set takes the place of what came
/// before it, an increment after a set changes what is set). Across cells that meet in a coarser bucket, steps keep the
/// order: a key's step holds either increments of any cells, or anything of one cell.
///
/// Not thread-safe. A refused measurement leaves everything as it was.
class Merge {
 public:
  struct Config {
    Bucketing bucketing;
    std::vector<Granularity> granularities;
    Layout layout;
    std::size_t max_key_length;
    bool system_tracking;
  };

  explicit Merge(Config config);
  Merge(Merge&&) noexcept;
  Merge& operator=(Merge&&) noexcept;
  ~Merge();

  /// Throws InvalidArgument, see Stats::track.
  void add(Change change, std::string_view key, Instant at, std::span<const Entry> values, bool untracked);
  void add(Change change, std::string_view key, Instant at, const Payload& values, bool untracked);

  std::size_t operations() const noexcept { return operations_; }
  std::size_t entries() const noexcept { return used_; }
  std::size_t bytes() const noexcept { return bytes_ + paths_.bytes() + key_bytes_; }

  /// What is to be written, under a new id; the entries stay. Throws StorageError where a sum of several cells is
  /// infinite, naming the row.
  Rows rows();

  /// Forgets the measurements. Names met so far stay known, within bounds.
  void clear();

 private:
  struct Key {
    std::string name;
    std::string stored;  // its name as one segment, in the system rows
    std::uint32_t step = 0;
    std::uint32_t step_entries = 0;
    std::uint32_t last = kNone;  // the entry touched last
    std::uint64_t batch = 0;     // the batch that the four belong to
    bool step_has_sets = false;
  };

  struct Slot {
    std::uint32_t path;
    std::uint32_t node;  // as it was spelled, kNone where it came by its stored name
    Change change;
    Number number;
  };

  struct CellEntry {
    std::uint64_t serial = 0;  // never used for another entry
    std::uint32_t key = 0;
    std::uint32_t step = 0;
    std::int64_t start = 0;
    std::int64_t end = 0;
    std::uint64_t tracked = 0;  // operations, for the system rows
    std::uint64_t untracked = 0;
    std::uint32_t joint = 0;  // this many leading slots were checked as one payload
    std::vector<Slot> slots;
    IdIndex index;  // path to slot, once there are many
  };

  struct Leaf {
    std::uint32_t path;
    std::uint32_t node;
    std::uint32_t slot;
    Number number;
  };

  class Expansion;  // what `rows` works with; kept, so that a small batch doesn't pay for all names ever met

  static constexpr std::uint32_t kNone = IdIndex::kNone;

  template <class Collect>
  void add_leaves(Change change, std::string_view key, Instant at, bool untracked, Collect&& collect);
  void collect(std::span<const Entry> values, std::uint32_t parent, const CellEntry* shape);
  void collect(const Payload& values, const CellEntry* shape);
  void mispredicted();
  void push_leaf(std::uint32_t path, std::uint32_t node, Number number);
  void check_joint();
  [[noreturn]] void refuse_number(std::uint32_t path, Number number) const;

  std::uint32_t key_of(std::string_view name);
  std::uint32_t find_entry(std::uint32_t key, std::int64_t at, Change change);
  std::uint32_t make_entry(std::uint32_t key, std::int64_t at, Change change);
  std::uint32_t find_slot(std::uint32_t entry, std::uint32_t path);

  Config config_;
  CellCache cells_;
  PathTable paths_;

  std::deque<Key> keys_;
  IdIndex key_index_;
  std::uint32_t last_key_ = kNone;
  std::size_t key_bytes_ = 0;

  std::vector<CellEntry> entries_;    // the first used_ are alive, the rest keep their memory for later
  std::vector<std::int64_t> floors_;  // entry × granularity
  std::size_t used_ = 0;
  std::uint64_t serial_ = 0;
  IdIndex entry_index_;

  std::vector<Leaf> leaves_;  // of the payload at hand
  Change change_ = Change::Increment;
  std::uint64_t stamp_ = 0;
  bool all_predicted_ = false;

  std::unique_ptr<Expansion> expansion_;

  std::uint64_t batch_ = 1;
  std::size_t operations_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace trifle::stats::detail
