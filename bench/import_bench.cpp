#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "access_log_pass.hpp"
#include "harness.hpp"
#include "moved_access_log.hpp"
#include "temp_folder.hpp"

extern char** environ;

namespace {

constexpr int kCopies = 100;
constexpr double kPeakGoal = 64;  // MiB
constexpr double kGrowthGoal = 1.1;
constexpr std::size_t kRounds = 7;

/// Imports the log into a fresh database, in a child process, and returns its peak memory in MiB.
double import(const bench::TempFolder& folder, const std::string& log) {
  const std::string database = folder.file("stats.db");
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(database + end);
  std::string program = TRIFLE_PROGRAM;
  std::string arguments[] = {program, "import", log, "--format", "combined", "--quiet", "--db", database};
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  if (posix_spawn(&child, program.c_str(), nullptr, nullptr, argv.data(), environ) != 0) {
    throw std::runtime_error("can't run " + program);
  }
  int status = 0;
  rusage usage{};
  while (wait4(child, &status, 0, &usage) < 0) {
    if (errno != EINTR) throw std::runtime_error("lost the import");
  }
  if (status != 0) throw std::runtime_error("the import failed");
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace

void import_bench(bench::Report& report) {
  const std::string kSpeed = "import, lines / pass that writes nothing";
  const std::string kPeak = "import, peak memory of 1,000,000 lines";
  const std::string kGrowth = "import, peak memory of 10 times as many / once";
  if (!report.wants(kSpeed) && !report.wants(kPeak) && !report.wants(kGrowth)) return;

  const bench::TempFolder folder;
  const auto lines = bench::access_log_lines();
  const std::string log = folder.file("access.log");
  bench::write_moved(lines, kCopies, log);
  const double count = static_cast<double>(lines.size()) * kCopies;

  if (report.wants(kSpeed)) {
    report.compare(
        kSpeed, 0.5, [&] { return count / bench::seconds_of([&] { import(folder, log); }); },
        [&] { return count / bench::seconds_of([&] { bench::keep(bench::access_log_pass(log)); }); }, kRounds);
  }
  if (report.wants(kPeak) || report.wants(kGrowth)) {
    const double once = import(folder, log);
    if (report.wants(kPeak)) report.add({kPeak, once, kPeakGoal, bench::Better::Lower, "MiB"});
    if (report.wants(kGrowth)) {
      bench::write_moved(lines, 10 * kCopies, log);
      report.add({kGrowth, import(folder, log) / once, kGrowthGoal, bench::Better::Lower});
    }
  }
}
