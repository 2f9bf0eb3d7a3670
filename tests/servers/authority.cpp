#include "servers/authority.hpp"

#include <filesystem>
#include <fstream>
#include <vector>

#include "servers/program_output.hpp"

namespace trifle::stats::test {

namespace fs = std::filesystem;

Authority::Authority(const std::string& folder, const std::string& name) : folder_(folder + "/" + name) {
  fs::create_directories(folder_);
  std::ofstream(folder_ + "/openssl.cnf") << "[req]\ndistinguished_name = name\n[name]\n";
  make(folder_ + "/root", name + " root", {}, "basicConstraints=critical,CA:TRUE");
  make(folder_ + "/signer", name + " signer", folder_ + "/root", "basicConstraints=critical,CA:TRUE");
}

std::string Authority::issue(const std::string& name, const std::string& names) const {
  const auto place = folder_ + "/" + name;
  fs::create_directories(place);
  make(place + "/leaf", name, folder_ + "/signer", "subjectAltName=" + names);
  std::ofstream(place + "/certificate.pem")
      << std::ifstream(place + "/leaf.pem").rdbuf() << std::ifstream(folder_ + "/signer.pem").rdbuf();
  fs::rename(place + "/leaf.key", place + "/key.pem");  // only its owner may read it, as clients and servers ask for
  fs::copy_file(file(), place + "/root.pem");
  return place;
}

void Authority::make(const std::string& file, const std::string& subject, const std::string& signer,
                     const std::string& extensions) const {
  std::vector<std::string> words{"openssl",
                                 "req",
                                 "-x509",
                                 "-config",
                                 folder_ + "/openssl.cnf",
                                 "-newkey",
                                 "ec",
                                 "-pkeyopt",
                                 "ec_paramgen_curve:prime256v1",
                                 "-nodes",
                                 "-days",
                                 "2",
                                 "-subj",
                                 "/CN=" + subject,
                                 "-addext",
                                 extensions,
                                 "-keyout",
                                 file + ".key",
                                 "-out",
                                 file + ".pem"};
  if (!signer.empty()) {
    for (const auto& word : {std::string("-CA"), signer + ".pem", std::string("-CAkey"), signer + ".key"})
      words.push_back(word);
  }
  program_output(std::move(words), folder_ + "/said");
}

}  // namespace trifle::stats::test
