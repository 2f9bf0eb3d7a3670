#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "commands/series_request.hpp"
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
  SeriesRequest what;
  OutputFormat output = OutputFormat::Auto;
};

/// sum, mean, min, max, count
struct AggregateRequest {
  SeriesRequest what;
  std::string aggregator;
  std::string path;
  std::size_t slices = 1;
  OutputFormat output = OutputFormat::Auto;
};

struct TimelineRequest {
  SeriesRequest what;
  std::string path;
  std::size_t slices = 1;
  std::string missing = "absent";
  OutputFormat output = OutputFormat::Auto;
};

struct CategoryRequest {
  SeriesRequest what;
  std::string path;
  std::size_t slices = 1;
  OutputFormat output = OutputFormat::Auto;
};

struct KeysRequest {
  std::string key;  ///< the paths of this key instead of the keys
  RangeRequest range;
  std::string granularity;
  OutputFormat output = OutputFormat::Auto;
};

/// How numbers are drawn. Auto: bars for one path, lines for several.
enum class PlotShape { Auto, Bars, Lines, Sparklines, Heat };

struct PlotRequest {
  SeriesRequest what;
  std::vector<std::string> paths;  ///< a chart for each; each one or several, comma-separated
  PlotShape shape = PlotShape::Auto;
  std::string merge;  ///< empty: sum, or mean of what is computed
  int width = 0;      ///< 0: as wide as the terminal; pixels of a picture
  int height = 0;     ///< 0: chosen
  bool ascii = false;
  std::string svg;   ///< the file to write; "-": standard output
  std::string html;  ///< the same
  std::string unit;  ///< what the numbers are
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

using Request = std::variant<ImportRequest, SetupRequest, TrackRequest, GetRequest, KeysRequest, AggregateRequest,
                             TimelineRequest, CategoryRequest, PlotRequest, BeamRequest, ScanRequest, BucketsRequest>;

/// A command line, understood.
struct Invocation {
  Flags flags;
  Request request;
};

}  // namespace trifle::cli
