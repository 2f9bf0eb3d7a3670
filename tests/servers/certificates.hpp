#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "servers/http_server.hpp"

namespace trifle::stats::test {

/// A certificate authority that lives as long as the test: a root, or one that another signed.
class Authority {
 public:
  explicit Authority(const std::string& name);
  Authority signed_authority(const std::string& name) const;

  /// Its certificate alone, PEM.
  std::string pem() const;

  /// A server's certificate for this host, by an EC key of its own, valid in days from now; the chain ends below the
  /// root. Written to `folder`.
  TlsFiles issue(const std::string& host, const std::filesystem::path& folder, int first_day = -1,
                 int last_day = 1) const;

 private:
  struct Parts;
  explicit Authority(std::shared_ptr<Parts> parts) : parts_(std::move(parts)) {}

  std::shared_ptr<Parts> parts_;
};

}  // namespace trifle::stats::test
