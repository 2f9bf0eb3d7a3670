#include "program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

namespace trifle::test {
namespace {

struct Pipe {
  int read_end;
  int write_end;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  return {ends[0], ends[1]};
}

pid_t spawn(const std::filesystem::path& folder, const std::vector<std::string>& arguments,
            const std::vector<std::pair<std::string, std::string>>& environment, int in, int out, int err,
            bool own_terminal = false) {
  std::vector<std::string> words{TRIFLE_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  // libmongoc complains on standard error, when it is loaded, where /dev/shm has a file that an earlier process of the
  // same number left when it was killed; docs/drivers/mongo.md tells how to turn that off.
  std::map<std::string, std::string> settings{
      {"HOME", folder.string()}, {"LC_ALL", "C.UTF-8"}, {"PATH", "/usr/bin:/bin"}, {"MONGOC_DISABLE_SHM", "1"}};
  // So that the program runs in the zone and under the sanitizer that the tests run with.
  for (const char* kept : {"TZ", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"}) {
    if (const char* value = std::getenv(kept)) settings[kept] = value;
  }
  for (const auto& [name, value] : environment) settings[name] = value;
  std::vector<std::string> variables;
  for (const auto& [name, value] : settings) variables.push_back(name + "=" + value);
  const auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (auto& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
  };
  const auto argv = pointers(words);
  const auto envp = pointers(variables);
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("fork");
  if (child > 0) return child;
  // A session of its own: without a terminal, whoever started the tests, or with the one that is given.
  ::setsid();
  if (own_terminal) ::ioctl(out, TIOCSCTTY, 0);
  ::dup2(in, 0);
  ::dup2(out, 1);
  ::dup2(err, 2);
  if (::chdir(folder.c_str()) != 0) ::_exit(126);
  ::execve(argv.front(), argv.data(), envp.data());
  ::_exit(127);
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw std::runtime_error("waitpid");
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Feeds `input` and gathers both outputs until they are closed; a question for the password is answered once.
void converse(int in, const std::string& input, int out, int err, Run& run, std::string password = {}) {
  std::size_t given = 0;
  if (input.empty()) {
    ::close(in);
    in = -1;
  }
  while (out >= 0 || err >= 0) {
    std::array<pollfd, 3> all{{{in, POLLOUT, 0}, {out, POLLIN, 0}, {err, POLLIN, 0}}};
    if (::poll(all.data(), all.size(), -1) < 0) continue;
    if (in >= 0 && all[0].revents != 0) {
      const ssize_t done = ::write(in, input.data() + given, input.size() - given);
      given += done > 0 ? static_cast<std::size_t>(done) : 0;
      if (done < 0 || given == input.size()) {
        ::close(in);
        in = -1;
      }
    }
    const auto gather = [](int& from, const pollfd& event, std::string& into) {
      if (from < 0 || event.revents == 0) return;
      std::array<char, 65536> block;
      const ssize_t got = ::read(from, block.data(), block.size());
      if (got > 0) {
        into.append(block.data(), static_cast<std::size_t>(got));
      } else if (got == 0 || errno != EINTR) {  // a terminal that nobody holds gives EIO
        ::close(from);
        from = -1;
      }
    };
    gather(out, all[1], run.out);
    gather(err, all[2], run.err);
    if (!password.empty() && out >= 0 && run.out.ends_with("Password: ")) {
      password += '\n';
      if (::write(out, password.data(), password.size()) < 0) throw std::runtime_error("the terminal takes nothing");
      password.clear();
    }
  }
  if (in >= 0) ::close(in);
}

}  // namespace

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "trifle-cli-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
  path_ = name;
  ::signal(SIGPIPE, SIG_IGN);  // the program may end before it has read its input
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Folder::write(const std::string& name, const std::string& content) const {
  std::filesystem::create_directories((path_ / name).parent_path());
  std::ofstream out(path_ / name, std::ios::binary);
  out << content;
  if (!out.flush()) throw std::runtime_error("can't write " + name);
  return file(name);
}

std::string Folder::read(const std::string& name) const {
  std::ifstream in(path_ / name, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Run Folder::trifle(const std::vector<std::string>& arguments, const Setting& setting) const {
  Run run;
  const Pipe in = make_pipe();
  if (setting.terminal) {
    int master = -1;
    int slave = -1;
    winsize size{};
    size.ws_col = 60;
    size.ws_row = 24;
    if (::openpty(&master, &slave, nullptr, nullptr, &size) != 0) throw std::runtime_error("openpty");
    ::fcntl(master, F_SETFD, FD_CLOEXEC);
    const pid_t child =
        spawn(path_, arguments, setting.environment, in.read_end, slave, slave, !setting.password.empty());
    ::close(in.read_end);
    ::close(slave);
    converse(in.write_end, setting.input, master, -1, run, setting.password);
    run.code = wait_for(child);
    return run;
  }
  const Pipe out = make_pipe();
  const Pipe err = make_pipe();
  const pid_t child = spawn(path_, arguments, setting.environment, in.read_end, out.write_end, err.write_end);
  for (const int end : {in.read_end, out.write_end, err.write_end}) ::close(end);
  converse(in.write_end, setting.input, out.read_end, err.read_end, run);
  run.code = wait_for(child);
  return run;
}

Folder::Started Folder::start(const std::vector<std::string>& arguments) const {
  const Pipe in = make_pipe();
  const Pipe err = make_pipe();
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  const pid_t child = spawn(path_, arguments, {}, in.read_end, nowhere, err.write_end);
  for (const int end : {in.read_end, err.write_end, nowhere}) ::close(end);
  return {child, in.write_end, err.read_end};
}

Run Folder::finish(const Started& started) {
  Run run;
  converse(started.input, "", -1, started.err, run);
  run.code = wait_for(started.child);
  return run;
}

}  // namespace trifle::test
