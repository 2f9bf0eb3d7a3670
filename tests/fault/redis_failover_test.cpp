// A master of a cluster that hands over, or is killed, under four programs: with and without waiting for replicas.

#include "fault/redis_cluster_fault_test.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

#include <gmock/gmock.h>
#include <trifle/stats.hpp>

#include "contract/batches.hpp"
#include "contract/child.hpp"

extern char** environ;

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;
using detail::redis::slot_of;

class RedisFailoverTest : public RedisClusterFaultTest {};

INSTANTIATE_TEST_SUITE_P(Clusters, RedisFailoverTest, testing::Values(kRedisCluster, kValkeyCluster),
                         [](const auto& cluster) { return std::string(cluster.param.name); });

::pid_t process_of(RedisConnection& node) { return static_cast<::pid_t>(std::stoi(node.info("process_id"))); }

/// A node that a test itself starts, until the end of this object.
class StartedNode {
 public:
  /// `beside`: one of the same cluster that runs; `folder` as it sees it.
  StartedNode(const RedisCluster& cluster, RedisConnection& beside, const std::string& folder, int port) {
    std::vector<std::string> command = {cluster.program,
                                        "--bind",
                                        "127.0.0.1",
                                        "--port",
                                        std::to_string(port),
                                        "--dir",
                                        folder,
                                        "--cluster-enabled",
                                        "yes",
                                        "--cluster-node-timeout",
                                        "2000",
                                        "--appendonly",
                                        "yes",
                                        "--save",
                                        "",
                                        "--requirepass",
                                        "trifle",
                                        "--masterauth",
                                        "trifle"};
    if (cluster.in_tree)
      command.insert(command.begin(), {"chroot", "/proc/" + std::to_string(process_of(beside)) + "/root"});
    std::vector<char*> argv;
    for (auto& word : command) argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    for (const int end : {1, 2}) ::posix_spawn_file_actions_addopen(&actions, end, "/dev/null", O_WRONLY, 0);
    const int failed = ::posix_spawnp(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) throw std::runtime_error(command[0] + " can't be started");
  }
  StartedNode(const StartedNode&) = delete;
  StartedNode& operator=(const StartedNode&) = delete;
  ~StartedNode() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

 private:
  ::pid_t pid_ = 0;
};

/// Four programs that write to the same buckets until they are told to stop.
class Programs {
 public:
  Programs(const std::string& url, const drivers::RedisOptions& options, const std::vector<std::int64_t>& buckets)
      : tracked_(buckets.size()) {
    for (int program = 0; program < kPrograms; ++program)
      programs_.emplace_back([&] { return run(url, options, buckets); });
    told_.close_writing();
    // What they tracked comes as so many bytes, which must be taken while they come.
    adding_ = std::jthread([this] {
      while (const auto bucket = told_.get()) ++tracked_[static_cast<std::size_t>(*bucket)];
    });
  }
  ~Programs() { programs_.clear(); }

  /// Returns how much they tracked in each bucket, once all is written.
  const std::vector<std::int64_t>& stop() {
    for (int program = 0; program < kPrograms; ++program) stop_.put();
    for (auto& program : programs_) EXPECT_TRUE(program.succeeded());
    adding_.join();
    return tracked_;
  }

 private:
  static constexpr int kPrograms = 4;

  bool run(const std::string& url, const drivers::RedisOptions& options, const std::vector<std::int64_t>& buckets) {
    std::atomic<bool> done{false};
    std::jthread waiting([&] {
      stop_.wait();
      done = true;
    });
    std::size_t tracked = 0;
    trifle::Stats stats(drivers::redis(url, options), {.granularities = {"1h"}, .buffer = {.duration = 5ms}});
    while (!done) {
      stats.track("k", Instant::from_unix(buckets[tracked % buckets.size()]), {{"n", 1}});
      ++tracked;
      std::this_thread::sleep_for(500us);
    }
    const auto report = stats.close(60s);
    const auto health = stats.health();
    for (std::size_t i = 0; i < tracked; ++i) told_.put(static_cast<char>(i % buckets.size()));
    return report.kept == 0 && health.unknown_operations == 0 && health.dropped_refused == 0;
  }

  Pipe stop_;
  Pipe told_;
  std::vector<Child> programs_;
  std::vector<std::int64_t> tracked_;  // by bucket
  std::jthread adding_;
};

TEST_P(RedisFailoverTest, AMasterThatIsKilledUnderFourProgramsTakesNothingThatReplicasHad) {
  start(1);
  const auto buckets = hours(kTen, 24);
  Programs programs(url, {.connect_timeout = 1s, .wait_replicas = 1, .wait_timeout = 500ms}, buckets);
  auto seen_by = node(ports[1]);
  auto master = node(ports[0]);
  const auto reading = open();
  await("all programs write", [&] { return read(*reading, "k", "1h", buckets).size() == buckets.size(); });
  detail::redis::Slot slot = 0;
  while (owner_of(slot, seen_by) != ports[0]) slot = static_cast<detail::redis::Slot>(slot + 1'000);
  const auto folder = master.run({"CONFIG", "GET", "dir"}).at(1);
  ::kill(process_of(master), SIGKILL);
  await("a replica takes its place", [&] { return owner_of(slot, seen_by) != ports[0]; });
  // It comes back, as a replica of the one that took its place: until then nobody can be waited for.
  const StartedNode again(GetParam(), seen_by, folder, ports[0]);
  std::this_thread::sleep_for(300ms);
  const auto& tracked = programs.stop();

  const auto found = read(*open(), "k", "1h", buckets);
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    EXPECT_EQ(found.at(buckets[i]).at("n"), Number(tracked[i])) << i;
    EXPECT_GT(tracked[i], 4);
  }
}

