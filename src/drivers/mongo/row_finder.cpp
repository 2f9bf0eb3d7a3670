#include "drivers/mongo/row_finder.hpp"

#include <algorithm>
#include <tuple>

namespace trifle::stats::detail::mongo {
namespace {

constexpr std::size_t kChunk = 1'000;
constexpr std::size_t kNone = static_cast<std::size_t>(-1);

std::string_view text_in(const bson_t& document, const char* name) {
  bson_iter_t iter;
  if (!mongo::find(iter, &document, name) || bson_iter_type(&iter) != BSON_TYPE_UTF8) return {};
  std::uint32_t size = 0;
  const char* const text = bson_iter_utf8(&iter, &size);
  return {text, size};
}

}  // namespace

std::size_t RowFinder::place_of(std::span<const BatchPlan::Entry> entries, const bson_t& document) const {
  std::int64_t at = 0;
  if (identity != Identity::Full) {
    bson_iter_t iter;
    if (!mongo::find(iter, &document, "at") || bson_iter_type(&iter) != BSON_TYPE_DATE_TIME) return kNone;
    const auto milliseconds = bson_iter_date_time(&iter);
    at = milliseconds / 1000;
    if (at * 1000 != milliseconds) return kNone;
  }
  const auto of = [&](const Row& row) {
    return std::tuple(row.stored_key, identity == Identity::Separated ? row.granularity : std::string_view(),
                      identity == Identity::Full ? 0 : row.at);
  };
  const auto wanted =
      std::tuple(text_in(document, "key"),
                 identity == Identity::Separated ? text_in(document, "granularity") : std::string_view(), at);
  const auto found =
      std::lower_bound(entries.begin(), entries.end(), wanted,
                       [&](const BatchPlan::Entry& entry, const auto& sought) { return of(*entry.row) < sought; });
  if (found == entries.end() || of(*found->row) != wanted) return kNone;
  return static_cast<std::size_t>(found - entries.begin());
}

void RowFinder::find(std::span<const BatchPlan::Entry> entries, const bson_t* condition, const bson_t* opts,
                     Phase phase, const Each& each) const {
  const auto same_series = [&](const Row& a, const Row& b) {
    if (identity == Identity::Full) return true;
    return a.stored_key == b.stored_key && (identity == Identity::Partial || a.granularity == b.granularity);
  };
  for (std::size_t first = 0; first < entries.size();) {
    const auto& series = *entries[first].row;
    std::size_t end = first + 1;
    while (end < entries.size() && end - first < kChunk && same_series(*entries[end].row, series)) ++end;
    Document filter;
    if (identity == Identity::Full) {
      Within key(filter.get(), "key");
      Within in(key.get(), "$in", Within::Kind::Array);
      for (std::size_t i = first; i < end; ++i) add(in.get(), std::to_string(i - first), entries[i].row->stored_key);
    } else {
      add(filter.get(), "key", series.stored_key);
      if (identity == Identity::Separated) add(filter.get(), "granularity", series.granularity);
      Within at(filter.get(), "at");
      Within in(at.get(), "$in", Within::Kind::Array);
      for (std::size_t i = first; i < end; ++i)
        add_date(in.get(), std::to_string(i - first), entries[i].row->at * 1000);
    }
    if (condition) bson_concat(filter.get(), condition);
    connection.find(collection, filter.get(), opts, phase, operation, [&](const bson_t& document) {
      const auto place = place_of(entries, document);
      if (place != kNone) each(place, document);
    });
    first = end;
  }
}

}  // namespace trifle::stats::detail::mongo
