#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "input/byte_source.hpp"

namespace trifle::cli {

/// Reads (and decompresses) the next block on a thread of its own, and finds its lines, while the one before is worked
/// on. One block is under way at most, so memory is what the caller gives. Where that thread doesn't get to run, on a
/// busy machine, the caller reads by itself rather than wait.
class ReadAhead {
 public:
  explicit ReadAhead(std::unique_ptr<ByteSource> source);
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;
  /// Cancels what is under way and waits for it.
  ~ReadAhead();

  struct Block {
    std::size_t size = 0;                  ///< 0: the end, or the program was interrupted
    bool ascii = true;                     ///< no byte above 0x7F
    std::vector<std::uint32_t> line_ends;  ///< where each \n is, ascending
  };

  /// Begins to fill `into`, which must stay. Only after `finish` of the one before. `reused` gives its memory back.
  void start(char* into, std::size_t size, Block reused);

  /// Waits for it. Throws what reading threw.
  Block finish();

 private:
  enum class State { Idle, Asked, Reading, Done };

  void work();
  void read();

  std::unique_ptr<ByteSource> source_;
  std::mutex mutex_;
  std::condition_variable asked_;
  std::condition_variable done_;
  State state_ = State::Idle;
  bool stop_ = false;
  char* into_ = nullptr;
  std::size_t size_ = 0;
  Block block_;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace trifle::cli
