#include "input/byte_source.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "failure.hpp"
#include "input/compressed_source.hpp"
#include "interrupt.hpp"
#include "output/text.hpp"

namespace trifle::cli {
namespace {

class DescriptorSource final : public ByteSource {
 public:
  DescriptorSource(int descriptor, bool owned, std::string name)
      : descriptor_(descriptor), owned_(owned), name_(std::move(name)) {
    if (::pipe2(cancel_.data(), O_CLOEXEC | O_NONBLOCK) != 0)
      throw Failure("can't make a pipe: " + std::string(std::strerror(errno)));
  }
  DescriptorSource(const DescriptorSource&) = delete;
  DescriptorSource& operator=(const DescriptorSource&) = delete;
  ~DescriptorSource() override {
    if (owned_) ::close(descriptor_);
    for (const int end : cancel_) ::close(end);
  }

  void cancel() noexcept override {
    const char any = 0;
    [[maybe_unused]] const auto written = ::write(cancel_[1], &any, 1);
  }

  std::size_t read(char* into, std::size_t size) override {
    while (!interrupted()) {
      std::array<pollfd, 2> either{{{descriptor_, POLLIN, 0}, {cancel_[0], POLLIN, 0}}};
      if (::poll(either.data(), either.size(), -1) < 0) {
        if (errno == EINTR) continue;
        throw Failure("can't wait for " + name_ + ": " + std::strerror(errno));
      }
      if (either[1].revents != 0) break;
      const ssize_t got = ::read(descriptor_, into, size);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR && errno != EAGAIN) throw Failure("can't read " + name_ + ": " + std::strerror(errno));
    }
    return 0;
  }

 private:
  int descriptor_;
  bool owned_;
  std::array<int, 2> cancel_{-1, -1};  // a pipe that `cancel` writes to
  std::string name_;
};

/// What was read to look at the first bytes, then the rest.
class PeekedSource final : public ByteSource {
 public:
  PeekedSource(std::string first, std::unique_ptr<ByteSource> rest)
      : first_(std::move(first)), rest_(std::move(rest)) {}

  std::size_t read(char* into, std::size_t size) override {
    if (given_ == first_.size()) return rest_->read(into, size);
    const std::size_t count = std::min(size, first_.size() - given_);
    std::memcpy(into, first_.data() + given_, count);
    given_ += count;
    return count;
  }
  void cancel() noexcept override { rest_->cancel(); }

 private:
  std::string first_;
  std::size_t given_ = 0;
  std::unique_ptr<ByteSource> rest_;
};

}  // namespace

std::unique_ptr<ByteSource> decompressed(std::unique_ptr<ByteSource> raw, const std::string& name) {
  std::array<char, 4> magic{};
  std::size_t known = 0;
  while (known < magic.size()) {
    const std::size_t got = raw->read(magic.data() + known, magic.size() - known);
    if (got == 0) break;
    known += got;
  }
  const std::string_view first(magic.data(), known);
  auto whole = std::make_unique<PeekedSource>(std::string(first), std::move(raw));
  if (first.starts_with("\x1f\x8b")) return gzip_source(std::move(whole), name);
  // A zstd file may begin with a skippable frame, as parallel compressors write it.
  if (first == "\x28\xb5\x2f\xfd") return zstd_source(std::move(whole), name);
  if (first.size() == 4 && (first[0] & 0xf0) == 0x50 && first.substr(1) == "\x2a\x4d\x18") {
    return zstd_source(std::move(whole), name);
  }
  return whole;
}

std::unique_ptr<ByteSource> open_source(const std::string& path) {
  if (path == "-") {
    return decompressed(std::make_unique<DescriptorSource>(STDIN_FILENO, false, "standard input"), "standard input");
  }
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const std::string name = printable(path);
  if (descriptor < 0) throw Failure("can't open " + name + ": " + std::strerror(errno));
  auto source = std::make_unique<DescriptorSource>(descriptor, true, name);
#ifdef POSIX_FADV_SEQUENTIAL
  posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
#endif
  return decompressed(std::move(source), name);
}

}  // namespace trifle::cli
