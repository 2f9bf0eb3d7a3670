#include "values/row_cursor.hpp"
#include "seed.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace {

using namespace trifle::stats;
using namespace trifle::stats::detail;

// Reads the text where a row ends right behind it, and where there is room for the quicker way.
void expect_same(const std::string& text) {
  for (const char* rest : {"}", ",\"b\":1}", ",\"longer\":1234567890123,\"than\":1}", "  ,\"b\":1}"}) {
    const std::string row = text + rest;
    const char* const last = row.data() + row.size() - 1;
    Number slow;
    Number quick;
    const char* const slow_end = read_plain_number(row.data(), slow);
    const char* const quick_end = read_plain_number(row.data(), last, quick);
    ASSERT_EQ(slow_end, quick_end) << row;
    if (slow_end != nullptr) {
      ASSERT_EQ(slow, quick) << row;
      ASSERT_EQ(slow.is_integer(), quick.is_integer()) << row;
    }
  }
}

TEST(ReadPlainNumber, TheQuickWayReadsTheSame) {
  for (const char* text : {"0",
                           "-0",
                           "00",
                           "01",
                           "7",
                           "-7",
                           "1234567",
                           "12345678",
                           "123456789",
                           "0.5",
                           "-0.5",
                           "0.0",
                           "2.50",
                           "-2.0",
                           "1234567.1234567",
                           "1234567.12345678",
                           "12345678.5",
                           "1.",
                           ".5",
                           "-",
                           "",
                           "1e3",
                           "1.5e3",
                           "1.5E3",
                           "+1",
                           "9999999.9999999",
                           "Inf",
                           "\"5\"",
                           "1x",
                           "1.5x",
                           "999999999999999999",
                           "9999999999999999999"})
    expect_same(text);
}

TEST(ReadPlainNumber, TheQuickWayReadsTheSameOfAnyDigits) {
  const auto seed = test::seed_or(std::random_device{}());
  SCOPED_TRACE("TRIFLE_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  const auto below = [&random](unsigned end) { return random() % end; };
  for (int i = 0; i < 20'000; ++i) {
    std::string text = below(4) == 0 ? "-" : "";
    for (auto digits = below(10); digits > 0; --digits) text += static_cast<char>('0' + below(10));
    if (below(2) == 0) {
      text += '.';
      for (auto digits = below(10); digits > 0; --digits)
        text += static_cast<char>('0' + (below(3) == 0 ? 0 : below(10)));
    }
    expect_same(text);
  }
}

}  // namespace
