#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/dropped.hpp>
#include <trifle/stats/payload.hpp>

#include "buffer/epochs.hpp"
#include "buffer/flat_shapes.hpp"
#include "buffer/id_index.hpp"
#include "buffer/key_text.hpp"
#include "buffer/path_table.hpp"
#include "driver/change.hpp"
#include "driver/layout.hpp"
#include "driver/rows.hpp"
#include "time/cell_cache.hpp"

namespace trifle::stats::detail {

/// Measurements, merged before they become rows.
///
/// Between two bucket boundaries all granularities floor alike, so what happens to one key in one cell is one entry,
/// and a further measurement costs a lookup and a few additions. `rows` expands entries to buckets.
///
/// Order: increments commute, sets don't. Within a cell a path keeps its net effect (a set takes the place of what came
/// before it, an increment after a set changes what is set). Across cells that meet in a coarser bucket, steps keep the
/// order: a key's step holds either increments of any cells, or anything of one cell.
///
/// Several merges that share `epochs`, one for each thread, can be absorbed into one afterwards as if all had been
/// added there in an order that agrees with what happened before what. A step then also ends as soon as another merge
/// has set something of the key, so that no foreign set lies between what is folded into one number; and each number
/// remembers when it was set, or what was set before it was incremented.
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
    bool fold = true;                        ///< false: each measurement stays an entry of its own
    std::size_t kept_name_bytes = 4u << 20;  ///< names that survive `clear`
    std::shared_ptr<Epochs> epochs = {};     ///< shared with the other merges that will be absorbed together
  };

  explicit Merge(Config config);
  Merge(Merge&&) noexcept;
  Merge& operator=(Merge&&) noexcept;
  ~Merge();

  /// Throws InvalidArgument, see Stats::track.
  void add(Change change, std::string_view key, Instant at, std::span<const Entry> values, bool untracked);
  void add(Change change, std::string_view key, Instant at, const Payload& values, bool untracked);

  /// The same of names and numbers that are kept apart, name by name.
  void add(Change change, std::string_view key, Instant at, std::span<const Payload::Item> names,
           std::span<const Number> numbers, bool untracked);

  /// The fast way of `add`, for a payload with the names, the order and the cell of the one before on the same key.
  /// False where it isn't; then nothing was done.
  bool add_predicted(Change change, std::string_view key, std::int64_t at, std::span<const Entry> values,
                     bool untracked);
  bool add_predicted(Change, std::string_view, std::int64_t, const Payload&, bool) { return false; }

  std::size_t operations() const noexcept { return operations_; }
  std::size_t entries() const noexcept { return used_ - first_; }
  std::size_t bytes() const noexcept { return bytes_ + paths_.bytes() + shapes_.bytes() + key_bytes_; }
  std::uint64_t growth() const noexcept { return growth_; }  ///< moves whenever anything but sums may have changed
  bool has_sets() const noexcept { return has_sets_; }

  /// What is to be written, under a new id; the entries stay. Throws StorageError where a sum of several cells is
  /// infinite, naming the row.
  Rows rows();

  /// The same of the oldest entries only. What would make a sum infinite is left out of that row, and handed over.
  Rows rows(std::size_t entries, std::vector<DroppedRow>& infinite);

  /// How many of the oldest entries have at most `slots` numbers together; at least one, where there is one.
  std::size_t prefix(std::size_t slots) const;

  /// The oldest entries as they were tracked, each with the start of its cell.
  std::vector<DroppedRow> contents(std::size_t entries) const;
  std::size_t operations(std::size_t entries) const;

  /// Adds what other merges hold, in an order that agrees with how it happened, after what is here. They stay as they
  /// are.
  void absorb(std::span<Merge* const> others);

  /// Forgets the oldest entries.
  void forget(std::size_t entries);

  /// Forgets the measurements. Names met so far stay known, within bounds.
  void clear();

  /// Adds numbers to the paths of a recorder by position; false, with nothing done, where its whole payload must be
  /// added first.
  bool add_recorded(std::size_t recorder, std::int64_t at, std::span<const Number> numbers);

  /// To be called right after the `add` of a recorder's whole payload: remembers where the numbers went.
  void remember_recorder(std::size_t recorder);

 private:
  static constexpr std::uint32_t kNone = IdIndex::kNone;

  // What a call of track touches comes first, in one line of memory.
  struct alignas(64) Key {
    explicit Key(std::string_view text) : name(text) {}

    std::uint32_t last = kNone;  // the entry of this step touched last
    std::uint32_t step = 0;
    std::uint32_t step_entries = 0;
    bool step_has_sets = false;
    std::uint64_t batch = 0;  // the batch that all of these belong to
    std::uint64_t epoch = 0;  // the last that was seen
    Epochs::Counter* epochs = nullptr;
    KeyText name;
  };

  struct Slot {
    std::uint32_t path;
    std::uint32_t node;   // as it was spelled, kNone where it came by its stored name
    std::uint64_t order;  // see order_of
    Number number;

    bool is_set() const noexcept { return order % 2 == 0; }
  };

  /// Sorts the changes of one path: a set by its own epoch, an increment after the set of the epoch that it saw.
  static std::uint64_t order_of(Change change, std::uint64_t epoch) noexcept {
    return 2 * epoch + (change == Change::Set ? 0 : 1);
  }

  /// Names that came together, and the slots of their numbers, one after the other.
  struct Flat {
    const FlatShapes::Names* names = nullptr;
    std::uint32_t first = 0;
  };

  // Here too: up to the first of `flat`.
  struct alignas(64) CellEntry {
    std::vector<Slot> slots;
    std::int64_t start = 0;
    std::int64_t end = 0;
    std::uint64_t tracked = 0;  // operations, for the system rows
    std::array<Flat, 2> flat;   // of two payloads, as a key often has: one when it begins, another when it ends
    std::uint64_t serial = 0;   // never used for another entry
    std::uint32_t key = 0;
    std::uint32_t step = 0;
    std::uint32_t joint = 0;  // this many leading slots were checked as one payload
    bool has_sets = false;
    std::uint64_t untracked = 0;
    std::unique_ptr<IdIndex> index;  // path to slot, once there are many
  };

  /// What adding to one entry needs, gathered from where it lies; true until `growth_` moves.
  struct Hot {
    std::uint64_t version = 0;
    std::string_view name;
    std::int64_t start = 0;
    std::int64_t end = 0;
    Slot* slots = nullptr;
    const FlatShapes::Names* names = nullptr;
    CellEntry* entry = nullptr;
    Epochs::Counter* epochs = nullptr;
    std::uint64_t epoch = 0;
    Key* key = nullptr;
  };

  /// Where a recorder's numbers were added last.
  struct Recorded {
    Hot hot;
    std::uint64_t serial = 0;
    std::uint32_t key = IdIndex::kNone;
    std::uint32_t entry = 0;
    bool in_order = false;             // the numbers are the entry's first
    std::vector<std::uint32_t> slots;  // otherwise, where each is
  };

  struct Leaf {
    std::uint32_t path;
    std::uint32_t node;
    std::uint32_t slot;
    Number number;
  };

  class Expansion;  // what `rows` works with; kept, so that a small batch doesn't pay for all names ever met

  bool warm(std::string_view name);
  bool warm(Recorded& known);
  const Slot* predicted(std::span<const Entry> values, std::uint32_t parent, const Slot* slot, const Slot* end,
                        Change change) const;
  static Slot* apply(std::span<const Entry> values, Slot* slot, Change change, std::uint64_t order);
  template <class Fits, class Added, class Sum>
  static bool add_all(std::size_t count, Fits&& fits, Added&& added, Sum&& sum);
  static bool add_flat(std::span<const Entry> values, const FlatShapes::Names* names, Slot* slots);
  void remember_flat(CellEntry& entry);
  [[gnu::noinline]] bool change_predicted(Change change, std::span<const Entry> values);
  static bool addable(Number sum, Number number) {
    return (sum.is_integer() && number.is_integer()) || (sum + number).is_finite();
  }

  template <class Collect>
  void add_leaves(Change change, std::string_view key, Instant at, bool untracked, Collect&& collect);
  void collect(std::span<const Entry> values, std::uint32_t parent, const CellEntry* shape);
  void collect(std::span<const Payload::Item> names, const Number* numbers, const CellEntry* shape);
  void mispredicted();
  void push_leaf(std::uint32_t path, std::uint32_t node, Number number);
  void check_joint();
  [[noreturn]] void refuse_number(std::uint32_t path, Number number) const;

  std::uint32_t key_of(std::string_view name);
  std::uint32_t find_key(std::string_view name, std::uint64_t hash) const;
  void see_epoch(Key& key, Change change);
  void start_step(Key& key);
  std::uint32_t find_entry(std::uint32_t key, std::int64_t at, Change change);
  std::uint32_t make_entry(std::uint32_t key, const Cell& cell, Change change);
  std::uint32_t find_slot(std::uint32_t entry, std::uint32_t path);
  void add_slot(CellEntry& entry, const Slot& slot);
  void absorb(const Merge& from, std::uint32_t entry, std::size_t first, std::size_t last, bool counted);
  void compact();
  static std::uint64_t entry_hash(std::uint32_t key, std::uint32_t step, std::int64_t start) noexcept;
  std::size_t entry_bytes() const noexcept;
  static std::size_t slot_bytes(std::size_t slots) noexcept;

  std::uint64_t growth_ = 1;
  std::size_t operations_ = 0;
  Hot hot_;  // of the key that was tracked last

  Config config_;
  CellCache cells_;
  PathTable paths_;
  FlatShapes shapes_;

  std::vector<Key> keys_;
  std::vector<std::string> stored_keys_;  // each key as one segment, for the system rows
  IdIndex key_index_;
  std::uint32_t last_key_ = kNone;
  std::size_t key_bytes_ = 0;

  std::vector<CellEntry> entries_;    // the first used_ are alive, the rest keep their memory for later
  std::vector<std::int64_t> floors_;  // entry × granularity
  std::size_t used_ = 0;
  std::size_t first_ = 0;  // those before it are forgotten
  std::uint64_t serial_ = 0;
  IdIndex entry_index_;

  std::vector<Leaf> leaves_;  // of the payload at hand
  Change change_ = Change::Increment;
  std::uint64_t stamp_ = 0;
  bool all_predicted_ = false;

  std::vector<Recorded> recorded_;
  std::unique_ptr<Expansion> expansion_;

  std::uint64_t batch_ = 1;
  std::size_t bytes_ = 0;
  bool has_sets_ = false;
};

}  // namespace trifle::stats::detail

#include "buffer/merge_predicted.hpp"
