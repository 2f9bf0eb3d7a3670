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
#ifdef TRIFLE_MONGO
void mongo_write_bench(bench::Report& report);
#endif
#ifdef TRIFLE_MYSQL
void mysql_bench(bench::Report& report);
#endif
#ifdef TRIFLE_POSTGRES
void postgres_bench(bench::Report& report);
#endif
void read_bench(bench::Report& report);
void series_bench(bench::Report& report);
#ifdef TRIFLE_REDIS
void redis_bench(bench::Report& report);
#endif
void sqlite_write_bench(bench::Report& report);
void transponder_bench(bench::Report& report);
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
#ifdef TRIFLE_PROGRAM
  import_bench(report);  // first: a child's peak memory counts what its parent held when it was forked
#endif
  buffer_bench(report);
  floor_bench(report);
  sqlite_write_bench(report);
  read_bench(report);
  series_bench(report);
  transponder_bench(report);
#ifdef TRIFLE_MONGO
  mongo_write_bench(report);
#endif
#ifdef TRIFLE_MYSQL
  mysql_bench(report);
#endif
#ifdef TRIFLE_POSTGRES
  postgres_bench(report);
#endif
#ifdef TRIFLE_REDIS
  redis_bench(report);
#endif
#ifdef TRIFLE_PROMETHEUS
  track_bench(report);
#endif

  if (report.figures().empty()) {
    std::cerr << "no figure is called like '" << filter << "'\n";
    return 1;
  }
  return 0;
}
