#pragma once

#include <string>
#include <string_view>

#include <trifle/stats/batch.hpp>

namespace trifle::cli {

/// What one line of a file is counted as. For one thread.
class LineFormat {
 public:
  virtual ~LineFormat() = default;

  /// Offered the first line of the file. True where it is a header, which counts as no event. Throws Failure for a
  /// header that can't be used.
  virtual bool header(std::string_view) { return false; }

  /// Puts the line's measurement into the batch. Returns why it can't, or "" where it could; the text is valid until
  /// the next call. What the library itself refuses is thrown as its InvalidArgument, and the batch is as it was. The
  /// line is valid UTF-8.
  virtual std::string_view add(std::string_view line, stats::Batch& batch) = 0;
};

}  // namespace trifle::cli
