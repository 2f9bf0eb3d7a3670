#include "console.hpp"

#include <langinfo.h>
#include <locale.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "failure.hpp"

namespace trifle::cli {
namespace {

constexpr int kDefaultWidth = 80;
constexpr int kDefaultHeight = 24;

int from_environment(const char* name) {
  const char* text = std::getenv(name);
  int value = 0;
  if (text != nullptr) std::from_chars(text, text + std::strlen(text), value);
  return value;
}

// Asked of a locale object, so that the program itself stays in the C locale, where numbers have points.
bool locale_is_utf8() {
  locale_t locale = newlocale(LC_CTYPE_MASK, "", nullptr);
  if (locale == nullptr) return false;
  const bool utf8 = std::strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
  freelocale(locale);
  return utf8;
}

/// By the convention of no-color.org, and not where the terminal says that it is a plain one.
bool wants_colour() {
  const char* none = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return (none == nullptr || *none == '\0') && terminal != nullptr && *terminal != '\0' &&
         std::strcmp(terminal, "dumb") != 0;
}

// 0, or the error number.
int write_all(int descriptor, std::string_view data) {
  while (!data.empty()) {
    const ssize_t written = ::write(descriptor, data.data(), data.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    data.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

Console::Console()
    : out_is_terminal_(isatty(STDOUT_FILENO) == 1),
      err_is_terminal_(isatty(STDERR_FILENO) == 1),
      utf8_(locale_is_utf8()),
      colour_(out_is_terminal_ && wants_colour()),
      width_(from_environment("COLUMNS")),
      height_(from_environment("LINES")) {
  winsize size{};
  if (out_is_terminal_ && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
    if (width_ <= 0) width_ = size.ws_col;
    if (height_ <= 0) height_ = size.ws_row;
  }
  if (width_ <= 0) width_ = kDefaultWidth;
  if (height_ <= 0) height_ = kDefaultHeight;
}

void Console::write(std::string_view data) {
  const int error = write_all(STDOUT_FILENO, data);
  if (error == EPIPE) throw OutputClosed();
  if (error != 0) throw Failure(std::string("standard output can't be written: ") + std::strerror(error));
}

void Console::say(std::string_view line) {
  clear_progress();
  std::string text(line);
  text += '\n';
  write_all(STDERR_FILENO, text);  // there is nowhere left to complain
}

void Console::progress(std::string_view line) {
  if (!err_is_terminal_) return;
  std::string text = "\r\x1b[K";
  text += line.substr(0, static_cast<std::size_t>(width_ > 1 ? width_ - 1 : 1));
  write_all(STDERR_FILENO, text);
  in_progress_ = true;
}

void Console::clear_progress() {
  if (!in_progress_) return;
  in_progress_ = false;
  write_all(STDERR_FILENO, "\r\x1b[K");
}

}  // namespace trifle::cli
