#pragma once

#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

struct redisContext;
struct redisReply;

namespace trifle::stats::test {

/// Whether TRIFLE_TEST_REDIS_URL says where the server is. Without it a test skips.
bool redis_available();
std::string redis_url();

/// A cluster that the driver is tested on.
struct RedisCluster {
  const char* name;      ///< what a test calls it
  const char* service;   ///< as scripts/services calls it
  const char* variable;  ///< that says where it is. Without it a test skips.
  const char* program;   ///< of a node
  bool in_tree;          ///< its nodes see another Debian's files, and need root to be started

  bool available() const;
  std::string url() const;

  friend std::ostream& operator<<(std::ostream& out, const RedisCluster& cluster) { return out << cluster.name; }
};

inline constexpr RedisCluster kRedisCluster{"redis", "redis-cluster", "TRIFLE_TEST_REDIS_CLUSTER_URL", "redis-server",
                                            false};
inline constexpr RedisCluster kValkeyCluster{"valkey", "valkey-cluster", "TRIFLE_TEST_VALKEY_CLUSTER_URL",
                                             "valkey-server", true};

/// Somebody else's connection, for what a test arranges and looks at; in a cluster it goes where a node sends it.
/// Throws std::runtime_error with an error reply.
class RedisConnection {
 public:
  explicit RedisConnection(const std::string& url = redis_url());

  /// The reply, its elements one after the other; "(nil)" for nil.
  std::vector<std::string> run(const std::vector<std::string>& words);
  /// The only element of it.
  std::string one(const std::vector<std::string>& words);
  /// A line of INFO.
  std::string info(const std::string& name);

 private:
  std::string url_;
  std::unique_ptr<redisContext, void (*)(redisContext*)> context_;
  std::map<std::string, std::unique_ptr<RedisConnection>> others_;  // nodes of the cluster, by address
};

/// Lets a user "noscripts" with password "trifle" do everything but run scripts, and returns a URL of that user.
std::string redis_url_without_scripts(const std::string& url = redis_url());

}  // namespace trifle::stats::test
