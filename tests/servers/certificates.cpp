#include "servers/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <fstream>
#include <stdexcept>

namespace trifle::stats::test {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&::X509_free)>;

constexpr long kDay = 24 * 60 * 60;

Key new_key() {
  Key key(EVP_EC_gen("P-256"), ::EVP_PKEY_free);
  if (!key) throw std::runtime_error("no key");
  return key;
}

void extend(X509* certificate, X509* issuer, int what, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  ::X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = ::X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
  if (extension == nullptr) throw std::runtime_error("no extension " + value);
  ::X509_add_ext(certificate, extension, -1);
  ::X509_EXTENSION_free(extension);
}

/// Signed by itself where there is no issuer.
Certificate new_certificate(const std::string& name, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key, int first_day,
                            int last_day, const std::string& host) {
  static long serial = 0;
  Certificate made(::X509_new(), ::X509_free);
  ::X509_set_version(made.get(), 2);
  ::ASN1_INTEGER_set(::X509_get_serialNumber(made.get()), ++serial);
  ::X509_gmtime_adj(::X509_getm_notBefore(made.get()), first_day * kDay);
  ::X509_gmtime_adj(::X509_getm_notAfter(made.get()), last_day * kDay);
  ::X509_set_pubkey(made.get(), key);
  X509_NAME* const subject = ::X509_get_subject_name(made.get());
  ::X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.c_str()), -1,
                               -1, 0);
  ::X509_set_issuer_name(made.get(), issuer != nullptr ? ::X509_get_subject_name(issuer) : subject);
  X509* const signer = issuer != nullptr ? issuer : made.get();
  if (host.empty()) {
    extend(made.get(), signer, NID_basic_constraints, "critical,CA:TRUE");
    extend(made.get(), signer, NID_key_usage, "critical,keyCertSign,cRLSign");
  } else {
    extend(made.get(), signer, NID_basic_constraints, "critical,CA:FALSE");
    extend(made.get(), signer, NID_ext_key_usage, "serverAuth");
    extend(made.get(), signer, NID_subject_alt_name, "DNS:" + host);
  }
  if (::X509_sign(made.get(), issuer_key != nullptr ? issuer_key : key, ::EVP_sha256()) == 0)
    throw std::runtime_error("not signed");
  return made;
}

template <class Write>
std::string as_pem(Write&& write) {
  const std::unique_ptr<BIO, decltype(&::BIO_free)> out(::BIO_new(::BIO_s_mem()), ::BIO_free);
  write(out.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
  return as_pem([&](BIO* out) { ::PEM_write_bio_X509(out, certificate); });
}

std::string written(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << text;
  return path.string();
}

}  // namespace

struct Authority::Parts {
  Key key;
  Certificate certificate;
  std::string chain;  // itself and what leads to the root, without the root
};

Authority::Authority(const std::string& name) {
  auto key = new_key();
  auto certificate = new_certificate(name, key.get(), nullptr, nullptr, -1, 1, {});
  parts_ = std::make_shared<Parts>(Parts{std::move(key), std::move(certificate), {}});
}

Authority Authority::signed_authority(const std::string& name) const {
  auto key = new_key();
  auto made = new_certificate(name, key.get(), parts_->certificate.get(), parts_->key.get(), -1, 1, {});
  std::string chain = pem_of(made.get()) + parts_->chain;
  return Authority(std::make_shared<Parts>(Parts{std::move(key), std::move(made), std::move(chain)}));
}

std::string Authority::pem() const { return pem_of(parts_->certificate.get()); }

TlsFiles Authority::issue(const std::string& host, const std::filesystem::path& folder, int first_day,
                          int last_day) const {
  static int count = 0;
  const auto key = new_key();
  const auto made =
      new_certificate(host, key.get(), parts_->certificate.get(), parts_->key.get(), first_day, last_day, host);
  const std::string name = "server" + std::to_string(++count);
  const std::string key_text =
      as_pem([&](BIO* out) { ::PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  return {.chain = written(folder / (name + ".pem"), pem_of(made.get()) + parts_->chain),
          .key = written(folder / (name + ".key"), key_text)};
}

}  // namespace trifle::stats::test
