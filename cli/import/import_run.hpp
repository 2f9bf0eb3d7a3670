#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <trifle/stats.hpp>

#include "console.hpp"
#include "import/line_format.hpp"
#include "input/line_reader.hpp"

namespace trifle::cli {

/// One import: from lines to committed transactions. Memory stays bounded whatever the size of the input.
class ImportRun {
 public:
  struct Options {
    std::uint64_t from_line = 1;
    bool strict = false;
    bool quiet = false;
  };

  ImportRun(Stats& stats, LineFormat& format, Console& console, Options options)
      : stats_(stats), format_(format), console_(console), options_(options) {}

  /// Reads to the end and tells a summary on standard error. Where it dies (a bad line when strict, a damaged file, the
  /// database says no) it throws Failure, telling which lines are committed and how to go on. Returns the exit code:
  /// kInterrupted after a signal, kFailed where not one line could be used.
  int run(LineReader& reader);

 private:
  void read_all(LineReader& reader);
  void take(const LineReader::Line& line);
  void note_bad(std::string_view line, std::string_view reason);
  void commit();
  void show_progress();
  std::string committed() const;
  std::string summary() const;

  Stats& stats_;
  LineFormat& format_;
  Console& console_;
  Options options_;
  // Where each measurement is there or not by itself, so is each line.
  const bool by_line_ = stats_.describe().atomicity == stats::Atomicity::Measurement;
  stats::Batch batch_ = stats_.batch();
  std::uint64_t line_ = 0;       // the number of the current line
  std::uint64_t committed_ = 0;  // all lines up to this one are in the database
  std::uint64_t in_batch_ = 0;   // lines since the last commit
  std::uint64_t lines_ = 0;      // looked at
  std::uint64_t events_ = 0;
  std::uint64_t bad_ = 0;
  std::uint64_t rows_ = 0;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_progress_;
};

}  // namespace trifle::cli
