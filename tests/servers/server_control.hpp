#pragma once

#include <cstddef>
#include <string>

namespace trifle::stats::test {

struct OwnServerOptions {
  /// The folder of a certificate that the server shows (see Authority), or "off"; empty: what it does by itself, which
  /// is TLS on MySQL only.
  std::string tls = {};
  std::size_t disk_megabytes = 0;  ///< it lives on a disk of its own of this size; 0: it doesn't
};

/// A server that belongs to one test, which may kill it and start it again without disturbing the others: its own
/// process, port and data, empty at first. Superuser, password and database are `trifle`, as with the shared servers.
/// It is ended, and its data removed, with this object.
///
/// Starting takes one to four seconds, starting again one or two. For one thread; throws std::runtime_error with what
/// the script said.
class OwnServer {
 public:
  /// Whether TRIFLE_TEST_SERVER_SCRIPTS says where the scripts are, and the shared server of that name runs, so that
  /// one of the kind can run here. Without it a test skips.
  static bool available(const std::string& name);

  /// Whether this machine lets us make such a disk.
  static bool may_have_a_disk();

  /// `name`: postgres, postgres18, mariadb, mysql, redis, redis-cluster, valkey, valkey-cluster, mongo or documentdb.
  explicit OwnServer(const std::string& name, OwnServerOptions options = {});
  OwnServer(const OwnServer&) = delete;
  OwnServer& operator=(const OwnServer&) = delete;
  ~OwnServer();

  /// The same after every start.
  const std::string& url() const noexcept { return url_; }

  /// SIGKILL to the server and its children: it has had no chance to write anything more.
  void kill();
  /// An orderly end: clients are told and disconnected.
  void stop();
  /// On the same port, with the data that it had. Returns when it answers.
  void start();

  /// Takes all that is left of its disk, and gives it back.
  void fill_disk() const;
  void free_disk() const;

 private:
  std::string run(const std::string& verb, const std::string& port = {}) const;

  OwnServerOptions options_;
  std::string script_;
  std::string folder_;
  std::string port_;
  std::string url_;
};

}  // namespace trifle::stats::test