TEST_P(RedisFailoverTest, AMasterThatHandsOverTakesNothing) {
  start(1);
  const auto buckets = hours(kTen, 24);
  Programs programs(url, {.connect_timeout = 1s}, buckets);
  auto seen_by = node(ports[1]);
  auto master = node(ports[0]);
  const auto reading = open();
  await("all programs write", [&] { return read(*reading, "k", "1h", buckets).size() == buckets.size(); });
  const auto replica_port = std::stoi(master.run({"ROLE"}).at(3));
  detail::redis::Slot slot = 0;
  while (owner_of(slot, seen_by) != ports[0]) slot = static_cast<detail::redis::Slot>(slot + 1'000);
  auto replica = node(replica_port);
  auto ask_at = std::chrono::steady_clock::now();
  await("the replica takes its place", [&] {
    if (owner_of(slot, seen_by) == replica_port) return true;
    // On a busy machine the two may not agree in the 5 s that they give themselves.
    if (const auto now = std::chrono::steady_clock::now(); now >= ask_at && replica.run({"ROLE"}).at(0) == "slave") {
      replica.run({"CLUSTER", "FAILOVER"});
      ask_at = now + 7s;
    }
    return false;
  });
  await("the old master sends programs away", [&] { return errors(master, "MOVED") > 0; });
  const auto& tracked = programs.stop();
  const auto found = read(*open(), "k", "1h", buckets);
  for (std::size_t i = 0; i < buckets.size(); ++i) EXPECT_EQ(found.at(buckets[i]).at("n"), Number(tracked[i])) << i;
}

/// A node that hasn't heard of enough others for a while answers CLUSTERDOWN; on a busy machine any may.
std::string answer_of_cluster(RedisConnection& node, const std::vector<std::string>& words) {
  std::string answer;
  await("the cluster is up", [&] {
    try {
      answer = node.one(words);
      return true;
    } catch (const std::runtime_error& error) {
      if (std::string_view(error.what()).find("CLUSTERDOWN") == std::string_view::npos) throw;
      return false;
    }
  });
  return answer;
}

TEST_P(RedisFailoverTest, AMasterThatIsKilledTakesWhatNoReplicaHadAndNothingElse) {
  start(1);
  const auto buckets = hours(kTen, 24);
  Programs programs(url, {.connect_timeout = 1s}, buckets);
  auto seen_by = node(ports[1]);
  auto master = node(ports[0]);
  const auto name = [](std::int64_t at) { return "trfl::k::1h::" + std::to_string(at); };
  const auto reading = open();
  await("all programs write", [&] { return read(*reading, "k", "1h", buckets).size() == buckets.size(); });
  std::vector<std::size_t> its;
  for (std::size_t i = 0; i < buckets.size(); ++i)
    if (owner_of(slot_of(name(buckets[i])), seen_by) == ports[0]) its.push_back(i);
  ASSERT_FALSE(its.empty());
  const auto held_by = [&](RedisConnection& node) {
    std::vector<std::int64_t> sums(buckets.size());
    for (const auto i : its) sums[i] = std::stoll(answer_of_cluster(node, {"HGET", name(buckets[i]), "n"}));
    return sums;
  };

  // The window in which it has answered and its replica has nothing of it is milliseconds, and nobody knows what is in
  // it. So it is held open: the replica no longer gets in, and keeps what it has.
  const auto replica_port = std::stoi(master.run({"ROLE"}).at(3));
  auto replica = node(replica_port);
  replica.run({"READONLY"});
  replica.run({"CONFIG", "SET", "masterauth", "another"});
  master.run({"CLIENT", "KILL", "TYPE", "replica"});
  await("the replica is left behind", [&] { return replica.info("master_link_status") == "down"; });
  const auto copied = held_by(replica);
  await("the programs go on", [&] {
    const auto sums = held_by(master);
    return std::all_of(its.begin(), its.end(), [&](std::size_t i) { return sums[i] > copied[i] + 10; });
  });
  // Whatever it has done by now it has answered; whatever comes now it doesn't do any more.
  master.run({"CLIENT", "PAUSE", "60000", "WRITE"});
  const auto answered = held_by(master);
  ::kill(process_of(master), SIGKILL);
  const auto slot = slot_of(name(buckets[its[0]]));
  await("the replica takes its place", [&] { return owner_of(slot, seen_by) == replica_port; });
  await("the programs write to it", [&] {
    const auto sums = held_by(replica);
    return std::all_of(its.begin(), its.end(), [&](std::size_t i) { return sums[i] > copied[i]; });
  });
  const auto& tracked = programs.stop();

  // Nothing is counted twice, nothing else is lost, and nobody could know of it: no error, nothing unknown.
  const auto found = read(*open(), "k", "1h", buckets);
  for (std::size_t i = 0; i < buckets.size(); ++i)
    EXPECT_EQ(found.at(buckets[i]).at("n"), Number(tracked[i] - (answered[i] - copied[i]))) << i;
}

}  // namespace
}  // namespace trifle::stats::test
