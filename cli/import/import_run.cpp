#include "import/import_run.hpp"

#include <array>
#include <cstdio>

#include "failure.hpp"
#include "interrupt.hpp"
#include "output/text.hpp"

namespace trifle::cli {
namespace {

constexpr std::uint64_t kLinesPerCommit = 64u << 10;
constexpr std::size_t kBytesPerCommit = 8u << 20;
constexpr std::uint64_t kShownBadLines = 5;
constexpr std::size_t kShownLineLength = 100;
constexpr std::uint64_t kLinesPerLook = 8192;  // at the clock, for the progress line
constexpr auto kProgressEvery = std::chrono::milliseconds(100);

std::string seconds_text(std::chrono::steady_clock::duration elapsed) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f s", std::chrono::duration<double>(elapsed).count());
  return text.data();
}

}  // namespace

int ImportRun::run(LineReader& reader) {
  start_ = last_progress_ = std::chrono::steady_clock::now();
  try {
    read_all(reader);
  } catch (const UsageError&) {
    throw;  // of a header, before anything was read
  } catch (const stats::Error& e) {
    const std::string doubt =
        e.outcome() == stats::Outcome::Unknown
            ? "; lines " + std::to_string(committed_ + 1) + "-" + std::to_string(line_) + " may be committed too"
            : "";
    throw Failure(std::string(e.what()) + "; " + committed() + doubt);
  } catch (const Failure& e) {
    throw Failure(std::string(e.what()) + "; " + committed());
  }
  if (interrupted()) {
    console_.say("trifle: interrupted; " + committed());
    return kInterrupted;
  }
  console_.clear_progress();
  if (!options_.quiet) console_.say(summary());
  if (events_ == 0 && bad_ > 0)
    throw Failure("not one of " + std::to_string(bad_) + " lines could be used; is it the right format?");
  return kOk;
}

void ImportRun::read_all(LineReader& reader) {
  LineReader::Line line;
  while (!interrupted() && reader.next(line)) {
    ++line_;
    if (line_ == 1 && format_.header(line.text)) continue;
    if (line_ < options_.from_line) continue;
    take(line);
    // A look at the batch's size is cheap, but not for nothing: short lines can't make it grow quickly.
    const bool look = in_batch_ % 64 == 0 || line.text.size() > 4096;
    if (by_line_ || in_batch_ >= kLinesPerCommit || (look && batch_.bytes() >= kBytesPerCommit)) commit();
    if (lines_ % kLinesPerLook == 0) show_progress();
  }
  commit();
}

void ImportRun::take(const LineReader::Line& line) {
  ++lines_;
  ++in_batch_;
  if (line.text.empty()) return;
  std::string_view reason;
  std::string kept;
  if (line.too_long) {
    reason = "it is longer than 1 MiB";
  } else if (!line.ascii && !valid_utf8(line.text)) {
    reason = "it is not UTF-8";
  } else {
    try {
      reason = format_.add(line.text, batch_);
    } catch (const stats::InvalidArgument& e) {
      kept = e.what();
      reason = kept;
    }
  }
  if (reason.empty()) {
    ++events_;
  } else {
    note_bad(line.text, reason);
  }
}

void ImportRun::note_bad(std::string_view line, std::string_view reason) {
  std::string text = "line " + std::to_string(line_) + ": " + printable(reason);
  if (options_.strict) {
    // What came before is good and stays: the import can go on behind this line.
    --line_;
    commit();
    throw Failure(text);
  }
  ++bad_;
  if (bad_ > kShownBadLines) return;
  text += ": ";
  text += printable(line.substr(0, kShownLineLength));
  if (line.size() > kShownLineLength) text += "...";
  console_.say(text);
  if (bad_ == kShownBadLines) console_.say("(further bad lines are only counted)");
}

void ImportRun::commit() {
  if (batch_.operations() > 0) rows_ += batch_.commit().rows;
  committed_ = line_;
  in_batch_ = 0;
}

void ImportRun::show_progress() {
  if (!console_.err_is_terminal() || options_.quiet) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_progress_ < kProgressEvery) return;
  last_progress_ = now;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  console_.progress(std::to_string(line_) + " lines, " +
                    std::to_string(static_cast<std::uint64_t>(static_cast<double>(lines_) / seconds)) +
                    " a second, committed up to line " + std::to_string(committed_));
}

std::string ImportRun::committed() const {
  if (committed_ < options_.from_line) {
    return "no line is committed" +
           (options_.from_line > 1 ? " since line " + std::to_string(options_.from_line) : std::string());
  }
  return "lines " + std::to_string(options_.from_line) + "-" + std::to_string(committed_) +
         " are committed; go on with --from-line " + std::to_string(committed_ + 1);
}

std::string ImportRun::summary() const {
  return std::to_string(lines_) + " lines, " + std::to_string(events_) + " events, " + std::to_string(bad_) + " bad, " +
         (by_line_ ? "" : std::to_string(rows_) + " rows written, ") +
         seconds_text(std::chrono::steady_clock::now() - start_);
}

}  // namespace trifle::cli
