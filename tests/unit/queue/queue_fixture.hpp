#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "queue/queue.hpp"
#include "server_of_measurements.hpp"

namespace trifle::stats::detail {

using namespace std::chrono_literals;

/// A queue whose clock and thread are the test.
class QueueTest : public ::testing::Test {
 protected:
  Queue& open(BufferOptions options = {}) {
    queue_.reset();
    gate_ = std::make_unique<Gate>();
    server = std::make_shared<ServerOfMeasurements>();
    queue_ =
        std::make_unique<Queue>(Queue::Config{.options = options,
                                              .backend = "server",
                                              .on_error =
                                                  [this](const Error& error) {
                                                    errors.emplace_back(error.what());
                                                    if (on_error) on_error();
                                                  },
                                              .on_drop = [this](const Dropped& given) { dropped.push_back(given); },
                                              .timing = {.now = [this] { return now; },
                                                         .sleep_until =
                                                             [this](Queue::Time until) {
                                                               slept.push_back((until - now) / 1ms);
                                                               now = until;
                                                             },
                                                         .jitter = [] { return 1.0; },
                                                         .thread = false}},
                                server, *gate_);
    return *queue_;
  }

  void track(const std::string& key, int n = 1) {
    queue_->add({.change = Change::Increment,
                 .key = key,
                 .at = Instant::from_unix(1'784'111'865),
                 .values = {{"n", n}},
                 .untracked = false});
    ++tracked;
  }
  std::size_t due_in_ms() {
    const auto next = queue_->tick();
    return next ? static_cast<std::size_t>((*next - now) / 1ms) : 0;
  }
  Health health() const {
    Health health;
    queue_->add_to(health);
    return health;
  }
  std::size_t told_of_drops() const {
    std::size_t sum = 0;
    for (const auto& each : dropped) sum += each.operations;
    return sum;
  }
  void expect_nothing_lost() const {
    EXPECT_EQ(server->stored.size() + told_of_drops() + health().queued_operations, tracked);
  }

  [[noreturn]] static void fail(Outcome outcome, bool retry_is_safe, std::chrono::seconds retry_after = 0s,
                                ErrorCode code = ErrorCode::Connection) {
    const Error::Details details{.operation = "write",
                                 .backend = "server",
                                 .outcome = outcome,
                                 .retry_is_safe = retry_is_safe,
                                 .retry_after = retry_after};
    if (code == ErrorCode::Storage) throw StorageError("the server says no", details);
    if (code == ErrorCode::Timeout) throw TimeoutError("the server is busy", details);
    throw ConnectionError("the server is away", details);
  }

  Queue::Time now{1000h};
  std::vector<std::int64_t> slept;  // milliseconds of each pause that somebody slept through
  std::unique_ptr<Gate> gate_;
  std::shared_ptr<ServerOfMeasurements> server;
  std::vector<std::string> errors;
  std::function<void()> on_error;  // is told of each error too
  std::vector<Dropped> dropped;
  std::uint64_t tracked = 0;
  std::unique_ptr<Queue> queue_;
};

}  // namespace trifle::stats::detail
