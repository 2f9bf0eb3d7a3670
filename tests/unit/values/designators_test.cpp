#include <trifle/stats/designators.hpp>

#include <bit>
#include <clocale>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <trifle/stats/error.hpp>
#include <trifle/stats/path.hpp>
#include <trifle/stats/payload.hpp>

#include "all_rounds.hpp"
#include "seed.hpp"
#include "slow_designators.hpp"

namespace {

using namespace trifle::stats;
using Table = std::vector<std::pair<double, std::string>>;

template <class Designator>
void expect_labels(const Designator& bucket, const Table& table) {
  for (const auto& [value, label] : table) EXPECT_EQ(bucket(value), label) << value;
}

template <class Make>
std::string refusal(Make make) {
  try {
    make();
  } catch (const InvalidArgument& e) {
    EXPECT_EQ(e.operation(), "designator");
    return e.what();
  }
  return "none";
}

TEST(LinearDesignator, OfZeroToHundredByTens) {
  expect_labels(designators::linear({.min = 0, .max = 100, .step = 10}), {{-10, "0"},
                                                                          {0, "0"},
                                                                          {0.04, "10"},
                                                                          {9.99, "10"},
                                                                          {10, "10"},
                                                                          {10.01, "20"},
                                                                          {15, "20"},
                                                                          {99.5, "100"},
                                                                          {100, "100"},
                                                                          {100.5, "100+"}});
}

TEST(LinearDesignator, CountsFromZeroSoThatLabelsMayExceedTheMaximum) {
  expect_labels(designators::linear({.min = 5, .max = 50, .step = 7}),
                {{5, "5"}, {6, "7"}, {8, "14"}, {49, "49"}, {49.5, "56"}, {50, "56"}, {51, "50+"}});
}

TEST(LinearDesignator, RoundsUpBelowZeroToo) {
  expect_labels(designators::linear({.min = -100, .max = 100, .step = 10}),
                {{-95, "-90"}, {-90, "-90"}, {-5, "0"}, {-0.5, "0"}, {-0.0, "0"}, {3, "10"}, {-100, "-100"}});
}

TEST(LinearDesignator, AFractionalStepHasDecimalBounds) {
  const auto tenths = designators::linear({.min = 0, .max = 100, .step = 0.1, .family_layout = true});
  for (int n = 1; n <= 1000; ++n) {
    const double bound = n / 10.0;
    const std::string label = std::to_string(n / 10) + (n % 10 == 0 ? "" : "." + std::to_string(n % 10));
    ASSERT_EQ(tenths(bound), label);
    ASSERT_EQ(tenths(std::nextafter(bound, 0)), label);
    ASSERT_NE(tenths(std::nextafter(bound, 1000)), label);
  }
  expect_labels(designators::linear({.min = 0, .max = 2, .step = 0.5}),
                {{0.2, "0\\.5"}, {0.5, "0\\.5"}, {0.7, "1"}, {2, "2"}, {2.1, "2+"}});
}

TEST(LinearDesignator, AFractionalStepReachesTheLargestDoubles) {
  const std::string label =
      designators::linear({.min = -9e307, .max = -0.5, .step = 2.375, .family_layout = true})(-1.5e307);
  EXPECT_EQ(label.size(), 309U) << label;  // a sign and 308 digits
  EXPECT_EQ(std::stod(label), -1.5e307) << label;
}

TEST(LinearDesignator, HasADigitsOnlyLabelAtTheEndsOfWhatDoublesHold) {
  EXPECT_EQ(designators::linear({.min = 0, .max = 1e300, .step = 1e-300})(1e20), "100000000000000000000");
  const std::string label = designators::linear({.min = 0, .max = 1.7e308, .step = 1e308})(1.5e308);
  EXPECT_EQ(label, designators::linear({.min = 0, .max = 1.7e308, .step = 1.7e308})(1.5e308));
  EXPECT_EQ(label.size(), 309U);
}

TEST(GeometricDesignator, OfZeroToThousand) {
  expect_labels(designators::geometric({.min = 0, .max = 1000, .family_layout = true}), {{-1, "0.0"},
                                                                                         {0, "0.0"},
                                                                                         {0.0001, "0.001"},
                                                                                         {0.001, "0.01"},
                                                                                         {0.005, "0.01"},
                                                                                         {0.01, "0.1"},
                                                                                         {0.04, "0.1"},
                                                                                         {0.1, "1.0"},
                                                                                         {0.32, "1.0"},
                                                                                         {1, "1.0"},
                                                                                         {1.45, "10.0"},
                                                                                         {10, "100.0"},
                                                                                         {99, "100.0"},
                                                                                         {100, "1000.0"},
                                                                                         {999, "1000.0"},
                                                                                         {1000, "10000.0"},
                                                                                         {1000.5, "1000.0+"}});
}

TEST(GeometricDesignator, SmallAndLargeNumbersHavePlainDigits) {
  const auto bucket = designators::geometric({.min = 0, .max = 1e300, .family_layout = true});
  EXPECT_EQ(bucket(1e-5), "0.0001");
  EXPECT_EQ(bucket(1e16), "100000000000000000.0");
  EXPECT_EQ(bucket(9.3e18), "10000000000000000000.0") << "one of the sisters has a zero too many";
  EXPECT_EQ(bucket(1e20), "1000000000000000000000.0") << "one of the sisters has a zero too few";
  EXPECT_EQ(bucket(5e-324).size(), 2U + 323U);
}

TEST(GeometricDesignator, TakesANegativeMinimumForZero) {
  EXPECT_EQ(designators::geometric({.min = -5, .max = 10})(-3), "0\\.0");
  EXPECT_EQ(designators::geometric({.min = 0.5, .max = 10})(0.2), "0\\.5");
}

TEST(CustomDesignator, OfSixBounds) {
  expect_labels(designators::custom({.buckets = {1000, 10, 1, 20, 50, 100}}), {{-10, "1"},
                                                                               {1, "1"},
                                                                               {1.5, "10"},
                                                                               {9.5, "20"},
                                                                               {10, "20"},
                                                                               {19, "20"},
                                                                               {19.5, "50"},
                                                                               {20, "50"},
                                                                               {50, "100"},
                                                                               {999, "1000"},
                                                                               {999.5, "1000"},
                                                                               {1000, "1000"},
                                                                               {1000.5, "1000+"}});
}

TEST(CustomDesignator, OfOneBoundAndOfFractions) {
  expect_labels(designators::custom({.buckets = {5}}), {{4, "5"}, {5, "5"}, {6, "5+"}});
  expect_labels(designators::custom({.buckets = {0.5, 2.5}}), {{0.1, "0\\.5"}, {0.6, "2\\.5"}, {2.6, "2\\.5+"}});
}

TEST(Designators, ALabelIsOnePathSegmentUnlessTheFamilysLayoutIsAskedFor) {
  const auto bucket = designators::geometric({.min = 0, .max = 10});
  EXPECT_EQ(Path("ms." + bucket(0.04)).segments().size(), 2U);
  EXPECT_EQ(Path("ms." + bucket(0.04)).stored(), "ms.0%2E1");
  const auto family = designators::geometric({.min = 0, .max = 10, .family_layout = true});
  EXPECT_EQ(Path("ms." + family(0.04)).segments().size(), 3U);
  EXPECT_EQ(Path("ms." + family(0.04)).stored(), "ms.0.1");

  Payload payload({{"ms", {{designators::linear({.min = 0, .max = 1000, .step = 100})(142.0), 1}}}});
  EXPECT_EQ(payload.items().front().path, "ms.200");
}

TEST(Designators, InfinitiesAreInTheOuterBucketsAndNaNInNone) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto linear = designators::linear({.min = 0, .max = 10, .step = 1});
  EXPECT_EQ(linear(-kInfinity), "0");
  EXPECT_EQ(linear(kInfinity), "10+");
  EXPECT_EQ(designators::geometric({.min = 0, .max = 10})(kInfinity), "10\\.0+");
  EXPECT_EQ(designators::custom({.buckets = {1, 2}})(kInfinity), "2+");
  EXPECT_EQ(refusal([&] { return linear(std::nan("")); }), "designator: NaN belongs to no bucket");
  EXPECT_THROW(designators::geometric({.min = 0, .max = 10})(std::nan("")), InvalidArgument);
  EXPECT_THROW(designators::custom({.buckets = {1}})(std::nan("")), InvalidArgument);
}

