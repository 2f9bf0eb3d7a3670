#include "driver/known_rows.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace trifle::stats::detail {
namespace {

Row row_of(const std::string& key, std::int64_t at = 0) {
  return {.key = key, .granularity = "1h", .at = at, .stored_key = key, .increments = {}, .sets = {}};
}

void write(KnownRows& known, const std::vector<std::string>& keys, std::uint32_t writer, const std::string& data) {
  for (const auto& key : keys) known.put(row_of(key), data);
  known.written(writer);
}

TEST(KnownRowsTest, KnowsARowOnceItsTransactionIsWritten) {
  KnownRows known;
  EXPECT_TRUE(known.empty());
  EXPECT_EQ(known.find(row_of("a")), nullptr);
  known.put(row_of("a"), "{}");
  EXPECT_EQ(known.find(row_of("a")), nullptr);
  known.written(7);
  const auto* const entry = known.find(row_of("a"));
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->second.writer, 7u);
  EXPECT_EQ(entry->second.data, "{}");
  EXPECT_EQ(known.find(row_of("a", 3'600)), nullptr) << "another bucket";
}

TEST(KnownRowsTest, TheLastTransactionCounts) {
  KnownRows known;
  write(known, {"a", "b"}, 7, "{\"x\":1}");
  write(known, {"a"}, 8, "{\"x\":2}");
  EXPECT_EQ(known.find(row_of("a"))->second.writer, 8u);
  EXPECT_EQ(known.find(row_of("a"))->second.data, "{\"x\":2}");
  EXPECT_EQ(known.find(row_of("b"))->second.writer, 7u);
}

TEST(KnownRowsTest, ForgetsWholeTransactionsTheFirstOnesFirst) {
  KnownRows known;
  write(known, {"a", "b"}, 1, "{}");
  write(known, {"b"}, 2, "{}");
  for (std::uint32_t i = 0; i < 255; ++i) write(known, {"c"}, 3 + i, "{}");
  known.trim();
  EXPECT_EQ(known.find(row_of("a")), nullptr) << "its transaction was the first of 257";
  EXPECT_NE(known.find(row_of("b")), nullptr) << "it was written again since";
  write(known, {"c"}, 300, "{}");
  known.trim();
  EXPECT_EQ(known.find(row_of("b")), nullptr);
}

TEST(KnownRowsTest, IsBounded) {
  KnownRows known;
  const std::string data(10'000, ' ');
  for (std::uint32_t i = 0; i < 200; ++i) {
    std::vector<std::string> keys;
    for (int j = 0; j < 20; ++j) keys.push_back(std::to_string(i) + "." + std::to_string(j));
    known.trim();
    write(known, keys, i + 1, data);
  }
  known.trim();
  std::size_t held = 0;
  for (std::uint32_t i = 0; i < 200; ++i) held += known.find(row_of(std::to_string(i) + ".0")) != nullptr ? 20 : 0;
  EXPECT_LT(held * data.size(), 9u << 20);
  EXPECT_GT(held * data.size(), 7u << 20);
}

}  // namespace
}  // namespace trifle::stats::detail
