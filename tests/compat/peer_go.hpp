#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <trifle/stats.hpp>

/// What the Go library was asked and what it left in its SQLite table; see tests/data/peer-go/README.md.
namespace peer_go {

/// A path as users spell it, and its number.
using Numbers = std::map<std::string, trifle::stats::Number>;

/// One row of a recorded table. Where the identity joins them, key, granularity and bucket are taken apart again.
struct Row {
  std::vector<std::string> columns;  ///< as stored, without the data
  std::string data;
  std::string key;
  std::string granularity;
  std::int64_t at = 0;

  bool system() const { return key == "__system__key__"; }
};

struct Case {
  std::string name;
  std::string note;
  nlohmann::json options;
  std::vector<nlohmann::json> requests;
  std::vector<bool> replies;  ///< whether each request was taken
  std::vector<std::string> columns;
  std::vector<Row> rows;

  trifle::stats::Identity identity() const;
  std::string separator() const { return options.at("separator"); }
  std::vector<std::string> granularities() const { return options.at("granularities"); }
  bool buffered() const { return options.at("buffer"); }
  bool system_tracking() const { return options.at("system"); }

  /// The tracks and asserts that were taken. All of a case are of one key and instant.
  std::vector<nlohmann::json> writes() const;
  std::string key() const;
  trifle::stats::Instant at() const;
};

/// All recorded cases, in their order.
const std::vector<Case>& cases();

/// A row of a case from its columns as SQLite has them, the data last.
Row row_of(const Case& recorded, std::vector<std::string> columns);

/// The table of one case, somewhere.
class Table {
 public:
  /// With the recorded rows or none.
  enum class Rows { Recorded, None };

  explicit Table(const Case& recorded) : case_(recorded) {}
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;
  virtual ~Table() = default;

  /// Ours on this table, configured as the case was; `granularities` empty: those of the case.
  trifle::Stats open(std::vector<std::string> granularities = {}) const;

  /// What is stored now, read without our library.
  virtual std::vector<Row> rows() const = 0;

  const Case& recorded() const { return case_; }

 private:
  virtual trifle::stats::Driver driver() const = 0;

  const Case& case_;
};

/// What a JSON leaf counts for: a number, or a text that spells one.
std::optional<trifle::stats::Number> number(const nlohmann::json& leaf);

/// The numbers that the requests amount to: tracks add, asserts set, leaves that are no numbers nor numeric text are
/// left out. Names are of the Go library of that time: dots separate, nothing is escaped.
Numbers truth(const std::vector<nlohmann::json>& writes);

/// The same names with their numbers as a payload of ours.
trifle::stats::Payload payload(const nlohmann::json& values);

/// A stored row with the nested form of each path added to the flat one, as a flat JSON object of stored names; taken
/// apart by nlohmann's parser, so independently of the library. `flat`: it had one flat member for each number already.
struct Folded {
  nlohmann::json members;
  bool flat = true;
};
Folded folded(const std::string& data);

/// The case's name as GoogleTest takes names.
std::string test_name(const Case& recorded, std::size_t index);

}  // namespace peer_go
