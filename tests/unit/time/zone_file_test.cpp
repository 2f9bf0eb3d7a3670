#include "time/zone_file.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <trifle/stats/bucketing.hpp>
#include <trifle/stats/error.hpp>

namespace trifle::stats {
namespace {

using namespace std::string_view_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

// A folder of zone files of the test's own.
class ZoneFolder {
 public:
  ZoneFolder() : path_(testing::TempDir() + "zones-" + std::to_string(::getpid())) {
    std::filesystem::create_directory(path_);
    if (const char* before = std::getenv("TZDIR")) before_ = before;
    setenv("TZDIR", path_.c_str(), 1);
  }
  ~ZoneFolder() {
    if (before_.empty()) {
      unsetenv("TZDIR");
    } else {
      setenv("TZDIR", before_.c_str(), 1);
    }
    std::filesystem::remove_all(path_);
  }
  void write(const std::string& name, std::string_view content) const {
    std::ofstream(path_ + "/" + name, std::ios::binary) << content;
  }

 private:
  std::string path_;
  std::string before_;
};

TEST(ZoneFile, refuses_names_that_are_not_of_the_database) {
  for (const std::string_view name : {""sv,
                                      "Mars/Phobos"sv,
                                      "localtime"sv,
                                      "posixrules"sv,
                                      "UTC0"sv,
                                      "/etc/localtime"sv,
                                      "/usr/share/zoneinfo/UTC"sv,
                                      "file:Europe/Bratislava"sv,
                                      "file:/etc/localtime"sv,
                                      "libc:localtime"sv,
                                      "libc:UTC"sv,
                                      "Fixed/UTC+01:00:00"sv,
                                      "fixed"sv,
                                      "../zoneinfo/UTC"sv,
                                      "Europe/../UTC"sv,
                                      ".."sv,
                                      "./UTC"sv,
                                      "Europe//Bratislava"sv,
                                      "Europe/"sv,
                                      "Europe"sv,
                                      "Europe/Bratislava\0"sv,
                                      "UTC\0"sv,
                                      " UTC"sv,
                                      "UTC "sv,
                                      "Europe/Bratislava\n"sv,
                                      "right/UTC"sv,
                                      "posix/Europe/Bratislava"sv,
                                      "tzdata.zi"sv,
                                      "zone1970.tab"sv,
                                      "leapseconds"sv,
                                      "EUROPE/BRATISLAVA"sv,
                                      "Europe\\Bratislava"sv,
                                      "+02:00"sv})
    EXPECT_THROW(Bucketing{name}, InvalidArgument) << name;
  EXPECT_THROW(Bucketing(std::string(100'000, 'a')), InvalidArgument);
}

TEST(ZoneFile, tells_what_was_given_and_what_is_allowed) {
  EXPECT_THAT([] { Bucketing("Mars/Phobos"); },
              ThrowsMessage<InvalidArgument>(AllOf(HasSubstr("time_zone"), HasSubstr("\"Mars/Phobos\""),
                                                   HasSubstr("IANA"), HasSubstr("Europe/Bratislava"))));
  EXPECT_THAT([] { Bucketing("Mars\nPhobos"); }, ThrowsMessage<InvalidArgument>(HasSubstr("\"Mars\\x0aPhobos\"")));
}

TEST(ZoneFile, takes_names_with_signs_and_digits) {
  EXPECT_EQ(Bucketing("Etc/GMT+5").utc_offset(Instant()).count(), -5 * 3600);
  EXPECT_EQ(Bucketing("America/Argentina/Buenos_Aires").utc_offset(Instant::from_unix(1'784'111'865)).count(),
            -3 * 3600);
  EXPECT_EQ(Bucketing("Etc/UTC").time_zone(), "Etc/UTC");
}

TEST(ZoneFile, names_the_package_where_the_machine_has_no_zone_files) {
  const ZoneFolder folder;
  EXPECT_THAT([] { Bucketing("Europe/Vienna"); },
              ThrowsMessage<InvalidArgument>(AllOf(HasSubstr("no time zone files"), HasSubstr("tzdata"))));
  EXPECT_EQ(Bucketing("UTC").utc_offset(Instant()).count(), 0);
  EXPECT_EQ(Bucketing("GMT").utc_offset(Instant()).count(), 0);
  EXPECT_EQ(Bucketing().time_zone(), "GMT");
}

TEST(ZoneFile, refuses_files_that_are_no_zone) {
  const ZoneFolder folder;
  folder.write("Text", "not a zone");
  folder.write("Cut", "TZif2");
  folder.write("Empty", "");
  for (const char* name : {"Text", "Cut", "Empty"})
    EXPECT_THAT([&] { Bucketing{name}; }, ThrowsMessage<InvalidArgument>(HasSubstr(name)));
  EXPECT_THAT([] { Bucketing("Absent"); }, ThrowsMessage<InvalidArgument>(HasSubstr("unknown")));
}

TEST(ZoneFile, an_unknown_name_is_looked_up_again) {
  const std::string real = "/usr/share/zoneinfo/Asia/Tokyo";
  if (!std::filesystem::exists(real)) GTEST_SKIP() << "no " << real;
  const ZoneFolder folder;
  folder.write("Other", "");
  EXPECT_THROW(Bucketing("Later"), InvalidArgument);
  folder.write("Later", [&] {
    std::ifstream file(real, std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(file), {}};
  }());
  EXPECT_EQ(Bucketing("Later").utc_offset(Instant()).count(), 9 * 3600);
}

}  // namespace
}  // namespace trifle::stats
