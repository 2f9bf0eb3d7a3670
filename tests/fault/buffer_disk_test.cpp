// A disk that is full for a while: nothing is lost, the caller is told, and the writing goes on by itself.

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <thread>
#include <utility>

#include <gmock/gmock.h>
#include <trifle/stats.hpp>
#include <trifle/stats/drivers/sqlite.hpp>

#include "contract/child.hpp"
#include "contract/sqlite_file.hpp"
#include "contract/temp_folder.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;

const Instant kAt = Instant::parse("2026-07-15T10:37:45Z");

/// A user's own namespace, in which he is who he was: without that no file could be made there.
bool enter_namespace() {
  if (::unshare(CLONE_NEWNS) == 0) return true;
  const auto user = std::to_string(::getuid());
  const auto group = std::to_string(::getgid());
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  const auto put = [](const char* file, const std::string& text) {
    return static_cast<bool>(std::ofstream(file) << text << std::flush);
  };
  return put("/proc/self/setgroups", "deny") && put("/proc/self/uid_map", user + " " + user + " 1") &&
         put("/proc/self/gid_map", group + " " + group + " 1");
}

/// A file system of 1 MB in the folder, seen by this process alone and gone with it. False where that isn't allowed.
bool mount_small(const std::string& folder) {
  if (!enter_namespace()) return false;
  ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  return ::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=1m") == 0;
}

/// Takes all the space there is, and gives it back.
class FullDisk {
 public:
  explicit FullDisk(std::string ballast) : ballast_(std::move(ballast)) {
    const int file = ::open(ballast_.c_str(), O_WRONLY | O_CREAT, 0600);
    const std::string block(4096, 'x');
    for (std::size_t size = block.size(); size > 0;) {
      if (::write(file, block.data(), size) <= 0) size /= 2;
    }
    ::close(file);
  }
  void end() { std::filesystem::remove(ballast_); }

 private:
  const std::string ballast_;
};

/// The same by how many pages the database may have, where no file system can be mounted.
class PageLimit {
 public:
  explicit PageLimit(SqliteFile& file) : file_(file) {
    file_.run("PRAGMA max_page_count=" + file_.one("PRAGMA page_count"));
  }
  void end() { file_.run("PRAGMA max_page_count=1000000"); }

 private:
  SqliteFile& file_;
};

/// The same by how large a process may make a file: no larger than the largest of the database is.
class SizeLimit {
 public:
  explicit SizeLimit(const std::string& path) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    auto limit = before_;
    limit.rlim_cur = 0;
    for (const auto* suffix : {"", "-wal", "-shm"})
      limit.rlim_cur = std::max<rlim_t>(limit.rlim_cur, std::filesystem::file_size(path + suffix));
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  void end() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

#define MUST(what)                                          \
  do {                                                      \
    if (!(what)) {                                          \
      std::cerr << "child: not so: " << #what << std::endl; \
      return false;                                         \
    }                                                       \
  } while (false)

/// In a process of its own. `fill` returns what ends the want.
template <class Fill>
bool nothing_is_lost(const std::string& path, Driver driver, bool background, Fill&& fill) {
  std::atomic<int> told{0};
  std::atomic<int> dropped{0};
  Stats stats(std::move(driver), {.granularities = {"1h", "1d"},
                                  .buffer = {.duration = 1ms, .size = 16},
                                  .on_error = [&](const Error&) { ++told; },
                                  .on_drop = [&](const Dropped&) { ++dropped; }});
  stats.setup();
  std::map<std::string, std::int64_t> expected;
  const auto track = [&](int i) {
    const auto key = "key::" + std::to_string(i % 997);
    stats.track(key, kAt, {{"n", 1}, {"name_" + std::to_string(i % 13), 0.25}});
    ++expected[key];
  };
  int calls = 0;
  // What writes by itself is a thread, or on a lent connection the calls that follow.
  const auto let_write = [&] { background ? std::this_thread::yield() : track(calls++); };
  for (; calls < 50; ++calls) track(calls);
  stats.flush();

  auto want = fill();
  bool full = false;
  while (!full && calls < 50'000) {
    for (int i = 0; i < 20; ++i) track(calls++);
    try {
      stats.flush();
    } catch (const StorageError& error) {
      full = true;
      std::cout << calls << " calls: " << error.what() << std::endl;
    }
  }
  MUST(full);
  for (int i = 0; i < 2000; ++i) track(calls++);
  MUST(stats.health().queued_operations >= 2000);
  while (told == 0) let_write();  // it has tried by itself too
  MUST(!stats.health().last_error.empty());

  want.end();
  const auto end = std::chrono::steady_clock::now() + 100s;
  while (stats.health().queued_operations > 0) {
    MUST(std::chrono::steady_clock::now() < end);
    let_write();
  }
  for (const auto& [key, count] : expected) {
    const Series series = stats.values(key, kAt, kAt, "1h");
    MUST(series[0].row["n"] == Number(count));
  }
  MUST(dropped == 0);
  MUST(stats.health().retried_batches > 0);
  MUST(SqliteFile(path).one("PRAGMA integrity_check") == "ok");
  return true;
}

class BufferDiskTest : public testing::TestWithParam<bool> {
 protected:
  const TempFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, BufferDiskTest, testing::Bool(),
                         [](const auto& ledger) { return std::string(ledger.param ? "ledger" : "no_ledger"); });

TEST_P(BufferDiskTest, AFullFileSystem) {
  Child child([&] {
    const auto path = folder_.file("stats.db");
    const drivers::SqliteOptions options{.ledger = GetParam()};
    if (mount_small(folder_.path())) {
      return nothing_is_lost(path, drivers::sqlite(path, options), true,
                             [&] { return FullDisk(folder_.file("ballast")); });
    }
    std::cout << "mounting isn't allowed here: the database is full by its pages" << std::endl;
    SqliteFile lent(path);
    return nothing_is_lost(path, drivers::sqlite(lent.get(), options), false, [&] { return PageLimit(lent); });
  });
  EXPECT_TRUE(child.succeeded());
}

// What the kernel answers here is an I/O error, at times during the commit: whether that is there only a ledger can
// tell.
TEST(BufferDiskLimitTest, ALimitOfTheFilesSize) {
  const TempFolder folder;
  Child child([&] {
    const auto path = folder.file("stats.db");
    return nothing_is_lost(path, drivers::sqlite(path, {.ledger = true}), true, [&] { return SizeLimit(path); });
  });
  EXPECT_TRUE(child.succeeded());
}

}  // namespace
}  // namespace trifle::stats::test
