#include "input/line_reader.hpp"

#include <cstring>
#include <utility>

#include "interrupt.hpp"

namespace trifle::cli {
namespace {

constexpr std::size_t kBlock = 256u << 10;
constexpr std::size_t kRoom = LineReader::kLongestLine + 64;  // before each block
constexpr std::size_t kKeptOfLongLine = 256;

}  // namespace

LineReader::LineReader(std::unique_ptr<ByteSource> source)
    : buffers_{std::vector<char>(kRoom + kBlock), std::vector<char>(kRoom + kBlock)},
      block_start_(buffers_[0].data()),
      begin_(block_start_),
      filled_(begin_),
      blocks_(std::move(source)) {
  blocks_.start(buffers_[1].data() + kRoom, kBlock, {});
}

// Goes on to the next block, with what is left of this one in front of it. False at the end.
bool LineReader::fill() {
  if (at_end_) return false;
  ReadAhead::Block block = blocks_.finish();
  if (block.size == 0) {
    at_end_ = true;
    return false;
  }
  const auto left = static_cast<std::size_t>(filled_ - begin_);
  char* const start = buffers_[1 - current_].data() + kRoom;
  std::memcpy(start - left, begin_, left);
  blocks_.start(buffers_[current_].data() + kRoom, kBlock, std::move(block_));
  current_ = 1 - current_;
  ascii_ = block.ascii && (ascii_ || left == 0);
  block_ = std::move(block);
  next_end_ = 0;
  block_start_ = start;
  begin_ = start - left;
  filled_ = start + block_.size;
  return true;
}

bool LineReader::next_across_blocks(Line& line) {
  for (;;) {
    if (has_line()) {
      take_line(line);
      return true;
    }
    if (static_cast<std::size_t>(filled_ - begin_) > kLongestLine + 1) return skip_long_line(line);  // + 1: perhaps \r
    if (!fill()) break;
  }
  // What an interrupted read left is perhaps half a line.
  if (begin_ == filled_ || interrupted()) return false;
  take(line, filled_);
  begin_ = filled_;
  return true;
}

bool LineReader::skip_long_line(Line& line) {
  long_start_.assign(begin_, kKeptOfLongLine);
  line = {long_start_, true, ascii_};
  begin_ = filled_;
  while (fill()) {
    if (has_line()) {
      begin_ = block_start_ + block_.line_ends[next_end_++] + 1;
      break;
    }
    begin_ = filled_;
  }
  return true;
}

}  // namespace trifle::cli
