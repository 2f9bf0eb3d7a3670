#pragma once

#include <string>
#include <vector>

#include "commands/read_series.hpp"
#include "commands/requests.hpp"
#include "console.hpp"
#include "output/table.hpp"

namespace trifle::cli {

/// What was asked for, else a table on a terminal and JSON elsewhere.
OutputFormat chosen(OutputFormat asked, const Console& console);

/// A line for each bucket: `at`, and the numbers of these paths; each followed by those before, the difference and the
/// ratio where the series is compared.
Table read_table(const ReadSeries& read, const std::vector<std::string>& paths);

/// The same with the buckets that are not over marked behind their time.
Table with_partial_marks(Table table, const ReadSeries& read);

}  // namespace trifle::cli
