#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <trifle/stats/driver.hpp>
#include <trifle/stats/error.hpp>

#include "driver/row_driver.hpp"
#include "driver/rows.hpp"
#include "values/row_reader.hpp"

namespace trifle::stats::test {

/// Stored path to number.
using Values = std::map<std::string, Number>;
/// Bucket to what is in it.
using Found = std::map<std::int64_t, Values>;

inline constexpr std::int64_t kHour = 3'600;
inline constexpr std::int64_t kTen = 1'784'109'600;  // 2026-07-15T10:00:00Z

/// What happens to one row.
struct Change {
  std::string key = "event::signup";
  std::string granularity = "1h";
  std::int64_t at = kTen;
  Values increments = {};
  Values sets = {};
};

inline detail::Rows rows_of(const detail::Layout& layout, const std::vector<Change>& changes) {
  detail::RowsBuilder builder(layout);
  const auto fields_of = [&](const Values& values) {
    std::vector<detail::Field> fields;
    for (const auto& [name, number] : values) fields.push_back({builder.keep(name), number});
    return fields;
  };
  for (const auto& change : changes) {
    const auto increments = fields_of(change.increments);
    const auto sets = fields_of(change.sets);
    builder.add(builder.keep(change.key), builder.keep(change.granularity), change.at, increments, sets);
  }
  return builder.finish(changes.size());
}

inline void write(detail::RowDriver& driver, const std::vector<Change>& changes) {
  driver.write(rows_of(driver.layout(), changes));
}

/// Sums what several spellings of one bucket or path hold, as the library's own sink does.
class Collector : public detail::RowSink {
 public:
  void json(std::int64_t at, std::string_view text) override {
    detail::RowReader reader;
    std::vector<std::pair<std::uint32_t, Number>> read;
    const auto fault =
        reader.read(text, [&](std::uint32_t column, Number number) { read.emplace_back(column, number); });
    if (fault) throw CorruptData("row " + std::to_string(at) + ": " + fault->reason);
    auto& values = found[at];
    for (const auto& [column, number] : read) values[reader.names()[column]] += number;
    ++rows;
  }
  void fields(std::int64_t at, std::span<const detail::Field> fields) override {
    auto& values = found[at];
    for (const auto& field : fields) values[std::string(field.name)] += field.number;
    ++rows;
  }

  Found found;
  std::size_t rows = 0;
};

inline Found read(detail::RowDriver& driver, const std::string& key, const std::string& granularity,
                  const std::vector<std::int64_t>& buckets) {
  Collector collector;
  driver.read({.key = key, .granularity = granularity, .buckets = buckets}, collector);
  return std::move(collector.found);
}

/// The one row of a bucket; empty where there is none.
inline Values read_one(detail::RowDriver& driver, const std::string& key = "event::signup",
                       const std::string& granularity = "1h", std::int64_t at = kTen) {
  auto found = read(driver, key, granularity, {at});
  return found.contains(at) ? found[at] : Values{};
}

inline std::vector<std::int64_t> hours(std::int64_t first, std::size_t count) {
  std::vector<std::int64_t> buckets(count);
  for (std::size_t i = 0; i < count; ++i) buckets[i] = first + static_cast<std::int64_t>(i) * kHour;
  return buckets;
}

/// Runs `call` and returns the Error that it throws; fails where it throws none.
template <class Call>
std::unique_ptr<Error> error_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return std::make_unique<Error>(error);
  }
  ADD_FAILURE() << "no error was thrown";
  return nullptr;
}

}  // namespace trifle::stats::test
