#include "driver/layout.hpp"

#include <gmock/gmock.h>
#include <trifle/stats/error.hpp>

namespace trifle::stats::detail {
namespace {

std::string key_of(const Layout& layout, std::int64_t at = 1'784'109'600) {
  std::string out;
  layout.append_key(out, "event::signup", "1h", at);
  return out;
}

TEST(LayoutTest, JoinsAsTheFamilyDoes) {
  EXPECT_EQ(key_of({.identity = Identity::Full, .separator = "::", .prefix = {}}), "event::signup::1h::1784109600");
  EXPECT_EQ(key_of({.identity = Identity::Partial, .separator = "::", .prefix = {}}), "event::signup::1h");
  EXPECT_EQ(key_of({.identity = Identity::Separated, .separator = "::", .prefix = {}}), "event::signup");
  EXPECT_EQ(key_of({.identity = Identity::Full, .separator = "/", .prefix = "trfl"}),
            "trfl/event::signup/1h/1784109600");
  EXPECT_EQ(key_of({.identity = Identity::Full, .separator = "::", .prefix = {}}, -15), "event::signup::1h::-15");
}

TEST(LayoutTest, LeavesRoomForTheLongestRow) {
  const Layout full{.identity = Identity::Full, .separator = "::", .prefix = {}};
  EXPECT_EQ(full.max_key_length(255, 2), 255u - 2 - 2 - 2 - 12);
  const Layout partial{.identity = Identity::Partial, .separator = "::", .prefix = {}};
  EXPECT_EQ(partial.max_key_length(255, 3), 255u - 2 - 3);
  const Layout separated{.identity = Identity::Separated, .separator = "::", .prefix = {}};
  EXPECT_EQ(separated.max_key_length(255, 3), 255u);
}

TEST(LayoutTest, CountsCodePointsAndStopsAtNothing) {
  const Layout arrow{.identity = Identity::Partial, .separator = "\xE2\x86\x92", .prefix = {}};
  EXPECT_EQ(arrow.max_key_length(255, 2), 252u);
  const Layout long_one{.identity = Identity::Full, .separator = std::string(200, '-'), .prefix = {}};
  EXPECT_EQ(long_one.max_key_length(255, 2), 0u);
}

TEST(LayoutTest, RefusesWhatCannotBeStored) {
  const auto with_separator = [](std::string separator) {
    return Layout::checked(Identity::Full, std::move(separator));
  };
  EXPECT_EQ(with_separator("::").separator, "::");
  EXPECT_THROW(with_separator(""), InvalidArgument);
  EXPECT_THROW(with_separator(std::string("a\0", 2)), InvalidArgument);
  EXPECT_THROW(with_separator("\xC3"), InvalidArgument);
  EXPECT_THROW(Layout::checked(Identity::Full, "::", "\xC3"), InvalidArgument);
}

}  // namespace
}  // namespace trifle::stats::detail
