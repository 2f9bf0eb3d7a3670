#include "browser.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace trifle::test {
namespace {

std::string quoted(const std::string& text) { return "'" + text + "'"; }  // no path of a test has a quote in it

}  // namespace

std::optional<std::string> browser() {
  for (const char* name : {"chromium", "chromium-browser", "google-chrome"}) {
    for (const char* folder : {"/usr/bin/", "/usr/local/bin/"}) {
      if (::access((std::string(folder) + name).c_str(), X_OK) == 0) return std::string(folder) + name;
    }
  }
  return std::nullopt;
}

SeenPage open_in_browser(const Folder& folder, const std::string& file) {
  // A profile of its own, no sandbox (which root can't have), and nobody to talk to.
  const std::string command =
      "cd " + quoted(folder.path().string()) + " && HOME=" + quoted(folder.path().string()) +
      " timeout --kill-after=5 60 " + *browser() +
      " --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
      " --disable-component-update --disable-sync --disable-dev-shm-usage --enable-logging=stderr"
      " --user-data-dir=" +
      quoted(folder.file("profile")) + " --dump-dom " + quoted("file://" + folder.file(file)) +
      " >dom 2>log </dev/null";
  const int status = std::system(command.c_str());
  const std::string log = folder.read("log");
  if (status != 0)
    throw std::runtime_error("the browser ended with " + std::to_string(WEXITSTATUS(status)) + ": " + log);
  SeenPage page{.dom = folder.read("dom"), .console = {}};
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    if (line.find(":CONSOLE") != std::string::npos) page.console += line + '\n';
  }
  return page;
}

std::string text_of(const std::string& dom, const std::string& id) {
  const auto attribute = dom.find("id=\"" + id + "\"");
  const auto start = dom.find('>', attribute);
  const auto end = dom.find("</", start);
  if (attribute == std::string::npos || end == std::string::npos) return "no element with the id " + id;
  std::string text = dom.substr(start + 1, end - start - 1);
  const auto resolve = [&](const std::string& entity, const std::string& letter) {
    for (auto at = text.find(entity); at != std::string::npos; at = text.find(entity, at + 1))
      text.replace(at, entity.size(), letter);
  };
  resolve("&lt;", "<");
  resolve("&gt;", ">");
  resolve("&amp;", "&");
  return text;
}

}  // namespace trifle::test
