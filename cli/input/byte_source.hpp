#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace trifle::cli {

/// Bytes from somewhere, in order. For one thread, but for `cancel`.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Fills up to `size` bytes and returns how many; 0 at the end, and where it was interrupted or cancelled.
  /// Throws Failure naming the source.
  virtual std::size_t read(char* into, std::size_t size) = 0;

  /// Ends a read that waits on another thread, and all that follow.
  virtual void cancel() noexcept = 0;
};

/// A file, or standard input for "-", decompressed where its first bytes are those of gzip or zstd, whatever its name
/// is. Throws Failure.
std::unique_ptr<ByteSource> open_source(const std::string& path);

/// The same for bytes from elsewhere; `name` is for messages.
std::unique_ptr<ByteSource> decompressed(std::unique_ptr<ByteSource> raw, const std::string& name);

}  // namespace trifle::cli
