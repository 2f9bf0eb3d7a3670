#include "settings/go_dsn.hpp"

#include <charconv>
#include <string>

#include "failure.hpp"

namespace trifle::cli {
namespace {

using stats::drivers::MysqlServer;
using stats::drivers::Tls;

[[noreturn]] void refuse(const char* what) {
  throw Failure(std::string("--dsn: ") + what + " (user:password@tcp(host:port)/database, or a mysql:// URL)");
}

void read_address(std::string_view text, MysqlServer& server) {
  if (text.empty()) return;
  const auto open = text.find('(');
  const std::string_view net = text.substr(0, open);
  std::string_view address;
  if (open != std::string_view::npos) {
    if (!text.ends_with(')')) refuse("the address has no closing parenthesis");
    address = text.substr(open + 1, text.size() - open - 2);
  }
  if (net == "unix") {
    server.socket = address;
    return;
  }
  if (net != "tcp") refuse("only tcp and unix are known");
  const auto colon = address.ends_with(']') ? std::string_view::npos : address.rfind(':');
  std::string_view host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (!host.empty()) server.host = host;
  if (colon == std::string_view::npos) return;
  const std::string_view port = address.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), server.port);
  if (error != std::errc() || end != port.data() + port.size() || server.port == 0) refuse("the port is wrong");
}

void read_parameter(std::string_view text, MysqlServer& server) {
  if (!text.starts_with("tls=")) return;
  const std::string_view value = text.substr(4);
  if (value == "false") {
    server.tls = Tls::Off;
  } else if (value == "preferred") {
    server.tls = Tls::Prefer;
  } else if (value == "skip-verify") {
    server.tls = Tls::Require;
  } else if (value == "true") {
    server.tls = Tls::VerifyFull;
  } else {
    refuse("tls is true, false, skip-verify or preferred");
  }
}

}  // namespace

MysqlServer parse_go_dsn(std::string_view dsn) {
  MysqlServer server;
  server.user = "root";
  // The database follows the last slash: a password may hold some.
  std::string_view parameters;
  const auto slash = dsn.rfind('/');
  if (slash == std::string_view::npos) refuse("there is no /database");
  std::string_view database = dsn.substr(slash + 1);
  if (const auto question = database.find('?'); question != std::string_view::npos) {
    parameters = database.substr(question + 1);
    database = database.substr(0, question);
  }
  server.database = database;
  std::string_view head = dsn.substr(0, slash);
  if (const auto at = head.rfind('@'); at != std::string_view::npos) {
    const std::string_view user = head.substr(0, at);
    const auto colon = user.find(':');
    server.user = user.substr(0, colon);
    if (colon != std::string_view::npos) server.password = user.substr(colon + 1);
    head = head.substr(at + 1);
  }
  read_address(head, server);
  while (!parameters.empty()) {
    const auto amp = parameters.find('&');
    read_parameter(parameters.substr(0, amp), server);
    parameters = amp == std::string_view::npos ? std::string_view() : parameters.substr(amp + 1);
  }
  return server;
}

}  // namespace trifle::cli
