#include "charts/number_axis.hpp"

#include <cmath>
#include <limits>
#include <random>

#include <gmock/gmock.h>

namespace {

using trifle::cli::number_axis;
using trifle::cli::NumberAxis;
using trifle::cli::short_number;

std::vector<std::string> texts(const NumberAxis& axis) {
  std::vector<std::string> all;
  for (const auto& tick : axis.ticks()) all.push_back(tick.text);
  return all;
}

TEST(NumberAxis, HasRoundStepsFromZero) {
  EXPECT_THAT(texts(number_axis(0, 94, 4)), testing::ElementsAre("0", "50", "100"));
  EXPECT_THAT(texts(number_axis(3, 94, 10)), testing::Contains("10"));
  EXPECT_THAT(texts(number_axis(1000, 1010, 4)), testing::Contains("0"));  // a length that doesn't start at 0 lies
  EXPECT_THAT(texts(number_axis(-9.3, 10, 4)), testing::ElementsAre("-10", "-5", "0", "5", "10"));
  EXPECT_THAT(texts(number_axis(0, 0.3, 3)), testing::ElementsAre("0", "0.1", "0.2", "0.3"));
}

TEST(NumberAxis, PositionsGoFromBottomToTop) {
  const NumberAxis axis = number_axis(-10, 10, 4);
  EXPECT_DOUBLE_EQ(axis.position(-10), 0);
  EXPECT_DOUBLE_EQ(axis.position(0), 0.5);
  EXPECT_DOUBLE_EQ(axis.position(10), 1);
}

TEST(NumberAxis, HoldsAnyNumbers) {
  std::mt19937_64 random(20261124);
  std::uniform_real_distribution<double> exponent(-320, 310);
  for (int i = 0; i < 5000; ++i) {
    const double a = std::pow(10.0, exponent(random));
    const double low = i % 3 == 0 ? -a : 0;
    const double high = i % 3 == 1 ? 0 : std::pow(10.0, exponent(random));
    const NumberAxis axis = number_axis(low, high, 1 + i % 12);
    const auto ticks = axis.ticks();
    ASSERT_TRUE(std::isfinite(axis.bottom) && std::isfinite(axis.top)) << low << ' ' << high;
    ASSERT_LT(axis.bottom, axis.top);
    ASSERT_LE(axis.bottom, 0);
    ASSERT_GE(axis.top, 0);
    ASSERT_GE(ticks.size(), 2u);
    ASSERT_LE(ticks.size(), 16u);
    ASSERT_LE(axis.bottom, std::max(low, -1e300) + axis.step * 1e-6) << low << ' ' << high;
    ASSERT_GE(axis.top, std::min(high, 1e300) - axis.step * 1e-6) << low << ' ' << high;
  }
}

TEST(ShortNumber, HasFourDigitsAndAPoint) {
  EXPECT_EQ(short_number(0), "0");
  EXPECT_EQ(short_number(-0.0), "0");
  EXPECT_EQ(short_number(0.05), "0.05");
  EXPECT_EQ(short_number(1500), "1.5k");
  EXPECT_EQ(short_number(-2e6), "-2M");
  EXPECT_EQ(short_number(1.2345e9), "1.234G");
  EXPECT_EQ(short_number(1e20), "1e+20");
}

}  // namespace
