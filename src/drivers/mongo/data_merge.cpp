#include "drivers/mongo/data_merge.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "drivers/mongo/document_fields.hpp"
#include "drivers/mongo/stored_path.hpp"

namespace trifle::stats::detail::mongo {
namespace {

constexpr const char* kInfinite = "a sum would be infinite";

/// The changes of a row, as the tree that their names are.
struct Tree {
  struct Change {
    Number number;
    bool set = false;
  };
  std::map<std::string, Tree, std::less<>> below;
  std::optional<Change> change;

  void put(std::string_view name, Change what) {
    auto* at = this;
    for_each_segment(name, [&](std::string_view segment) { at = &at->below[std::string(segment)]; });
    at->change = what;
  }
};

class Merge {
 public:
  void map(const bson_iter_t* stored, const Tree& tree, bson_t* out) {
    std::set<std::string_view> done;
    bson_iter_t member;
    if (stored && bson_iter_recurse(stored, &member)) {
      while (bson_iter_next(&member)) {
        const std::string_view name(bson_iter_key(&member), bson_iter_key_len(&member));
        const auto found = tree.below.find(name);
        if (found == tree.below.end()) {
          bson_append_iter(out, name.data(), static_cast<int>(name.size()), &member);
        } else {
          done.insert(found->first);
          value(&member, name, found->second, out);
        }
      }
    }
    for (const auto& [name, changed] : tree.below)
      if (!done.contains(name)) value(nullptr, name, changed, out);
  }

  bool infinite() const noexcept { return infinite_; }

 private:
  void value(const bson_iter_t* stored, std::string_view name, const Tree& tree, bson_t* out) {
    const bool is_map = stored && bson_iter_type(stored) == BSON_TYPE_DOCUMENT;
    if (!is_map && tree.below.empty()) {
      change(stored, *tree.change, name, out);
      return;
    }
    Tree inner{.below = tree.below, .change = {}};
    if (is_map && tree.change) inner.below[std::string(kSelf)].change = tree.change;
    Within within(out, name);
    if (!is_map && tree.change) {
      change(stored, *tree.change, kSelf, within.get());
    } else if (!is_map && stored && number_of(*stored)) {
      bson_append_iter(within.get(), kSelf.data(), static_cast<int>(kSelf.size()), stored);
    }
    map(is_map ? stored : nullptr, inner, within.get());
  }

  void change(const bson_iter_t* stored, const Tree::Change& change, std::string_view name, bson_t* out) {
    const auto before = stored && !change.set ? stored_number(*stored) : std::nullopt;
    if (!before) {
      add(out, name, change.number);
      return;
    }
    const auto sum = *before + change.number;
    infinite_ = infinite_ || !sum.is_finite();
    if (const auto integer = sum.to_int64(); integer && sum.is_integer()) {
      add(out, name, *integer);
    } else {
      add(out, name, sum.to_double());
    }
  }

  /// With its type, as the server adds to it.
  static std::optional<Number> stored_number(const bson_iter_t& stored) {
    return BSON_ITER_HOLDS_DOUBLE(&stored) ? Number(bson_iter_double(&stored)) : number_of(stored);
  }

  bool infinite_ = false;
};

}  // namespace

std::optional<RowFault> merge_data(const bson_iter_t* stored, const Row& row, bson_t* out) {
  Tree tree;
  for (const auto& field : row.increments) tree.put(field.name, {field.number, false});
  for (const auto& field : row.sets) tree.put(field.name, {field.number, true});
  Merge merge;
  merge.map(stored && bson_iter_type(stored) == BSON_TYPE_DOCUMENT ? stored : nullptr, tree, out);
  if (merge.infinite()) return RowFault{RowFault::Kind::Infinite, kInfinite};
  return std::nullopt;
}

std::optional<RowFault> fault_of(const Row& row) {
  const auto finite = [](const Field& field) { return field.number.is_finite(); };
  if (std::all_of(row.increments.begin(), row.increments.end(), finite) &&
      std::all_of(row.sets.begin(), row.sets.end(), finite))
    return std::nullopt;
  return RowFault{RowFault::Kind::Infinite, kInfinite};
}

}  // namespace trifle::stats::detail::mongo
