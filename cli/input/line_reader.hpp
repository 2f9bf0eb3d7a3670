#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "input/read_ahead.hpp"

namespace trifle::cli {

/// Cuts bytes into lines, in bounded memory; the next block is read meanwhile. For one thread.
class LineReader {
 public:
  static constexpr std::size_t kLongestLine = 1u << 20;

  explicit LineReader(std::unique_ptr<ByteSource> source);

  struct Line {
    std::string_view text;  ///< without its end (\n or \r\n); valid until the next call
    bool too_long = false;  ///< longer than kLongestLine: `text` is only its beginning
    bool ascii = false;     ///< known to hold no byte above 0x7F
  };

  /// False at the end, and where the program was interrupted. A last line without an end counts.
  bool next(Line& line) {
    if (!has_line()) return next_across_blocks(line);
    take_line(line);
    return true;
  }

  /// Whether a whole line is at hand, so that `next` doesn't wait.
  bool has_line() const noexcept { return next_end_ < block_.line_ends.size(); }

 private:
  /// Up to the next line end of the block, which is there.
  void take_line(Line& line) {
    const char* const end = block_start_ + block_.line_ends[next_end_++];
    take(line, end);
    begin_ = end + 1;
  }
  void take(Line& line, const char* end) {
    if (end > begin_ && end[-1] == '\r') --end;
    line.text = {begin_, static_cast<std::size_t>(end - begin_)};
    line.too_long = line.text.size() > kLongestLine;
    line.ascii = ascii_;
  }
  bool next_across_blocks(Line& line);
  bool skip_long_line(Line& line);
  bool fill();

  // Two buffers, one at work and one being filled; in front of each block there is room for what the one before left.
  std::array<std::vector<char>, 2> buffers_;
  std::size_t current_ = 0;
  ReadAhead::Block block_;
  std::size_t next_end_ = 0;  // of its line ends
  const char* block_start_;
  const char* begin_;   // of what wasn't given out yet
  const char* filled_;  // the end of what was read
  bool ascii_ = true;   // all that is between them
  bool at_end_ = false;
  std::string long_start_;
  ReadAhead blocks_;  // last, so that it stops before the buffers go
};

}  // namespace trifle::cli
