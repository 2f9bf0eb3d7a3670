#include "input/line_reader.hpp"

#include <algorithm>

#include "interrupt.hpp"

namespace trifle::cli {
namespace {

constexpr std::size_t kBlock = 256u << 10;

bool all_ascii(const char* text, std::size_t size) {
  unsigned char bits = 0;
  for (std::size_t i = 0; i < size; ++i) bits = static_cast<unsigned char>(bits | static_cast<unsigned char>(text[i]));
  return bits < 0x80;
}

}  // namespace

LineReader::LineReader(std::unique_ptr<ByteSource> source)
    : source_(std::move(source)), buffer_(kBlock), begin_(buffer_.data()), filled_(buffer_.data()) {}

// Moves what is left to the front, makes room where a line is longer than the buffer, and reads on. False at the end.
bool LineReader::fill() {
  const auto left = static_cast<std::size_t>(filled_ - begin_);
  if (begin_ != buffer_.data()) std::memmove(buffer_.data(), begin_, left);
  if (buffer_.size() - left < kBlock / 2) buffer_.resize(buffer_.size() + kBlock);
  char* start = buffer_.data() + left;
  const std::size_t got = source_->read(start, buffer_.size() - left);
  // What is left was part of the block before: it stays in doubt where that block was.
  ascii_ = all_ascii(start, got) && (ascii_ || all_ascii(buffer_.data(), left));
  begin_ = buffer_.data();
  filled_ = start + got;
  return got > 0;
}

bool LineReader::next_across_blocks(Line& line) {
  std::size_t searched = 0;
  for (;;) {
    const auto size = static_cast<std::size_t>(filled_ - begin_);
    if (const void* found = std::memchr(begin_ + searched, '\n', size - searched)) {
      const char* end = static_cast<const char*>(found);
      take(line, end);
      begin_ = end + 1;
      return true;
    }
    if (size > kLongestLine + 1) {  // one more: it may be the \r of an end
      line.ascii = ascii_;
      line.text = {skip_to_line_end(), kLongestLine};
      line.too_long = true;
      return true;
    }
    searched = size;
    if (!fill()) break;
  }
  // What an interrupted read left is perhaps half a line.
  if (begin_ == filled_ || interrupted()) return false;
  take(line, filled_);
  begin_ = filled_;
  return true;
}

// Returns where the line begins; kLongestLine of it are kept there for the caller, and the rest is read behind them.
const char* LineReader::skip_to_line_end() {
  const auto start = static_cast<std::size_t>(begin_ - buffer_.data());
  buffer_.resize(std::max(buffer_.size(), start + kLongestLine + kBlock));
  char* scratch = buffer_.data() + start + kLongestLine;
  const auto room = static_cast<std::size_t>(buffer_.data() + buffer_.size() - scratch);
  begin_ = filled_ = scratch;
  while (const std::size_t got = source_->read(scratch, room)) {
    ascii_ = all_ascii(scratch, got);
    if (const void* found = std::memchr(scratch, '\n', got)) {
      begin_ = static_cast<const char*>(found) + 1;
      filled_ = scratch + got;
      break;
    }
  }
  return buffer_.data() + start;
}

}  // namespace trifle::cli
