#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "buffer/buffer.hpp"
#include "faulty_driver.hpp"

namespace trifle::stats::detail {

using namespace std::chrono_literals;

constexpr std::int64_t kAt = 1'784'111'865;  // 2026-07-15T10:37:45Z

/// A buffer whose clock and thread are the test.
class BufferTest : public ::testing::Test {
 protected:
  Buffer& open(BufferOptions options = {}, Traits traits = {.backend = "table", .ledger = true},
               std::vector<std::string> granularities = {"1h"}) {
    buffer_.reset();
    table = std::make_shared<TableDriver>(traits);
    driver = std::make_shared<FaultyDriver>(table);
    Merge::Config merge{
        .bucketing = Bucketing(), .granularities = {}, .layout = {}, .max_key_length = 200, .system_tracking = false};
    for (const auto& text : granularities) merge.granularities.emplace_back(text);
    Buffer::Config config{.merge = std::move(merge),
                          .options = options,
                          .traits = traits,
                          .on_error =
                              [this](const Error& error) {
                                errors.emplace_back(error.what());
                                if (throwing) throw std::runtime_error("from the callback");
                              },
                          .on_drop =
                              [this](const Dropped& given) {
                                dropped.push_back(given);
                                if (throwing) throw 1;
                              },
                          .batch_slots = batch_slots,
                          .timing = {.now = [this] { return now; },
                                     .sleep_until =
                                         [this](Buffer::Time until) {
                                           slept.push_back((until - now) / 1ms);
                                           now = until;
                                         },
                                     .jitter = [] { return 1.0; },
                                     .thread = false}};
    buffer_ = std::make_unique<Buffer>(std::move(config), driver, gate);
    return *buffer_;
  }

  void track(std::string_view key, std::initializer_list<Entry> values, std::int64_t at = kAt) {
    ASSERT_TRUE(buffer_->add(Change::Increment, key, Instant::from_unix(at),
                             std::span<const Entry>(values.begin(), values.size()), false));
  }
  void set(std::string_view key, std::initializer_list<Entry> values, std::int64_t at = kAt) {
    ASSERT_TRUE(buffer_->add(Change::Set, key, Instant::from_unix(at),
                             std::span<const Entry>(values.begin(), values.size()), false));
  }

  Number stored(std::string_view key, const std::string& path) {
    return table->table[std::string(key) + "::1h::1784109600"][path];
  }
  Health health() {
    Health health;
    buffer_->add_to(health);
    return health;
  }
  std::size_t due_in_ms() {
    const auto next = buffer_->tick();
    return next ? static_cast<std::size_t>((*next - now) / 1ms) : 0;
  }

  std::size_t batch_slots = 8192;
  bool throwing = false;
  Buffer::Time now{1000h};
  std::vector<std::int64_t> slept;  // milliseconds of each pause that somebody slept through
  Gate gate;
  std::shared_ptr<TableDriver> table;
  std::shared_ptr<FaultyDriver> driver;
  std::vector<std::string> errors;
  std::vector<Dropped> dropped;
  std::unique_ptr<Buffer> buffer_;
};

}  // namespace trifle::stats::detail
