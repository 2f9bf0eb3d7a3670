#include <zstd.h>

#include <vector>

#include "failure.hpp"
#include "input/compressed_source.hpp"
#include "interrupt.hpp"

namespace trifle::cli {
namespace {

constexpr int kLargestWindowLog = 25;  // 32 MiB

struct FreeStream {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

class ZstdSource final : public ByteSource {
 public:
  ZstdSource(std::unique_ptr<ByteSource> compressed, std::string name)
      : compressed_(std::move(compressed)),
        name_(std::move(name)),
        buffer_(ZSTD_DStreamInSize()),
        stream_(ZSTD_createDStream()) {
    if (!stream_) throw Failure("can't start to decompress " + name_);
    ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, kLargestWindowLog);
  }

  std::size_t read(char* into, std::size_t size) override {
    ZSTD_outBuffer output{into, size, 0};
    while (output.pos == 0) {
      // The decoder may still hold output of what it took before, so it is asked before more is read.
      if (input_.pos == input_.size && !pending_ && !refill()) {
        if (at_frame_end_ || interrupted()) return 0;
        throw Failure(name_ + " is truncated: its zstd data ends too early");
      }
      const std::size_t taken = input_.pos;
      const std::size_t status = ZSTD_decompressStream(stream_.get(), &output, &input_);
      if (ZSTD_isError(status) != 0) throw Failure(name_ + " is damaged: " + ZSTD_getErrorName(status));
      at_frame_end_ = status == 0;
      pending_ = !at_frame_end_ && output.pos == output.size;
      if (output.pos == 0 && input_.pos == taken) pending_ = false;
    }
    return output.pos;
  }

  void cancel() noexcept override { compressed_->cancel(); }

 private:
  bool refill() {
    input_ = {buffer_.data(), compressed_->read(buffer_.data(), buffer_.size()), 0};
    return input_.size > 0;
  }

  std::unique_ptr<ByteSource> compressed_;
  std::string name_;
  std::vector<char> buffer_;
  std::unique_ptr<ZSTD_DStream, FreeStream> stream_;
  ZSTD_inBuffer input_{nullptr, 0, 0};
  bool at_frame_end_ = false;
  bool pending_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> zstd_source(std::unique_ptr<ByteSource> compressed, std::string name) {
  return std::make_unique<ZstdSource>(std::move(compressed), std::move(name));
}

}  // namespace trifle::cli
