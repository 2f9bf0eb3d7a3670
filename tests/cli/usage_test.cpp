#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "program.hpp"

namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;
using trifle::test::Folder;

TEST(Usage, NoCommandPrintsHelpAndFails) {
  const auto run = Folder().trifle({});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.out, HasSubstr("trifle import access.log --format combined"));
  EXPECT_THAT(run.err, IsEmpty());
}

TEST(Usage, AnUnknownCommandIsNamedOnStandardError) {
  const auto run = Folder().trifle({"nope"});
  EXPECT_EQ(run.code, 1);
  EXPECT_EQ(run.err, "unknown command: nope\n");
  EXPECT_THAT(run.out, StartsWith("trifle - "));
}

TEST(Usage, HelpAndVersionAreDataAndSucceed) {
  const Folder folder;
  for (const char* word : {"help", "-h", "--help", "version"}) {
    const auto run = folder.trifle({word});
    EXPECT_EQ(run.code, 0) << word;
    EXPECT_THAT(run.out, Not(IsEmpty())) << word;
    EXPECT_THAT(run.err, IsEmpty()) << word;
  }
  EXPECT_THAT(folder.trifle({"version"}).out, MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(Usage, EveryCommandTeachesWithExamples) {
  const Folder folder;
  for (const char* command : {"import", "setup", "track", "get", "keys", "sum", "mean", "min", "max", "count",
                              "timeline", "category", "plot", "beam", "scan", "buckets"}) {
    const auto run = folder.trifle({command, "--help"});
    EXPECT_EQ(run.code, 0) << command;
    EXPECT_THAT(run.out, HasSubstr(std::string("Usage: trifle ") + command)) << command;
    EXPECT_THAT(run.out, HasSubstr("Example")) << command;
    EXPECT_EQ(run.out, folder.trifle({"help", command}).out) << command;
  }
  EXPECT_THAT(folder.trifle({"import", "--help"}).out, HasSubstr("status.<code>"));
}

TEST(Usage, AWrongFlagIsUsageAndSaysSo) {
  const auto run = Folder().trifle({"keys", "--nope"});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("--nope"));
  EXPECT_THAT(run.err, HasSubstr("trifle keys --help"));
  EXPECT_THAT(run.out, IsEmpty());
}

TEST(Usage, AMissingArgumentIsUsage) {
  EXPECT_EQ(Folder().trifle({"get"}).code, 2);
  EXPECT_EQ(Folder().trifle({"import"}).code, 2);
}

TEST(Usage, AFailureIsOneLineOnStandardError) {
  const auto run = Folder().trifle({"keys"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_THAT(run.err, MatchesRegex("trifle: no database given: use --db FILE[^\n]*\n"));
}

TEST(Usage, AMessageCannotCarryControlCharactersToATerminal) {
  const auto run = Folder().trifle({"keys", "--db", "\x1b[31mred\n.db"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("\\x1b[31mred\\x0a.db"));
  EXPECT_THAT(run.err, Not(HasSubstr("\x1b")));
}

TEST(Usage, AReaderThatHasGoneIsNoFailure) {
  const Folder folder;
  // Far more than a pipe holds, to a reader that is closed at once.
  const std::string command = std::string(TRIFLE_PROGRAM) +
                              " buckets 2015-01-01 --to 2015-01-08 --granularity 1m; echo $? >" + folder.file("code");
  const std::string piped = "( " + command + " ) 2>" + folder.file("err") + " | true";
  ASSERT_EQ(std::system(piped.c_str()), 0);
  EXPECT_EQ(folder.read("code"), "0\n");
  EXPECT_EQ(folder.read("err"), "");
}

TEST(Usage, AFullDiskUnderStandardOutputIsAFailure) {
  if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full on this machine";
  const Folder folder;
  const std::string command = std::string(TRIFLE_PROGRAM) + " help >/dev/full 2>" + folder.file("err");
  EXPECT_NE(std::system(command.c_str()), 0);
  EXPECT_THAT(folder.read("err"), HasSubstr("standard output can't be written"));
}

}  // namespace
