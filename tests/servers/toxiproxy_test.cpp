#include "servers/toxiproxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "servers/loopback.hpp"

namespace trifle::stats::test {
namespace {

using namespace std::chrono_literals;

/// Answers each connection with what it sends, byte by byte, until it is destroyed.
class Echo {
 public:
  Echo() {
    auto address = loopback(0);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, any, size) != 0 || ::listen(listener_, 8) != 0 || ::getsockname(listener_, any, &size) != 0) {
      throw std::runtime_error("listen");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Echo() {
    end();
    ::close(listener_);
  }
  /// Waits for the last connection to end, also one that isn't accepted yet: it is before the one that is made here.
  /// Returns how many bytes came.
  std::size_t end() {
    if (!thread_.joinable()) return received_;
    ending_ = true;
    const auto address = loopback(port_);
    const int last = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ::connect(last, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::close(last);
    thread_.join();
    return received_;
  }
  std::string url() const { return "echo://user:secret@127.0.0.1:" + std::to_string(port_) + "/path"; }

 private:
  void serve() {
    for (;;) {
      const int client = ::accept(listener_, nullptr, nullptr);
      if (client < 0) return;
      std::array<char, 256> block;
      const std::size_t before = received_;
      for (ssize_t got = 0; (got = ::recv(client, block.data(), block.size(), 0)) > 0;) {
        received_ += static_cast<std::size_t>(got);
        ::send(client, block.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL);
      }
      ::close(client);
      if (ending_ && received_ == before) return;
    }
  }

  int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::uint16_t port_ = 0;
  std::size_t received_ = 0;
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

class Client {
 public:
  explicit Client(std::uint16_t port) {
    const auto address = loopback(port);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { ::close(socket_); }

  bool connected() const { return connected_; }

  /// What comes back: an echo, or "EOF", or "RST", or "nothing" within the time.
  std::string say(const std::string& text, std::chrono::milliseconds patience = 5s) const {
    ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
    std::string back;
    while (back.size() < text.size()) {
      pollfd ready{socket_, POLLIN, 0};
      if (::poll(&ready, 1, static_cast<int>(patience.count())) == 0) return back + "nothing";
      std::array<char, 256> block;
      const ssize_t got = ::recv(socket_, block.data(), block.size(), 0);
      if (got == 0) return back + "EOF";
      if (got < 0) return back + (errno == ECONNRESET ? "RST" : "error");
      back.append(block.data(), static_cast<std::size_t>(got));
    }
    return back;
  }

 private:
  int socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool connected_ = false;
};

class ToxiproxyTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!Proxy::available()) GTEST_SKIP() << "TRIFLE_TEST_TOXIPROXY_URL is not set: scripts/services starts Toxiproxy";
  }

  Echo echo_;
};

TEST_F(ToxiproxyTest, PassesOnWhatIsSaid) {
  const Proxy proxy(echo_.url());
  EXPECT_EQ(Client(proxy.port()).say("hello"), "hello");
  EXPECT_EQ(proxy.url(), "echo://user:secret@127.0.0.1:" + std::to_string(proxy.port()) + "/path");
}

TEST_F(ToxiproxyTest, TwoAtATimeDontMeet) {
  Proxy first(echo_.url());
  const Proxy second(echo_.url());
  first.limit_data(Stream::Up, 0);
  EXPECT_EQ(Client(second.port()).say("hello"), "hello");
}

TEST_F(ToxiproxyTest, CutsAnOpenConnectionAndHeals) {
  Proxy proxy(echo_.url());
  {
    const Client client(proxy.port());
    EXPECT_EQ(client.say("before"), "before");
    proxy.limit_data(Stream::Down, 3);
    EXPECT_EQ(client.say("behind"), "behEOF");
  }
  proxy.heal();
  EXPECT_EQ(Client(proxy.port()).say("again"), "again");
}

TEST_F(ToxiproxyTest, CutsARequest) {
  Proxy proxy(echo_.url());
  proxy.limit_data(Stream::Up, 2);
  const std::string answer = Client(proxy.port()).say("request");  // an echo of the beginning may come through
  EXPECT_TRUE(answer.ends_with("EOF") || answer.ends_with("RST")) << answer;
  EXPECT_EQ(echo_.end(), 2u);
}

TEST_F(ToxiproxyTest, Resets) {
  Proxy proxy(echo_.url());
  proxy.reset_peer(Stream::Down);
  EXPECT_EQ(Client(proxy.port()).say("x"), "RST");
}

TEST_F(ToxiproxyTest, KeepsSilent) {
  Proxy proxy(echo_.url());
  proxy.timeout(Stream::Down);
  EXPECT_EQ(Client(proxy.port()).say("x", 100ms), "nothing");
}

TEST_F(ToxiproxyTest, Delays) {
  Proxy proxy(echo_.url());
  proxy.latency(Stream::Down, 200ms);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(Client(proxy.port()).say("x"), "x");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 190ms);
}

TEST_F(ToxiproxyTest, SlicesAndSlowsWithoutLoss) {
  Proxy proxy(echo_.url());
  proxy.slicer(Stream::Down, 7, 100us);
  proxy.bandwidth(Stream::Up, 1000);
  const std::string text(1000, 'x');
  EXPECT_EQ(Client(proxy.port()).say(text), text);
}

TEST_F(ToxiproxyTest, GoesDownAndComesBack) {
  Proxy proxy(echo_.url());
  {
    const Client open(proxy.port());
    EXPECT_EQ(open.say("x"), "x");
    proxy.disable();
    const std::string end = open.say("y");
    EXPECT_TRUE(end == "EOF" || end == "RST") << end;
    EXPECT_FALSE(Client(proxy.port()).connected());
  }
  proxy.enable();
  EXPECT_EQ(Client(proxy.port()).say("x"), "x");
}

}  // namespace
}  // namespace trifle::stats::test
