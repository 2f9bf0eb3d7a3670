#pragma once

#include <string>

namespace trifle::stats::test {

/// An authority that signs certificates for one test: a root of its own, and below it another one that signs, as real
/// ones have it. Its files are in a folder that the caller owns. Throws std::runtime_error where the program `openssl`
/// fails.
class Authority {
 public:
  /// `name`: of its folder, in `folder`.
  Authority(const std::string& folder, const std::string& name);

  /// What a client trusts: the root's certificate.
  std::string file() const { return folder_ + "/root.pem"; }

  /// Makes a key and a certificate for `names` ("DNS:db.example,IP:127.0.0.1"), and returns the folder that holds
  /// certificate.pem (with the signer's behind it), key.pem and root.pem.
  std::string issue(const std::string& name, const std::string& names) const;

 private:
  void make(const std::string& file, const std::string& subject, const std::string& signer,
            const std::string& extensions) const;

  std::string folder_;
};

}  // namespace trifle::stats::test
