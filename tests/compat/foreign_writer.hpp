#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <trifle/stats/driver.hpp>

namespace trifle::stats::test {

/// How a sister writes a name into a JSON path.
enum class PathStyle {
  Unquoted,  ///< `$.country.us`: Ruby and Go to 2.7, so a member of an object beside the first write's flat name
  Quoted,    ///< `$."country.us"`: stats-paths-v1
};

/// What the sister libraries run on SQLite, statement for statement: an upsert whose update is a nest of json_set over
/// at most ten fields, all rows of one call, system rows included, in one transaction.
class ForeignWriter {
 public:
  /// Opens a connection of its own, with a busy timeout as a careful program of theirs would set.
  ForeignWriter(const std::string& path, Identity identity, PathStyle style);
  ForeignWriter(const ForeignWriter&) = delete;
  ForeignWriter& operator=(const ForeignWriter&) = delete;
  ~ForeignWriter();

  using Fields = std::vector<std::pair<std::string, std::int64_t>>;

  /// `track` of one key at one granularity and its buckets; each counts itself in the system rows.
  void track(const std::string& key, const std::string& granularity, const std::vector<std::int64_t>& buckets,
             const Fields& fields);

 private:
  void upsert(const std::string& key, const std::string& granularity, std::int64_t at, const Fields& fields);
  void run(const std::string& sql);

  sqlite3* db_ = nullptr;
  Identity identity_;
  PathStyle style_;
};

}  // namespace trifle::stats::test