TEST(Designators, OptionsThatMakeNoSenseAreRefused) {
  EXPECT_EQ(refusal([] { designators::linear({.min = 0, .max = 10, .step = 0}); }),
            "designator: step is 0; it must be a finite number above 0");
  EXPECT_EQ(refusal([] { designators::linear({.min = 0, .max = 10, .step = std::nan("")}); }),
            "designator: step is NaN; it must be a finite number above 0");
  EXPECT_EQ(refusal([] { designators::linear({.min = 10, .max = 0, .step = 1}); }),
            "designator: min is 10 and max 0; min must be below max");
  EXPECT_EQ(refusal([] { designators::linear({.min = -INFINITY, .max = 0, .step = 1}); }),
            "designator: min is -infinity; it must be a finite number");
  EXPECT_EQ(refusal([] { designators::geometric({.min = 0, .max = -1}); }),
            "designator: min is 0 and max -1; min must be below max");
  EXPECT_EQ(refusal([] { designators::custom({}); }), "designator: buckets is empty; at least one is needed");
  EXPECT_EQ(refusal([] {
              designators::custom({.buckets = {1, INFINITY}});
            }),
            "designator: one of buckets is infinity; it must be a finite number");
}

TEST(Designators, AnswerAsTheSlowOnes) {
  const auto seed = test::seed_or(20261124);
  SCOPED_TRACE("TRIFLE_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto below = [&](std::uint64_t limit) { return random() % limit; };
  const int rounds = test::all_rounds() ? 10'000 : 1'000;
  for (int round = 0; round < rounds; ++round) {
    const double step = static_cast<double>(1 + below(40));
    const double min = static_cast<double>(below(400)) - 200;
    const double max = min + 1 + static_cast<double>(below(500));
    std::vector<double> buckets(1 + below(6));
    for (double& bucket : buckets) bucket = static_cast<double>(below(4000)) / 4 - 200;
    const auto linear = designators::linear({.min = min, .max = max, .step = step, .family_layout = true});
    const auto geometric =
        designators::geometric({.min = min / 100, .max = std::abs(max) * 1e9 + 1, .family_layout = true});
    const auto custom = designators::custom({.buckets = buckets, .family_layout = true});
    for (int i = 0; i < 20; ++i) {
      double value = static_cast<double>(below(1'000'000)) / 1000 - 250;
      if (below(3) == 0) value = std::round(value);
      ASSERT_EQ(linear(value), slow::linear(min, max, step, value)) << value;
      ASSERT_EQ(custom(value), slow::custom(buckets, value)) << value;
      const double any = std::bit_cast<double>(random());
      const double spread = below(2) == 0 && std::isfinite(any) ? any : std::pow(10, value / 25);
      ASSERT_EQ(geometric(spread), slow::geometric(min / 100, std::abs(max) * 1e9 + 1, spread)) << spread;
    }
  }
}

}  // namespace
