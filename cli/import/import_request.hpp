#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace trifle::cli {

/// What `trifle import` was asked for.
struct ImportRequest {
  std::string file;    ///< a path, or "-"
  std::string format;  ///< combined, common, dpkg, ndjson, csv; empty where --columns or --regex say it
  std::string columns;
  std::string regex;
  std::string delimiter = ",";

  std::optional<std::string> key;
  std::optional<std::string> key_field;
  std::optional<std::string> time_field;
  std::optional<std::string> time_format;
  std::optional<std::string> count;
  std::vector<std::string> numbers;  ///< [NAME=]FIELD; replaces those of the format; "" for none
  std::vector<std::string> labels;
  bool untracked = false;

  bool strict = false;
  bool quiet = false;
  std::uint64_t from_line = 1;

  /// True where a flag changes what the format tracks by itself.
  bool changes_plan() const noexcept {
    return key_field || time_field || time_format || count || !numbers.empty() || !labels.empty() || untracked;
  }
};

}  // namespace trifle::cli
