#include "values/number_text.hpp"
#include "seed.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <clocale>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <limits>
#include <locale>
#include <random>
#include <string>

namespace trifle::stats::detail {
namespace {

std::string written(Number number) {
  std::string text;
  append_number(text, number);
  return text;
}

struct Spelling {
  const char* text;
  Number number;
  bool is_integer;
};

// What a reader meets: storage as SQLite, MySQL, Redis and Ruby spell it.
const Spelling kSpellings[] = {
    {"3", 3, true},
    {"1e+21", 1e21, false},
    {"1e-7", 1e-7, false},
    {"6.0", 6, true},
    {"2.0e+21", 2e21, false},
    {"2.0e-07", 2e-7, false},
    {"12.0", 12, true},
    {"3.0", 3, true},
    {"3.0000000000", 3, true},
    {"0.15e1", 1.5, false},
    {"+5", 5, true},
    {"-5", -5, true},
    {"1.38350580552822e+19", 1.38350580552822e19, false},
    {"123456789.12345679", 123456789.12345679, false},
    {"0.30000000000000004", 0.30000000000000004, false},
    {"9223372036854775807", std::numeric_limits<std::int64_t>::max(), true},
    {"-9223372036854775808", std::numeric_limits<std::int64_t>::min(), true},
    {"9223372036854775808", 9223372036854775808.0, false},
    {"9223372036854775807.000", std::numeric_limits<std::int64_t>::max(), true},
    {"9007199254740993", 9007199254740993, true},
    {"9007199254740993.0", 9007199254740993, true},
    {"9.007199254740992e15", 9007199254740992, true},
    {"9.007199254740994e15", 9007199254740994.0, false},
    {"1e3", 1000, true},
    {"1E3", 1000, true},
    {"-0", 0, true},
    {"-0.0", 0, true},
    {"007", 7, true},
    {"1e-400", 0, true},
    {"0.0e999999999999999999999", 0, true},
    {"1.7976931348623157e308", std::numeric_limits<double>::max(), false},
    {"4.9e-324", 4.9e-324, false},
};

TEST(NumberText, ReadsEverySpelling) {
  for (const auto& [text, number, is_integer] : kSpellings) {
    const auto read = read_number(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(*read, number) << text;
    EXPECT_EQ(read->is_integer(), is_integer) << text;
  }
}

TEST(NumberText, ReadsNothingElse) {
  for (const char* text :
       {"",         "-",   "+",   "abc",   "5x",    " 5",    "5 ",     "1.",
        ".5",       "1e",  "1e+", "1.5.2", "--1",   "+-1",   "0x10",   "inf",
        "Infinity", "nan", "NaN", "1,5",   "1_000", "1e999", "-1e999", "1797693134862315700000e300"}) {
    EXPECT_FALSE(read_number(text)) << text;
  }
  EXPECT_FALSE(read_number(std::string_view("5\0", 2)));
  EXPECT_FALSE(read_number(std::string(400, '9')));
}

TEST(NumberText, WritesTheShortestTextThatIsJson) {
  EXPECT_EQ(written(3.0), "3");
  EXPECT_EQ(written(-3.0), "-3");
  EXPECT_EQ(written(-0.0), "0");
  EXPECT_EQ(written(0.1), "0.1");
  EXPECT_EQ(written(2.5), "2.5");
  EXPECT_EQ(written(1e21), "1e+21");
  EXPECT_EQ(written(9007199254740992.0), "9007199254740992");
  EXPECT_EQ(written(1e15), "1000000000000000");
  EXPECT_EQ(written(Number(0.1) + Number(0.2)), "0.30000000000000004");
  EXPECT_EQ(written(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_LE(written(-2.2250738585072014e-308).size(), kNumberLength);
}

void expect_round_trip(Number number) {
  const std::string text = written(number);
  if (!number.is_integer() && !number.to_int64()) {
    char shortest[kNumberLength];
    const char* const end = std::to_chars(shortest, shortest + kNumberLength, number.to_double()).ptr;
    ASSERT_EQ(text, std::string_view(shortest, static_cast<std::size_t>(end - shortest)));
  }
  ASSERT_LE(text.size(), kNumberLength);
  const auto read = read_number(text);
  ASSERT_TRUE(read) << text;
  ASSERT_EQ(*read, number) << text;
}

TEST(NumberText, ReadsBackWhatItWrote) {
  const auto seed = test::seed_or(std::random_device{}());
  SCOPED_TRACE("TRIFLE_TEST_SEED=" + std::to_string(seed));
  std::cout << "TRIFLE_TEST_SEED=" << seed << '\n';
  std::mt19937_64 random(seed);
  for (int round = 0; round < 50'000; ++round) {
    const std::uint64_t bits = random();
    expect_round_trip(Number(static_cast<std::int64_t>(bits) >> (bits % 64)));
    const double real = std::bit_cast<double>(bits);
    if (std::isfinite(real)) expect_round_trip(real);
    expect_round_trip(std::ldexp(static_cast<double>(bits >> 11), static_cast<int>(bits % 140) - 70));
    expect_round_trip(static_cast<double>(bits % 1'000'000) / 1000);
    expect_round_trip(-static_cast<double>(bits % 1'000'000'000'000'000) / 1e6);
    expect_round_trip(static_cast<double>(bits % 100'000) / 1e6);
    expect_round_trip(std::nextafter(static_cast<double>(bits % 1'000'000) / 100, 1e9));
  }
}

/// A comma where the text must have a point, and groups where it must have none.
class CommaPunctuation : public std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

TEST(NumberText, DoesntAskTheLocale) {
  const std::string c_locale = std::setlocale(LC_ALL, nullptr);
  const std::locale before = std::locale::global(std::locale(std::locale::classic(), new CommaPunctuation));
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "sk_SK.UTF-8", "fr_FR.UTF-8"}) {
    if (std::setlocale(LC_ALL, name) != nullptr) break;
  }
  EXPECT_EQ(written(1234567.25), "1234567.25");
  EXPECT_EQ(written(1152921504606846976.0), "1152921504606846976");
  EXPECT_EQ(read_number("1234567.25"), Number(1234567.25));
  EXPECT_FALSE(read_number("1234567,25"));
  std::locale::global(before);
  std::setlocale(LC_ALL, c_locale.c_str());
}

}  // namespace
}  // namespace trifle::stats::detail
