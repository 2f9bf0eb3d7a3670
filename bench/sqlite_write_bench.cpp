#include "harness.hpp"

void sqlite_write_bench(bench::Report&) {}
