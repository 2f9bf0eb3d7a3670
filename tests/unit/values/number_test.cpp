#include <trifle/stats/number.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <sstream>

#include <trifle/stats/error.hpp>

namespace trifle::stats {
namespace {

constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
constexpr double kTwoTo53 = 9007199254740992.0;
constexpr double kTwoTo63 = 9223372036854775808.0;

TEST(Number, SumsOfIntegersStayIntegers) {
  const Number sum = Number(9007199254740993) + Number(9007199254740993) + Number(9007199254740993);
  EXPECT_TRUE(sum.is_integer());
  EXPECT_EQ(sum.to_int64(), 27021597764222979);
}

TEST(Number, SumsPast64BitsAreTheNearestDouble) {
  EXPECT_FALSE((Number(kMax) + Number(1)).is_integer());
  EXPECT_EQ((Number(kMax) + Number(1)).to_double(), kTwoTo63);
  EXPECT_EQ((Number(kMax) + Number(kMax)).to_double(), 2 * kTwoTo63);
  EXPECT_EQ((Number(kMin) + Number(-1)).to_double(), -kTwoTo63);
  EXPECT_EQ((Number(kMin) + Number(kMin)).to_double(), -2 * kTwoTo63);
  // Rounded once: as doubles first, 2^63 + 1024 would become 2^63 + 2048 or 2^63.
  EXPECT_EQ((Number(kMax) + Number(1026)).to_double(), kTwoTo63 + 2048);
}

TEST(Number, MixedSumsAreDoubles) {
  const Number sum = Number(2) + Number(0.5);
  EXPECT_FALSE(sum.is_integer());
  EXPECT_EQ(sum.to_double(), 2.5);
}

TEST(Number, ComparesByExactValue) {
  EXPECT_EQ(Number(2), Number(2.0));
  EXPECT_NE(Number(9007199254740993), Number(kTwoTo53));
  EXPECT_GT(Number(9007199254740993), Number(kTwoTo53));
  EXPECT_LT(Number(kTwoTo53), Number(9007199254740993));
  EXPECT_LT(Number(kMax), Number(kTwoTo63));
  EXPECT_EQ(Number(kMin), Number(-kTwoTo63));
  EXPECT_GT(Number(3), Number(2.5));
  EXPECT_LT(Number(-3), Number(-2.5));
  EXPECT_LT(Number(2), Number(2.5));
  EXPECT_GT(Number(0), Number(-std::numeric_limits<double>::infinity()));
  EXPECT_EQ(Number(1) <=> Number(std::nan("")), std::partial_ordering::unordered);
  EXPECT_NE(Number(std::nan("")), Number(std::nan("")));
}

TEST(Number, TellsAnIntegerWhereItIsOne) {
  EXPECT_EQ(Number(3.0).to_int64(), 3);
  EXPECT_EQ(Number(2.5).to_int64(), std::nullopt);
  EXPECT_EQ(Number(-kTwoTo63).to_int64(), kMin);
  EXPECT_EQ(Number(kTwoTo63).to_int64(), std::nullopt);
  EXPECT_EQ(Number(std::nan("")).to_int64(), std::nullopt);
}

TEST(Number, HoldsButTellsWhatIsNotFinite) {
  EXPECT_TRUE(Number(kMax).is_finite());
  EXPECT_TRUE(Number(std::numeric_limits<double>::max()).is_finite());
  EXPECT_FALSE(Number(std::numeric_limits<double>::infinity()).is_finite());
  EXPECT_FALSE(Number(-std::numeric_limits<double>::infinity()).is_finite());
  EXPECT_FALSE(Number(std::nan("")).is_finite());
}

TEST(Number, RefusesUnsignedIntegersThatDontFit) {
  EXPECT_EQ(Number(static_cast<std::uint64_t>(kMax)).to_int64(), kMax);
  EXPECT_THROW(Number(static_cast<std::uint64_t>(kMax) + 1), InvalidArgument);
}

TEST(Number, Prints) {
  std::ostringstream out;
  out << Number(5) << ' ' << Number(5.0) << ' ' << Number(0.1) + Number(0.2) << ' ' << Number(-0.0);
  EXPECT_EQ(out.str(), "5 5 0.30000000000000004 0");
}

}  // namespace
}  // namespace trifle::stats
