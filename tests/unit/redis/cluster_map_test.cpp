// Which slot a name is in, and which node serves it.

#include <hiredis/hiredis.h>

#include <memory>
#include <set>
#include <string>

#include <gmock/gmock.h>

#include "drivers/redis/names.hpp"
#include "drivers/redis/slot_map.hpp"
#include "drivers/redis/slots.hpp"

namespace trifle::stats::detail::redis {
namespace {

using testing::ElementsAre;

TEST(RedisSlots, AreThoseOfTheSpecification) {
  EXPECT_EQ(slot_of("123456789"), 0x31C3 % kSlots);
  EXPECT_EQ(slot_of(""), 0);
  EXPECT_EQ(slot_of("foo"), 12182);
  EXPECT_EQ(slot_of("bar"), 5061);
  EXPECT_EQ(slot_of("hello"), 866);
}

TEST(RedisSlots, WhatIsInBracesDecides) {
  EXPECT_EQ(slot_of("{user1000}.following"), slot_of("user1000"));
  EXPECT_EQ(slot_of("{user1000}.followers"), slot_of("user1000"));
  EXPECT_EQ(slot_of("foo{bar}{zap}"), slot_of("bar"));
  EXPECT_EQ(slot_of("foo{{bar}}zap"), slot_of("{bar"));
  EXPECT_NE(slot_of("foo{}{bar}"), slot_of("bar")) << "empty braces are none";
  EXPECT_NE(slot_of("foo{bar"), slot_of("bar"));
  EXPECT_NE(slot_of("foo}bar{"), slot_of(""));
}

TEST(RedisSlots, EachHasATag) {
  const Layout layout{.prefix = "a{b"};
  const Names names(layout);
  std::set<std::string> tags;
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    const auto tag = tag_of(static_cast<Slot>(slot));
    ASSERT_EQ(slot_of("{" + tag + "}trfl_batches"), slot) << tag;
    ASSERT_EQ(slot_of(names.last_batch(static_cast<Slot>(slot), {})), slot) << "braces in the prefix";
    ASSERT_LE(tag.size(), 6u);
    tags.insert(tag);
  }
  EXPECT_EQ(tags.size(), kSlots);
}

/// What hiredis reads.
class Read {
 public:
  explicit Read(const std::string& bytes) : reader_(redisReaderCreate(), redisReaderFree) {
    reader_->fn = Reply::functions();
    reader_->privdata = &reply;
    void* unused = nullptr;
    redisReaderFeed(reader_.get(), bytes.data(), bytes.size());
    EXPECT_EQ(redisReaderGetReply(reader_.get(), &unused), REDIS_OK);
    EXPECT_NE(unused, nullptr) << "half a reply";
  }

  Reply reply;

 private:
  std::unique_ptr<redisReader, void (*)(redisReader*)> reader_;
};

std::string text(const std::string& words) { return "$" + std::to_string(words.size()) + "\r\n" + words + "\r\n"; }
std::string node(const std::string& host, int port) {
  return "*4\r\n" + text(host) + ":" + std::to_string(port) + "\r\n" + text("id") + "*2\r\n" + text("hostname") +
         text("h.example");
}

const NodeAddress kAsked{"asked.example", 7000};

TEST(RedisSlotMap, IsReadWithReplicas) {
  const Read read("*2\r\n*4\r\n:0\r\n:99\r\n" + node("10.0.0.1", 7001) + node("10.0.0.2", 7002) +
                  "*3\r\n:200\r\n:16383\r\n" + node("10.0.0.2", 7001));
  const auto map = SlotMap::read(read.reply, kAsked);
  ASSERT_TRUE(map);
  const NodeAddress first{"10.0.0.1", 7001};
  const NodeAddress second{"10.0.0.2", 7001};
  EXPECT_THAT(map->nodes(), ElementsAre(first, NodeAddress{"10.0.0.2", 7002}, second));
  EXPECT_THAT(map->masters(), ElementsAre(first, second));
  EXPECT_EQ(*map->address(0), first);
  EXPECT_EQ(*map->address(99), first);
  EXPECT_EQ(map->address(100), nullptr);
  EXPECT_EQ(*map->address(200), second);
  EXPECT_EQ(*map->address(16383), second);
  EXPECT_EQ(map->unserved(), 100u);
}

TEST(RedisSlotMap, ANodeThatDoesNotKnowItsNameIsWhereItWasFound) {
  for (const auto& host : {text(""), text("?"), std::string("$-1\r\n")}) {
    const Read read("*1\r\n*3\r\n:0\r\n:1\r\n*3\r\n" + host + ":7001\r\n" + text("id"));
    const auto map = SlotMap::read(read.reply, kAsked);
    ASSERT_TRUE(map);
    EXPECT_EQ(*map->address(0), (NodeAddress{"asked.example", 7001}));
  }
}

TEST(RedisSlotMap, WhatIsNoneIsRefused) {
  for (const auto* bytes : {"+OK\r\n", ":1\r\n", "*1\r\n:1\r\n", "*1\r\n*1\r\n:1\r\n",
                            "*1\r\n*3\r\n:0\r\n:16384\r\n*2\r\n$1\r\na\r\n:1\r\n",
                            "*1\r\n*3\r\n:-1\r\n:1\r\n*2\r\n$1\r\na\r\n:1\r\n", "*1\r\n*3\r\n:0\r\n:1\r\n:2\r\n"}) {
    EXPECT_FALSE(SlotMap::read(Read(bytes).reply, kAsked)) << bytes;
  }
  EXPECT_EQ(SlotMap::read(Read("*0\r\n").reply, kAsked)->unserved(), kSlots);
}

TEST(RedisSlotMap, FollowsASlot) {
  SlotMap map;
  EXPECT_FALSE(map.owner(5));
  map.move(5, {"a", 1});
  map.move(6, {"b", 1});
  map.move(5, {"b", 1});
  EXPECT_EQ(map.owner(5), map.owner(6));
  EXPECT_THAT(map.masters(), ElementsAre(NodeAddress{"b", 1}));
}

TEST(RedisSlotMap, ReadsARedirection) {
  EXPECT_EQ(redirection("MOVED 3999 127.0.0.1:6381", kAsked), (NodeAddress{"127.0.0.1", 6381}));
  EXPECT_EQ(redirection("ASK 3999 ::1:6381", kAsked), (NodeAddress{"::1", 6381}));
  EXPECT_EQ(redirection("MOVED 3999 :6381", kAsked), (NodeAddress{"asked.example", 6381}));
  for (const auto* reply : {"MOVED 3999", "ASK", "MOVED", "ERR 1 a:1", "MOVED 1 a:x", "MOVED 1 a:70000", "ASK 1 a:0"})
    EXPECT_FALSE(redirection(reply, kAsked)) << reply;
}

TEST(RedisNodeAddress, IsAHostAndAPort) {
  EXPECT_EQ(NodeAddress::read("a.example:1"), (NodeAddress{"a.example", 1}));
  EXPECT_EQ(NodeAddress::read("[::1]:65535"), (NodeAddress{"::1", 65535}));
  for (const auto* text : {"", "a", "a:", "a:b", "a:-1", "a:65536", "a:1x"})
    EXPECT_FALSE(NodeAddress::read(text)) << text;
}

}  // namespace
}  // namespace trifle::stats::detail::redis
