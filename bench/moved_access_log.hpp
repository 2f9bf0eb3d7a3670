#pragma once

#include <string>
#include <vector>

namespace bench {

/// The lines that are repeated: those of the file that TRIFLE_BENCH_ACCESS_LOG names, else 10,000 made-up ones of the
/// same shape.
std::vector<std::string> access_log_lines();

/// Writes the lines `copies` times, each copy a day later than the one before.
void write_moved(const std::vector<std::string>& lines, int copies, const std::string& path);

}  // namespace bench
