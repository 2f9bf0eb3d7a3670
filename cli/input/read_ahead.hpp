#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

#include "input/byte_source.hpp"

namespace trifle::cli {

/// Reads (and decompresses) the next block on a thread of its own while the one before is worked on. One block is
/// under way at most, so memory is what the caller gives.
class ReadAhead {
 public:
  explicit ReadAhead(std::unique_ptr<ByteSource> source);
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;
  /// Cancels what is under way and waits for it.
  ~ReadAhead();

  struct Block {
    std::size_t size = 0;  ///< 0: the end, or the program was interrupted
    bool ascii = true;     ///< no byte above 0x7F
  };

  /// Begins to fill `into`, which must stay. Only after `finish` of the one before.
  void start(char* into, std::size_t size);

  /// Waits for it. Throws what reading threw.
  Block finish();

 private:
  void work();

  std::unique_ptr<ByteSource> source_;
  std::mutex mutex_;
  std::condition_variable changed_;
  char* into_ = nullptr;  // set: a block is asked for and not yet read
  std::size_t size_ = 0;
  bool done_ = false;  // the block is read
  bool stop_ = false;
  Block block_;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace trifle::cli
