#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <nlohmann/json.hpp>

#include "program.hpp"

namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using trifle::test::Folder;

constexpr const char* kLine =
    "10.0.0.1 - - [17/May/2015:10:05:03 +0000] \"GET /a HTTP/1.1\" 200 1000 \"-\" \"Agent/1.0\"\n";

std::string lines_of(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += kLine;
  return text;
}

/// All numbers of a key on 17 May 2015.
json day_of(const Folder& folder, const std::string& key, const std::string& zone = "GMT") {
  const auto run = folder.trifle({"get", key, "--db", "s.db", "--from", "2015-05-17", "--to", "2015-05-17",
                                  "--granularity", "1d", "--timezone", zone});
  EXPECT_EQ(run.code, 0) << run.err;
  return run.code == 0 ? json::parse(run.out).at("data").at("values").at(0) : json();
}

std::string gzipped(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd_compressed(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

TEST(Import, CombinedTracksRequests) {
  const Folder folder;
  folder.write("a.log",
               "10.0.0.1 - - [17/May/2015:10:05:03 +0000] \"GET /a HTTP/1.1\" 200 1000 \"-\" \"x\"\n"
               "10.0.0.1 - frank [17/May/2015:12:05:03 +0200] \"POST /a HTTP/1.1\" 404 - \"-\" \"cut off\r\n"
               "::1 - - [17/May/2015:10:05:04 +0000] \"-\" 408 0 \"-\" \"-\"\n"
               "h - - [17/May/2015:10:05:04 +0000] \"GET /\\\"q\\\" HTTP/1.1\" 200 5 \"http://x/\\\"y\" \"-\"");
  const auto run = folder.trifle({"import", "a.log", "--format", "combined", "--db", "s.db"});
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_THAT(run.err, MatchesRegex("4 lines, 4 events, 0 bad, [0-9]+ rows written, [0-9.]+ s\n"));
  EXPECT_EQ(day_of(folder, "requests"),
            json::parse(R"({"bytes":1005,"count":4,"method":{"GET":2,"POST":1},"status":{"200":2,"404":1,"408":1}})"));
}

TEST(Import, CommonNeedsNoReferer) {
  const Folder folder;
  folder.write("a.log", "h - - [17/May/2015:10:05:03 +0000] \"HEAD / HTTP/1.0\" 301 7\n");
  ASSERT_EQ(folder.trifle({"import", "a.log", "--format", "common", "--db", "s.db", "--key", "web", "--quiet"}).err,
            "");
  EXPECT_EQ(day_of(folder, "web"), json::parse(R"({"bytes":7,"count":1,"method":{"HEAD":1},"status":{"301":1}})"));
  const auto run = folder.trifle({"import", "a.log", "--format", "combined", "--db", "s.db"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("line 1: no referer in quotes: h - - "));
  EXPECT_THAT(run.err, HasSubstr("not one of 1 lines could be used; is it the right format?"));
}

TEST(Import, HostileLabelsAreOneNameEach) {
  const Folder folder;
  folder.write("a.log",
               "h - - [17/May/2015:10:05:03 +0000] \"a.b /x HTTP/1.1\" 200 1 \"-\" \"-\"\n"
               "h - - [17/May/2015:10:05:03 +0000] \"a%2Eb /x HTTP/1.1\" 200 1 \"-\" \"-\"\n"
               "h - - [17/May/2015:10:05:03 +0000] \"*\\\\$'); /x HTTP/1.1\" 200 1 \"-\" \"-\"\n"
               "h - - [17/May/2015:10:05:03 +0000] \"a.b /x HTTP/1.1\" 200 1 \"-\" \"-\"\n");
  ASSERT_EQ(folder.trifle({"import", "a.log", "--format", "combined", "--db", "s.db"}).code, 0);
  EXPECT_EQ(day_of(folder, "requests").at("method"), json::parse(R"({"a.b":2,"a%2Eb":1,"*\\\\$');":1})"));
  const auto plot =
      folder.trifle({"plot", "requests", "method.a\\.b", "--db", "s.db", "--from", "2015-05-17", "--to", "2015-05-17"});
  EXPECT_EQ(plot.code, 0) << plot.err;
}

TEST(Import, BadLinesAreCountedAndTheFirstShown) {
  const Folder folder;
  std::string text = kLine;
  text += "rubbish\n";                                                                                     // 2
  text += "h - - [17/Mai/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"-\"\n";                     // 3
  text += "h - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 2x0 1 \"-\" \"-\"\n";                     // 4
  text += "h - - [17/May/2015:10:05:03 +0000] \"GET \xff HTTP/1.1\" 200 1 \"-\" \"-\"\n";                  // 5
  text += "h - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 99999999999999999999 \"-\" \"-\"\n";  // 6
  text += "\x1b[2J\n";                                                                                     // 7
  text += std::string(2u << 20, 'x') + "\n";                                                               // 8
  text += kLine;
  folder.write("a.log", text);
  const auto run = folder.trifle({"import", "a.log", "--format", "combined", "--db", "s.db"});
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.err, HasSubstr("line 2: no time in brackets: rubbish\n"));
  EXPECT_THAT(run.err, HasSubstr("line 3: its time is none"));
  EXPECT_THAT(run.err, HasSubstr("line 4: no status"));
  EXPECT_THAT(run.err, HasSubstr("line 5: it is not UTF-8"));
  EXPECT_THAT(run.err, HasSubstr("line 6: its number of bytes is beyond 64 bits"));
  EXPECT_THAT(run.err, Not(HasSubstr("line 7")));
  EXPECT_THAT(run.err, HasSubstr("9 lines, 2 events, 7 bad"));
  EXPECT_EQ(day_of(folder, "requests").at("count"), 2);
}

TEST(Import, LongLinesEndWhereTheyEnd) {
  const Folder folder;
  // Lines around every limit: of a block, of a line, and far beyond; each is one bad line, and what follows is read.
  std::string text;
  int bad = 0;
  for (const std::size_t size : {std::size_t{262143}, std::size_t{262144}, std::size_t{1048575}, std::size_t{1048576},
                                 std::size_t{1048577}, std::size_t{5000000}}) {
    text += std::string(size, 'x') + "\n" + kLine;
    ++bad;
  }
  folder.write("a.log", text);
  const auto run = folder.trifle({"import", "a.log", "--format", "combined", "--db", "s.db"});
  EXPECT_THAT(run.err, HasSubstr(std::to_string(2 * bad) + " lines, " + std::to_string(bad) + " events, " +
                                 std::to_string(bad) + " bad"));
}

TEST(Import, StrictStopsAtTheFirstBadLineAndKeepsWhatCameBefore) {
  const Folder folder;
  folder.write("a.log", lines_of(2) + "rubbish\n" + lines_of(3));
  const auto run = folder.trifle({"import", "a.log", "--format", "combined", "--db", "s.db", "--strict"});
  EXPECT_EQ(run.code, 1);
  EXPECT_EQ(run.err, "trifle: line 3: no time in brackets; lines 1-2 are committed; go on with --from-line 3\n");
  EXPECT_EQ(day_of(folder, "requests").at("count"), 2);
  const auto rest = folder.trifle({"import", "a.log", "--format", "combined", "--db", "s.db", "--from-line", "4"});
  EXPECT_THAT(rest.err, HasSubstr("3 lines, 3 events, 0 bad"));
  EXPECT_EQ(day_of(folder, "requests").at("count"), 5);
}

TEST(Import, ReadsCompressedFilesByContent) {
  const std::string once = lines_of(3);
  const std::string many = lines_of(20'000);  // several blocks
  struct Case {
    std::string name;
    std::string content;
    int lines;
  };
  const std::string skippable(
      "\x50\x2a\x4d\x18\x04\x00\x00\x00"
      "abcd",
      12);
  const Case cases[] = {{"plain", once, 3},
                        {"gzip", gzipped(once), 3},
                        {"gzip members", gzipped(once) + gzipped(many), 20'003},
                        {"gzip padding", gzipped(once) + std::string(512, '\0'), 3},
                        {"zstd", zstd_compressed(once), 3},
                        {"zstd frames", zstd_compressed(many) + skippable + zstd_compressed(once), 20'003},
                        {"zstd after a skippable frame", skippable + zstd_compressed(once), 3}};
  for (const auto& one : cases) {
    const Folder folder;
    folder.write("misnamed.txt", one.content);
    const auto file = folder.trifle({"import", "misnamed.txt", "--format", "combined", "--db", "s.db"});
    EXPECT_EQ(file.code, 0) << one.name << file.err;
    EXPECT_EQ(day_of(folder, "requests").at("count"), one.lines) << one.name;
    const auto piped = folder.trifle({"import", "-", "--format", "combined", "--db", "s.db"}, {.input = one.content});
    EXPECT_EQ(piped.code, 0) << one.name << piped.err;
    EXPECT_EQ(day_of(folder, "requests").at("count"), 2 * one.lines) << one.name;
  }
}

TEST(Import, SaysWhereADamagedFileStopped) {
  for (const bool zstd : {false, true}) {
    const Folder folder;
    const std::string whole = zstd ? zstd_compressed(lines_of(3)) : gzipped(lines_of(3));
    folder.write("a.gz", whole.substr(0, whole.size() - 6));
    const auto run = folder.trifle({"import", "a.gz", "--format", "combined", "--db", "s.db"});
    EXPECT_EQ(run.code, 1);
    EXPECT_THAT(run.err, HasSubstr("a.gz is truncated"));
    EXPECT_THAT(run.err, HasSubstr("no line is committed"));
  }
}

TEST(Import, AKilledImportKeepsWholeTransactionsAndGoesOn) {
  const Folder folder;
  const auto started = folder.start({"import", "-", "--format", "combined", "--db", "s.db"});
  const std::string block = lines_of(1000);
  for (int i = 0; i < 100; ++i) {  // 100,000 lines: one whole transaction and a part
    std::string_view rest = block;
    while (!rest.empty()) {
      const ssize_t done = ::write(started.input, rest.data(), rest.size());
      ASSERT_GT(done, 0);
      rest.remove_prefix(static_cast<std::size_t>(done));
    }
  }
  // The first transaction is committed at line 65536, which was read before the pipe took the last of these.
  ::kill(started.child, SIGKILL);
  EXPECT_EQ(Folder::finish(started).code, 128 + SIGKILL);
  const int committed = day_of(folder, "requests").at("count");
  EXPECT_EQ(committed, 65536);
  folder.write("a.log", lines_of(100'000));
  const auto rest = folder.trifle(
      {"import", "a.log", "--format", "combined", "--db", "s.db", "--from-line", std::to_string(committed + 1)});
  EXPECT_EQ(rest.code, 0) << rest.err;
  EXPECT_EQ(day_of(folder, "requests").at("count"), 100'000);
}

TEST(Import, AnInterruptedImportCommitsAndSaysWhereToGoOn) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const Folder folder;
    const auto started = folder.start({"import", "-", "--format", "combined", "--db", "s.db"});
    const std::string text = lines_of(2000);  // more than the pipe holds, so that the program has begun to read
    std::string_view rest = text;
    while (!rest.empty()) {
      const ssize_t done = ::write(started.input, rest.data(), rest.size());
      ASSERT_GT(done, 0);
      rest.remove_prefix(static_cast<std::size_t>(done));
    }
    ::kill(started.child, signal);
    // Its standard input stays open: it must stop by itself.
    std::string err;
    char buffer[4096];
    while (const ssize_t got = ::read(started.err, buffer, sizeof buffer)) {
      if (got < 0) break;
      err.append(buffer, static_cast<std::size_t>(got));
    }
    EXPECT_EQ(Folder::finish(started).code, 130);
    ASSERT_THAT(err, MatchesRegex("trifle: interrupted; (no line is committed|lines 1-[0-9]+ are committed; go on with "
                                  "--from-line [0-9]+)\n"));
    const auto dash = err.find("1-");
    const int told = dash == std::string::npos ? 0 : std::stoi(err.substr(dash + 2));
    if (told > 0) {
      EXPECT_EQ(day_of(folder, "requests").at("count"), told);
    }
  }
}

TEST(Import, DpkgTracksPackagesInTheConfiguredZone) {
  const Folder folder;
  folder.write("dpkg.log",
               "2015-05-17 00:30:00 startup archives unpack\n"
               "2015-05-17 00:30:01 install hello:amd64 <none> 2.10-3\n"
               "2015-05-17 00:30:01 status half-installed hello:amd64 2.10-3\n"
               "2015-05-17 00:30:02 status installed hello:amd64 2.10-3\n"
               "2015-05-17 00:30:03 upgrade libc6:amd64 2.35 2.36\n"
               "2015-05-17 00:30:03 conffile /etc/x keep\n");
  ASSERT_EQ(
      folder.trifle({"import", "dpkg.log", "--format", "dpkg", "--db", "s.db", "--timezone", "Europe/Bratislava"}).code,
      0);
  EXPECT_EQ(
      day_of(folder, "packages", "Europe/Bratislava"),
      json::parse(
          R"({"action":{"conffile":1,"install":1,"startup":1,"upgrade":1},"count":6,"status":{"half-installed":1,"installed":1}})"));
}

TEST(Import, CsvByHeaderByColumnsAndWithQuotes) {
  const Folder folder;
  folder.write("a.csv",
               "time,key,number_eur,label_country,note\r\n"
               "2015-05-17T10:00:00Z,sales,2.5,sk,\r\n"
               "2015-05-17T10:00:00Z,\"sales\",-,\"a,\"\"b\"\".c\",x\r\n"
               "2015-05-17T10:00:00Z,sales,+3,,x\r\n"
               "2015-05-17T10:00:00Z,sales,0x10,sk,x\r\n"
               "2015-05-17T10:00:00Z,sales,1,sk\r\n");
  const auto run = folder.trifle({"import", "a.csv", "--format", "csv", "--db", "s.db"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("line 5: \"0x10\" is not a number (eur)"));
  EXPECT_THAT(run.err, HasSubstr("line 6: too few columns"));
  EXPECT_THAT(run.err, HasSubstr("5 lines, 3 events, 2 bad"));
  EXPECT_EQ(day_of(folder, "sales"), json::parse(R"({"count":3,"country":{"a,\"b\".c":1,"sk":1},"eur":5.5})"));

  folder.write("b.txt", "1431856800;7;x\n1431856800;8;y\n");
  ASSERT_EQ(folder
                .trifle({"import", "b.txt", "--columns", "time,ms,-", "--delimiter", ";", "--time-format", "unix",
                         "--key", "b", "--number", "took=ms", "--count", "", "--db", "s.db", "--from-line", "2"})
                .code,
            0);
  EXPECT_EQ(day_of(folder, "b"), json::parse(R"({"took":8})"));
}

TEST(Import, AnyLineByExpression) {
  const Folder folder;
  folder.write("app.log",
               "17.05.2015 10:00 job=mail.out took 12ms\n"
               "17.05.2015 10:01 job=sync took 5ms\n"
               "17.05.2015 10:02 nothing\n"
               "31.02.2015 10:02 job=sync took 5ms\n");
  const auto run = folder.trifle(
      {"import", "app.log", "--regex", R"(^(?<time>\S+ \S+) job=(?<label_job>\S+) took (?<number_ms>\d+)ms$)",
       "--time-format", "%d.%m.%Y %H:%M", "--key", "jobs", "--db", "s.db", "--timezone", "Asia/Tokyo"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("line 3: it doesn't match the expression"));
  EXPECT_THAT(run.err, HasSubstr("line 4: \"31.02.2015 10:02\" is not a time"));
  EXPECT_EQ(day_of(folder, "jobs", "Asia/Tokyo"), json::parse(R"({"count":2,"job":{"mail.out":1,"sync":1},"ms":17})"));
}

TEST(Import, FlagsChangeWhatALogFormatTracks) {
  const Folder folder;
  folder.write("a.log", lines_of(2));
  ASSERT_EQ(folder
                .trifle({"import", "a.log", "--format", "combined", "--db", "s.db", "--key", "web", "--label", "host",
                         "--label", "http.code=status", "--number", ""})
                .code,
            0);
  EXPECT_EQ(day_of(folder, "web"), json::parse(R"({"count":2,"host":{"10.0.0.1":2},"http":{"code":{"200":2}}})"));
}

TEST(Import, RefusesWrongUseBeforeADatabaseIsMade) {
  const Folder folder;
  folder.write("a.csv", "when,x\n");
  const auto code_and_error = [&](std::vector<std::string> arguments, int code, const char* says) {
    arguments.insert(arguments.begin(), "import");
    arguments.insert(arguments.end(), {"--db", "s.db"});
    const auto run = folder.trifle(arguments);
    EXPECT_EQ(run.code, code) << run.err;
    EXPECT_THAT(run.err, HasSubstr(says));
    EXPECT_FALSE(folder.has("s.db"));
  };
  code_and_error({"a.csv"}, 2, "what are the lines?");
  code_and_error({"a.csv", "--format", "nope"}, 2, "unknown format \"nope\"");
  code_and_error({"a.csv", "--regex", "(?<time>"}, 2, "--regex is wrong at character");
  code_and_error({"a.csv", "--regex", "x"}, 2, "no named group");
  code_and_error({"a.csv", "--regex", "(?<x>.)", "--key", "k"}, 2, "there is no field \"time\"");
  code_and_error({"a.csv", "--columns", "time,x"}, 2, "there is no field \"key\"");
  code_and_error({"a.csv", "--columns", "time,time", "--key", "k"}, 2, "twice");
  code_and_error({"a.csv", "--columns", "time", "--key", "k", "--time-format", "nope"}, 2, "--time-format \"nope\"");
  code_and_error({"nope.log", "--format", "combined"}, 1, "can't open nope.log: No such file or directory");
  code_and_error({".", "--format", "combined"}, 1, "can't read .: Is a directory");
  code_and_error({"a.csv", "--format", "combined", "--timezone", "Mars/Phobos"}, 1, "Mars/Phobos");
  const auto header = folder.trifle({"import", "a.csv", "--format", "csv", "--key", "k", "--db", "t.db"});
  EXPECT_EQ(header.code, 2);
  EXPECT_THAT(header.err, HasSubstr("there is no field \"time\" for the time; the fields are when, x"));
}

TEST(Import, SaysWhatIsCommittedWhenTheDatabaseRefuses) {
  const Folder folder;
  ASSERT_EQ(folder.trifle({"setup", "--joined", "separated", "--db", "s.db"}).code, 0);
  folder.write("a.log", lines_of(3));
  const auto run = folder.trifle({"import", "a.log", "--format", "combined", "--db", "s.db"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("sqlite"));
  EXPECT_THAT(run.err, HasSubstr("; no line is committed\n"));
}

TEST(Import, ShowsProgressOnATerminalOnly) {
  const Folder folder;
  folder.write("a.log", lines_of(200'000));
  const auto shown = folder.trifle({"import", "a.log", "--format", "combined", "--db", "s.db"}, {.terminal = true});
  EXPECT_EQ(shown.code, 0);
  EXPECT_THAT(shown.out, HasSubstr("200000 lines, 200000 events"));
  const auto piped = folder.trifle({"import", "a.log", "--format", "combined", "--db", "s.db"});
  EXPECT_THAT(piped.err, Not(HasSubstr("\r")));
}

}  // namespace
