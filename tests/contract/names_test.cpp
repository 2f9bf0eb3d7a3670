// Whatever a name holds, it is stored and read back as itself.

#include <gmock/gmock.h>

#include "contract/backends.hpp"
#include "contract/batches.hpp"
#include "values/stored_name.hpp"

namespace trifle::stats::test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// What broke the sisters, and what looks like it might: quotes, backslashes, paths of JSON and of SQL, white space.
std::vector<std::string> hostile_names() {
  return {"a\"b",
          "a\\b",
          "a\\",
          "\\",
          "\"",
          "a'b",
          "\\'",
          "'; DROP TABLE trifle_stats; --",
          "\"; DROP TABLE trifle_stats; --",
          "a\nb",
          "a\tb",
          "\x01\x1f\x7f",
          "a[0]",
          "a[",
          "[",
          "]",
          "{",
          "}",
          "{a}",
          "a{b}",
          "a,b",
          ",",
          "$",
          "$.a",
          "#-1",
          "null",
          "true",
          "1",
          "-1",
          "1e5",
          " a",
          "a ",
          "  ",
          "a.b",
          ".",
          ".a",
          "a.",
          "%",
          "%2E",
          "%00",
          "*",
          "?1",
          ":a",
          "@a",
          "<b>&amp;</b>",
          "\xC3\xBC",   // u with diaeresis
          "u\xCC\x88",  // the same, in two code points
          "\xE6\x9D\xB1\xE4\xBA\xAC",
          "\xF0\x9F\x98\x80",
          "\xEF\xBF\xBF",
          "a::b",
          "::",
          "::1h::1784109600",
          "__system__key__",
          std::string(200, 'k')};
}

class NamesContract : public DriverContract {};
INSTANTIATE_TEST_SUITE_P(Drivers, NamesContract, testing::ValuesIn(backends()), backend_name);

TEST_P(NamesContract, KeysAreWhatTheyAre) {
  const auto driver = open();
  const auto names = hostile_names();
  for (int round = 0; round < 2; ++round) {
    std::vector<Change> changes;
    for (std::size_t i = 0; i < names.size(); ++i) changes.push_back({.key = names[i], .increments = {{"n", i + 1}}});
    write(*driver, changes);
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(read(*driver, names[i], "1h", hours(kTen - kHour, 3)), (Found{{kTen, {{"n", 2 * (i + 1)}}}})) << names[i];
  }
}

TEST_P(NamesContract, PathsAreWhatTheyAre) {
  const auto driver = open();
  Values changes;
  Values sets;
  Values expected;
  int number = 0;
  for (auto name : hostile_names()) {
    std::string path = "deep.";
    detail::append_stored_segment(path, name);
    changes[path] = ++number;
    expected[path] = 2 * number;
    std::string set = "set.";
    detail::append_stored_segment(set, name);
    sets[set] = number;
    expected[set] = number;
  }
  const std::string with_nul("a\0b", 3);
  std::string path;
  detail::append_stored_segment(path, with_nul);
  changes[path] = 1;
  expected[path] = 2;
  changes[""] = 3;  // the empty name
  expected[""] = 6;
  for (int round = 0; round < 2; ++round) write(*driver, {{.increments = changes, .sets = sets}});
  EXPECT_EQ(read_one(*driver), expected);
}

TEST_P(NamesContract, TablesAndSeparatorsAreWhatTheyAre) {
  for (const auto& name : {"a\"b", "a'b", "select", "my table", "t; DROP TABLE t", "\xC3\xBC", "[x]", "main.x", "1"}) {
    const TempFolder folder;
    const auto driver = GetParam().make(folder, {.table = name, .separator = "/"});
    driver->setup(Setup::Create);
    for (int i = 0; i < 2; ++i) write(*driver, {{.increments = {{"n", 1}}}});
    EXPECT_EQ(read_one(*driver), (Values{{"n", 2}})) << name;
    EXPECT_TRUE(driver->setup(Setup::Check).ok()) << name;
  }
  for (const auto& separator : {"'", "\"", "%", "_", "1", " ", "\xE2\x86\x92", "?1", "--"}) {
    const TempFolder folder;
    const auto driver = GetParam().make(folder, {.separator = separator});
    driver->setup(Setup::Create);
    for (int i = 0; i < 2; ++i) write(*driver, {{.increments = {{"n", 1}}}});
    EXPECT_EQ(read(*driver, "event::signup", "1h", hours(kTen - kHour, 3)), (Found{{kTen, {{"n", 2}}}})) << separator;
  }
}

TEST_P(NamesContract, SeparatorsThatCannotBeStoredAreRefused) {
  for (const auto& separator : {std::string(), std::string("\0", 1), std::string("\xFF")})
    EXPECT_THROW(GetParam().make(folder_, {.separator = separator}), InvalidArgument);
}

TEST_P(NamesContract, KeysThatLookAlikeAreDifferent) {
  const auto driver = open();
  const std::vector<std::string> keys = {"Signup",         "signup",  "SIGNUP", "sign\xC3\xBCp",
                                         "signu\xCC\x88p", "signup ", " signup"};
  std::vector<Change> changes;
  for (std::size_t i = 0; i < keys.size(); ++i) changes.push_back({.key = keys[i], .increments = {{"n", i}}});
  write(*driver, changes);
  for (std::size_t i = 0; i < keys.size(); ++i) EXPECT_EQ(read_one(*driver, keys[i]), (Values{{"n", i}})) << keys[i];
}

TEST_P(NamesContract, TheLongestKeyFits) {
  const auto driver = open();
  const auto length = driver->layout().max_key_length(driver->traits().max_key_length, 2);
  ASSERT_GE(length, 200u);
  std::string key;
  for (std::size_t i = 0; i < length; ++i) key += "\xE2\x82\xAC";
  const std::int64_t first = -62'135'596'800;  // the longest bucket
  for (int i = 0; i < 2; ++i) write(*driver, {{.key = key, .at = first, .increments = {{"n", 1}}}});
  EXPECT_EQ(read_one(*driver, key, "1h", first), (Values{{"n", 2}}));
}

}  // namespace
}  // namespace trifle::stats::test
