// What each error reply means, and what a lost connection does, by the moment. The table of docs/drivers/redis.md is
// this one.

#include <gmock/gmock.h>

#include "drivers/redis/failure.hpp"

namespace trifle::stats::detail::redis {
namespace {

struct Case {
  const char* reply;
  ErrorCode code;
  bool retry_is_safe;
  bool reconnect;
};

constexpr Case kCases[] = {
    {"OOM command not allowed when used memory > 'maxmemory'.", ErrorCode::Storage, true, false},
    {"READONLY You can't write against a read only replica.", ErrorCode::Storage, true, true},
    {"LOADING Redis is loading the dataset in memory", ErrorCode::Connection, true, true},
    {"MASTERDOWN Link with MASTER is down", ErrorCode::Connection, true, true},
    {"BUSY Redis is busy running a script.", ErrorCode::Timeout, true, false},
    {"NOSCRIPT No matching script. Please use EVAL.", ErrorCode::Storage, true, false},
    {"MISCONF Errors writing to the AOF file", ErrorCode::Storage, true, false},
    {"NOREPLICAS Not enough good replicas to write.", ErrorCode::Storage, true, false},
    {"MOVED 3999 127.0.0.1:6381", ErrorCode::Storage, true, false},
    {"ASK 3999 127.0.0.1:6381", ErrorCode::Storage, true, false},
    {"CROSSSLOT Keys in request don't hash to the same slot", ErrorCode::Storage, true, false},
    {"CLUSTERDOWN Hash slot not served", ErrorCode::Storage, true, false},
    {"TRYAGAIN Multiple keys request during rehashing of slot", ErrorCode::Storage, true, false},
    {"NOAUTH Authentication required.", ErrorCode::Storage, true, true},
    {"WRONGPASS invalid username-password pair or user is disabled.", ErrorCode::Storage, true, true},
    {"NOPERM this user has no permissions to run the 'hset' command", ErrorCode::Storage, true, false},
    {"WRONGTYPE Operation against a key holding the wrong kind of value", ErrorCode::CorruptData, false, false},
    {"ERR something else", ErrorCode::Storage, true, false},
    {"", ErrorCode::Storage, true, false},
};

TEST(RedisFailure, NoErrorReplyLeavesAnythingWritten) {
  for (const auto& known : kCases) {
    const auto found = verdict(std::string_view(known.reply));
    EXPECT_EQ(found.code, known.code) << known.reply;
    EXPECT_EQ(found.outcome, Outcome::NotApplied) << known.reply;
    EXPECT_EQ(found.retry_is_safe, known.retry_is_safe) << known.reply;
    EXPECT_EQ(found.reconnect, known.reconnect) << known.reply;
  }
}

TEST(RedisFailure, OnlyAWriteThatWasSentInFullIsUnknown) {
  for (const bool timed_out : {false, true}) {
    for (const auto phase : {Phase::Connect, Phase::Send, Phase::Await, Phase::AwaitWrite}) {
      const auto found = verdict(phase, timed_out);
      EXPECT_EQ(found.code, timed_out ? ErrorCode::Timeout : ErrorCode::Connection);
      EXPECT_EQ(found.outcome, phase == Phase::AwaitWrite ? Outcome::Unknown : Outcome::NotApplied);
      EXPECT_EQ(found.retry_is_safe, phase != Phase::AwaitWrite);
    }
  }
}

TEST(RedisFailure, KnowsAServerWithoutScripts) {
  EXPECT_TRUE(refuses_scripts("ERR unknown command 'SCRIPT', with args beginning with: 'LOAD'"));
  EXPECT_TRUE(refuses_scripts("NOPERM this user has no permissions to run the 'script|load' command"));
  EXPECT_FALSE(refuses_scripts("NOSCRIPT No matching script. Please use EVAL."));
  EXPECT_FALSE(refuses_scripts("OOM command not allowed"));
}

TEST(RedisFailure, AnErrorTellsWhatTheServerSaid) {
  try {
    raise_reply("OOM command not allowed", "write");
    FAIL();
  } catch (const StorageError& error) {
    EXPECT_EQ(error.native_text(), "OOM command not allowed");
    EXPECT_EQ(error.operation(), "write");
    EXPECT_EQ(error.backend(), "redis");
    EXPECT_TRUE(error.retry_is_safe());
  }
}

}  // namespace
}  // namespace trifle::stats::detail::redis
