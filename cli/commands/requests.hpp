#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "import/import_request.hpp"
#include "settings/settings.hpp"
#include "settings/time_range.hpp"

namespace trifle::cli {

/// How data is printed: a table on a terminal and JSON elsewhere, unless one is asked for.
enum class OutputFormat { Auto, Json, Csv, Table };

struct SetupRequest {
  bool check = false;
};

struct TrackRequest {
  std::string key;                 ///< "-": NDJSON from standard input
  std::vector<std::string> pairs;  ///< name=number
  std::string values;              ///< JSON
  std::string at = "now";
  std::string mode = "track";
  bool untracked = false;
};

struct GetRequest {
  std::string key;
  RangeRequest range;
  std::string granularity;
  bool skip_blanks = false;
  OutputFormat output = OutputFormat::Auto;
};

struct KeysRequest {
  std::string key;  ///< the paths of this key instead of the keys
  RangeRequest range;
  std::string granularity;
  OutputFormat output = OutputFormat::Auto;
};

struct PlotRequest {
  std::string key;
  std::vector<std::string> paths;
  RangeRequest range;
  std::string granularity;
  std::string merge = "sum";
  int width = 0;   ///< 0: as wide as the terminal
  int height = 0;  ///< 0: chosen
  bool ascii = false;
};

struct BeamRequest {
  std::string key;
  std::string values;
  std::string at = "now";
};

struct ScanRequest {
  std::string key;
  OutputFormat output = OutputFormat::Auto;
};

struct BucketsRequest {
  std::string instant;  ///< "-": NDJSON from standard input
  std::string to;
  std::string granularity;  ///< one or several, comma-separated; empty: those that are configured
  OutputFormat output = OutputFormat::Auto;
};

using Request = std::variant<ImportRequest, SetupRequest, TrackRequest, GetRequest, KeysRequest, PlotRequest,
                             BeamRequest, ScanRequest, BucketsRequest>;

/// A command line, understood.
struct Invocation {
  Flags flags;
  Request request;
};

}  // namespace trifle::cli
