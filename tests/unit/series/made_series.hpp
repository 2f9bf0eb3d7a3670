#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <trifle/stats/series.hpp>

#include "../read/fake_row_driver.hpp"
#include "read/read_series.hpp"

/// How a series of the tests is read.
struct Made {
  std::string from = "2026-07-15T10:00:00Z";
  std::string granularity = "1h";
  std::string zone = "GMT";
  std::chrono::weekday week_start = std::chrono::Monday;
  std::optional<trifle::stats::Instant> now = {};
  bool skip_blanks = false;
};

/// A series of these stored rows, one for each bucket from the first.
inline trifle::stats::Series made(const std::vector<std::string>& rows, const Made& how = {}) {
  using namespace trifle::stats;
  if (rows.empty()) return Series();
  const Bucketing bucketing =
      how.zone == "GMT" ? Bucketing("GMT", how.week_start) : Bucketing(how.zone, how.week_start);
  const Granularity granularity(how.granularity);
  const Instant from = Instant::parse(how.from);
  std::vector<Instant> points;
  for (int days = 1; points.size() < rows.size(); days *= 2)
    points = bucketing.timeline(from, from + std::chrono::hours(24) * days, granularity);
  FakeRowDriver::Rows stored;
  for (std::size_t row = 0; row < rows.size(); ++row) stored.emplace_back(points[row].unix_seconds(), rows[row]);
  FakeRowDriver driver(std::move(stored));
  return detail::read_series(driver, "k", granularity, from, points[rows.size() - 1], bucketing, 1'000'000,
                             how.skip_blanks, how.now);
}

/// The values of a series as JSON, without its times.
inline std::string values_of(const trifle::stats::Series& series) {
  const std::string json = series.to_json();
  return json.substr(json.find("\"values\":") + 9, json.size() - json.find("\"values\":") - 10);
}
