#include "contract/redis_connection.hpp"

#include <hiredis/hiredis.h>

#include <cstdlib>
#include <stdexcept>
#include <string_view>

#include "drivers/redis/options.hpp"
#include "drivers/redis/slot_map.hpp"
#include "servers/server_url.hpp"

namespace trifle::stats::test {
namespace {

void append(std::vector<std::string>& out, const redisReply& reply) {
  switch (reply.type) {
    case REDIS_REPLY_ARRAY:
      for (std::size_t i = 0; i < reply.elements; ++i) append(out, *reply.element[i]);
      break;
    case REDIS_REPLY_INTEGER:
      out.push_back(std::to_string(reply.integer));
      break;
    case REDIS_REPLY_NIL:
      out.push_back("(nil)");
      break;
    default:
      out.emplace_back(reply.str, reply.len);
  }
}

}  // namespace

bool redis_available() { return std::getenv("TRIFLE_TEST_REDIS_URL") != nullptr; }

std::string redis_url() {
  const char* const url = std::getenv("TRIFLE_TEST_REDIS_URL");
  if (!url) throw std::runtime_error("TRIFLE_TEST_REDIS_URL is not set");
  return url;
}

bool RedisCluster::available() const { return std::getenv(variable) != nullptr; }

std::string RedisCluster::url() const {
  const char* const url = std::getenv(variable);
  if (!url) throw std::runtime_error(std::string(variable) + " is not set");
  return url;
}

RedisConnection::RedisConnection(const std::string& url) : url_(url), context_(nullptr, redisFree) {
  auto server = detail::redis::read_url(url);
  if (!server.cluster.empty()) {
    const auto first = detail::redis::NodeAddress::read(server.cluster.front());
    server.host = first->host;
    server.port = first->port;
  }
  context_.reset(redisConnect(server.host.c_str(), server.port));
  if (!context_ || context_->err) throw std::runtime_error("no connection to Redis");
  if (!server.user.empty()) {
    run({"AUTH", server.user, server.password});
  } else if (!server.password.empty()) {
    run({"AUTH", server.password});
  }
}

std::vector<std::string> RedisConnection::run(const std::vector<std::string>& words) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const auto& word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  const std::unique_ptr<redisReply, void (*)(void*)> reply(
      static_cast<redisReply*>(
          redisCommandArgv(context_.get(), static_cast<int>(words.size()), texts.data(), sizes.data())),
      freeReplyObject);
  if (!reply) throw std::runtime_error("Redis: " + std::string(context_->errstr));
  if (reply->type == REDIS_REPLY_ERROR && std::string_view(reply->str, reply->len).starts_with("MOVED ")) {
    const std::string moved(reply->str, reply->len);
    auto& other = others_[moved.substr(moved.rfind(' ') + 1)];
    if (!other) other = std::make_unique<RedisConnection>(with_address(url_, moved.substr(moved.rfind(' ') + 1)));
    return other->run(words);
  }
  if (reply->type == REDIS_REPLY_ERROR) throw std::runtime_error("Redis: " + std::string(reply->str, reply->len));
  std::vector<std::string> out;
  append(out, *reply);
  return out;
}

std::string RedisConnection::one(const std::vector<std::string>& words) { return run(words).at(0); }

std::string RedisConnection::info(const std::string& name) {
  const auto text = one({"INFO", "everything"});
  const auto at = text.find("\n" + name + ":");
  if (at == std::string::npos) return {};
  const auto from = at + name.size() + 2;
  return text.substr(from, text.find('\r', from) - from);
}

std::string redis_url_without_scripts(const std::string& url) {
  RedisConnection(url).run({"ACL", "SETUSER", "noscripts", "on", ">trifle", "~*", "&*", "+@all", "-@scripting"});
  const auto server = detail::redis::read_url(url);
  return "redis://noscripts:trifle@" + server.host + ":" + std::to_string(server.port);
}

}  // namespace trifle::stats::test
