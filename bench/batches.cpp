#include "batches.hpp"

#include <vector>

namespace bench {

namespace detail = trifle::stats::detail;
using trifle::stats::Number;

std::string text_of(std::size_t paths, std::int64_t step) {
  std::string text = "{";
  for (std::size_t i = 0; i < paths; ++i) {
    if (i > 0) text += ',';
    text += "\"path." + std::to_string(i) + "\":";
    text += i % 5 == 4 ? std::to_string(100'000 + step) + ".25" : std::to_string(1'000'000 + step);
  }
  return text + '}';
}

detail::Rows rows_of(const detail::Layout& layout, std::size_t paths, std::size_t from, std::size_t count, bool first) {
  detail::RowsBuilder builder(layout);
  builder.reserve(count);
  std::vector<detail::Field> fields;
  for (std::size_t i = 0; i < paths; ++i) {
    Number number = 1;
    if (first) number = i % 5 == 4 ? Number(100'000.25) : Number(1'000'000);
    fields.push_back({builder.keep("path." + std::to_string(i)), number});
  }
  const auto key = builder.keep("event::signup");
  const auto granularity = builder.keep("1h");
  for (std::size_t i = 0; i < count; ++i)
    builder.add(key, granularity, kFirstBucket + static_cast<std::int64_t>(from + i) * 3600, fields, {});
  return builder.finish(count);
}

}  // namespace bench
