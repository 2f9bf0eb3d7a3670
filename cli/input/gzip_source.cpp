#include <zlib.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "failure.hpp"
#include "input/compressed_source.hpp"
#include "interrupt.hpp"

namespace trifle::cli {
namespace {

constexpr std::size_t kInputSize = 64u << 10;
constexpr int kGzipOnly = 16;  // added to the window bits: expect gzip's own header

class GzipSource final : public ByteSource {
 public:
  GzipSource(std::unique_ptr<ByteSource> compressed, std::string name)
      : compressed_(std::move(compressed)), name_(std::move(name)), input_(kInputSize) {
    if (inflateInit2(&stream_, MAX_WBITS + kGzipOnly) != Z_OK) throw Failure("can't start to decompress " + name_);
  }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;
  ~GzipSource() override { inflateEnd(&stream_); }

  std::size_t read(char* into, std::size_t size) override {
    stream_.next_out = reinterpret_cast<Bytef*>(into);
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
    const uInt room = stream_.avail_out;
    while (stream_.avail_out == room) {
      if (stream_.avail_in == 0 && !refill()) {
        if (between_members_ || interrupted()) return 0;
        throw Failure(name_ + " is truncated: its gzip data ends too early");
      }
      if (between_members_) {
        // Zero bytes after the last member are padding, as gzip itself takes them.
        if (*stream_.next_in == 0) {
          ++stream_.next_in;
          --stream_.avail_in;
          continue;
        }
        inflateReset(&stream_);
        between_members_ = false;
      }
      const int status = inflate(&stream_, Z_NO_FLUSH);
      if (status == Z_STREAM_END) {
        between_members_ = true;
      } else if (status != Z_OK && status != Z_BUF_ERROR) {
        throw Failure(name_ + " is damaged: " + (stream_.msg != nullptr ? stream_.msg : "not gzip data"));
      }
    }
    return room - stream_.avail_out;
  }

  void cancel() noexcept override { compressed_->cancel(); }

 private:
  bool refill() {
    stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
    stream_.avail_in = static_cast<uInt>(compressed_->read(input_.data(), input_.size()));
    return stream_.avail_in > 0;
  }

  std::unique_ptr<ByteSource> compressed_;
  std::string name_;
  std::vector<char> input_;
  z_stream stream_{};
  bool between_members_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> gzip_source(std::unique_ptr<ByteSource> compressed, std::string name) {
  return std::make_unique<GzipSource>(std::move(compressed), std::move(name));
}

}  // namespace trifle::cli
