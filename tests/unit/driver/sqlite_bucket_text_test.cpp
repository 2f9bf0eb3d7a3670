#include "drivers/sqlite/bucket_text.hpp"

#include <gmock/gmock.h>
#include <trifle/stats/error.hpp>

namespace trifle::stats::detail::sqlite {
namespace {

TEST(BucketTextTest, WritesWhatTheFamilyWrites) {
  EXPECT_EQ(BucketText(1'784'109'600).text(), "2026-07-15T10:00:00Z");
  EXPECT_EQ(BucketText(0).text(), "1970-01-01T00:00:00Z");
  EXPECT_EQ(BucketText(-1).text(), "1969-12-31T23:59:59Z");
  EXPECT_EQ(BucketText(951'782'400).text(), "2000-02-29T00:00:00Z");
  EXPECT_EQ(BucketText(-62'135'596'800).text(), "0001-01-01T00:00:00Z");
  EXPECT_EQ(BucketText(253'402'300'799).text(), "9999-12-31T23:59:59Z");
  EXPECT_THROW(BucketText(253'402'300'800), InvalidArgument);
  EXPECT_THROW(BucketText(INT64_MIN), InvalidArgument);
}

TEST(BucketTextTest, ItsLowerBoundSortsBeforeEverySpelling) {
  const BucketText bucket(1'784'109'600);
  EXPECT_LT(bucket.lower_bound(), "2026-07-15T10:00:00.000000Z");
  EXPECT_LT("2026-07-15T10:00:00.000000Z", bucket.text());
  EXPECT_LT("2026-07-15T09:59:59Z", bucket.lower_bound());
}

TEST(BucketReaderTest, ReadsBackWhatIsWritten) {
  BucketReader reader;
  for (std::int64_t at = -62'135'596'800; at < 253'402'300'799; at += 86'400 * 97 + 3'677)
    ASSERT_EQ(reader.read(BucketText(at).text()), at);
}

TEST(BucketReaderTest, ReadsOlderSpellings) {
  BucketReader reader;
  EXPECT_EQ(reader.read("2026-07-15T10:00:00.000000Z"), 1'784'109'600);
  EXPECT_EQ(reader.read("2026-07-15T10:00:00.0Z"), 1'784'109'600);
}

TEST(BucketReaderTest, IsStrict) {
  BucketReader reader;
  for (const auto* text :
       {"", "2026-07-15", "2026-07-15 10:00:00", "2026-07-15 10:00:00Z", "2026-07-15T10:00:00",
        "2026-07-15T10:00:00+00:00", "2026-07-15T10:00:00.5Z", "2026-07-15T10:00:00.Z", "2026-07-15T10:00:00,000Z",
        "2026-02-30T10:00:00Z", "2026-13-01T10:00:00Z", "2026-07-15T24:00:00Z", "2026-07-15T10:60:00Z",
        "2026-07-15T10:00:60Z", "+026-07-15T10:00:00Z", "2026/07/15T10:00:00Z", "2026-07-15T10-00-00Z",
        "2026-07-15T10:00:00ZZ", "xxxx-xx-xxTxx:xx:xxZ"})
    EXPECT_EQ(reader.read(text), std::nullopt) << text;
}

TEST(ReadTimeTest, TakesEverySpellingOfASister) {
  for (const auto* text : {"2026-07-15T10:37:45Z", "2026-07-15 10:37:45 UTC", "2026-07-15T10:37:45.123456Z",
                           "2026-07-15 10:37:45", "2026-07-15 10:37:45+00", "2026-07-15 12:37:45+02:00",
                           "2026-07-15 06:37:45 -0400", "2026-07-15 10:37:45.5+00:00", "1784111865"})
    EXPECT_EQ(read_time(text), 1'784'111'865) << text;
  for (const auto* text : {"", "yesterday", "2026-07-15", "2026-07-15 10:37:45 CEST", "2026-07-15 10:37:45+x"})
    EXPECT_EQ(read_time(text), std::nullopt) << text;
}

}  // namespace
}  // namespace trifle::stats::detail::sqlite
