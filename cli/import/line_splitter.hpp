#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "input/access_log_line.hpp"

namespace trifle::cli {

/// Takes a line apart into named fields. For one thread.
class LineSplitter {
 public:
  virtual ~LineSplitter() = default;

  /// What the fields are called; empty until the header of a csv file was read.
  virtual const std::vector<std::string>& names() const noexcept = 0;

  /// Puts the fields in the order of `names` into `fields`, an empty one where the line hasn't it; they are valid until
  /// the next call. Returns what is wrong with the line, or "".
  virtual std::string_view split(std::string_view line, std::vector<std::string_view>& fields) = 0;

  /// True where the first line of the file names the fields; `read_header` must get it first.
  virtual bool wants_header() const noexcept { return false; }
  virtual std::string_view read_header(std::string_view) { return {}; }
};

/// host, user, time, method, target, protocol, status, bytes, and for combined referer and agent.
std::unique_ptr<LineSplitter> access_log_splitter(AccessLogFormat format);

/// time, action, status, package, version: lines of dpkg.log. A line has an action or a status.
std::unique_ptr<LineSplitter> dpkg_splitter();

/// Fields between delimiters, in double quotes where they hold one (RFC 4180, but no line breaks inside). The names are
/// given, or come from the first line. Throws UsageError for names given twice.
std::unique_ptr<LineSplitter> csv_splitter(char delimiter, std::vector<std::string> names);

/// The named groups of a Perl-compatible regular expression that each line matches somewhere. Throws UsageError for a
/// pattern that is wrong or names no group.
std::unique_ptr<LineSplitter> pattern_splitter(const std::string& pattern);

}  // namespace trifle::cli
