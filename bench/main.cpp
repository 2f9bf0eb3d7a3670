#include <iostream>
#include <string>
#include <string_view>

#include "harness.hpp"

// One line per bench file.
void buffer_bench(bench::Report& report);
void floor_bench(bench::Report& report);
#ifdef TRIFLE_PROGRAM
void import_bench(bench::Report& report);
#endif
void read_bench(bench::Report& report);
void sqlite_write_bench(bench::Report& report);
#ifdef TRIFLE_PROMETHEUS
void track_bench(bench::Report& report);
#endif

namespace {

int usage(std::ostream& out, int status) {
  out << "usage: trifle_bench [--json] [NAME]\n"
         "  NAME    only figures whose name contains it\n"
         "  --json  one JSON object per line\n";
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  std::string filter;
  auto format = bench::Report::Format::Table;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--json") {
      format = bench::Report::Format::JsonLines;
    } else if (argument == "--help") {
      return usage(std::cout, 0);
    } else if (argument.starts_with('-') || !filter.empty()) {
      return usage(std::cerr, 2);
    } else {
      filter = argument;
    }
  }

  bench::Report report(std::cout, format, filter);
  buffer_bench(report);
  floor_bench(report);
  sqlite_write_bench(report);
  read_bench(report);
#ifdef TRIFLE_PROMETHEUS
  track_bench(report);
#endif
#ifdef TRIFLE_PROGRAM
  import_bench(report);
#endif

  if (report.figures().empty()) {
    std::cerr << "no figure is called like '" << filter << "'\n";
    return 1;
  }
  return 0;
}
