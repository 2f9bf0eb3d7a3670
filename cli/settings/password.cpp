#include "settings/password.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "failure.hpp"
#include "settings/environment.hpp"
#include "settings/prompt.hpp"
#include "settings/server_url.hpp"

namespace trifle::cli {
namespace {

constexpr std::size_t kLongestPassword = 4096;

class File {
 public:
  /// `what` it holds: "password".
  File(const char* what, const std::string& path)
      : what_(what), path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) fail(std::strerror(errno));
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  /// Asked of the open file, so that what is read is what was checked.
  void must_be_private() const {
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0) fail(std::strerror(errno));
    if (S_ISREG(status.st_mode) && (status.st_mode & (S_IROTH | S_IWOTH)) != 0) {
      throw Failure("the " + what_ + " file " + path_ + " is open to every user of this machine: chmod 600 " + path_);
    }
  }

  std::string first_line() const {
    std::string text;
    std::array<char, 512> block;
    while (text.find('\n') == std::string::npos && text.size() <= kLongestPassword) {
      const ssize_t got = ::read(descriptor_, block.data(), block.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail(std::strerror(errno));
      if (got == 0) break;
      text.append(block.data(), static_cast<std::size_t>(got));
    }
    text.resize(std::min(text.find('\n'), text.size()));
    if (text.ends_with('\r')) text.pop_back();
    if (text.empty() || text.size() > kLongestPassword) {
      throw Failure("the first line of the " + what_ + " file " + path_ +
                    (text.empty() ? " is empty" : " is too long"));
    }
    return text;
  }

 private:
  [[noreturn]] void fail(const char* reason) const {
    throw Failure("read " + what_ + " file " + path_ + ": " + reason);
  }

  std::string what_;
  std::string path_;
  int descriptor_;
};

std::string read_secret(const char* what, const std::string& path) {
  const File file(what, expand_home(path));
  file.must_be_private();
  return file.first_line();
}

std::string given(const Flags& flags, std::string_view name) {
  const auto found = flags.find(name);
  return found == flags.end() ? std::string() : found->second;
}

}  // namespace

std::optional<std::string> password_of(const Settings& settings) {
  if (settings.is_on("ask-password"))
    return ask_secret("Password: ", "password",
                      "--ask-password needs a terminal; use TRIFLE_PASSWORD or --password-file");
  if (!settings["password"].empty()) return settings["password"];
  if (settings["password-file"].empty()) return {};
  return read_secret("password", settings["password-file"]);
}

std::string token_of(const Settings& settings) {
  if (!settings["token"].empty()) return settings["token"];
  if (!settings["token-file"].empty()) return read_secret("token", settings["token-file"]);
  return ask_secret("Trifle token: ", "token",
                    "missing token: set TRIFLE_TOKEN, --token-file, or token in the configuration file");
}

std::string password_warning(const Flags& flags) {
  const bool shown =
      !given(flags, "password").empty() || holds_password(given(flags, "db")) || holds_password(given(flags, "dsn"));
  if (!given(flags, "token").empty()) {
    return "trifle: every user of this machine can see a token on the command line: TRIFLE_TOKEN or --token-file keeps "
           "it";
  }
  if (!shown) return {};
  return "trifle: every user of this machine can see a password on the command line: TRIFLE_PASSWORD, --password-file "
         "or --ask-password keep it";
}

}  // namespace trifle::cli
