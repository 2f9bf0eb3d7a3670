#include "program.hpp"

#include <csignal>
#include <exception>
#include <new>

#include "arguments/help_texts.hpp"
#include "arguments/short_forms.hpp"
#include "commands/commands.hpp"
#include "commands/family.hpp"
#include "console.hpp"
#include "failure.hpp"
#include "output/text.hpp"
#include "settings/connect.hpp"
#include "settings/password.hpp"
#include "settings/server_url.hpp"

namespace trifle::cli {
namespace {

int run_short_form(const std::vector<std::string>& arguments, Console& console) {
  const auto parsed = parse_short_form(arguments);
  if (const auto* help = std::get_if<HelpText>(&parsed)) {
    console.write(help->text);
    return kOk;
  }
  const auto& invocation = std::get<Invocation>(parsed);
  if (const std::string warning = password_warning(invocation.flags); !warning.empty()) console.say(warning);
  const Settings settings = Settings::resolve(invocation.flags);
  try {
    return std::visit([&](const auto& request) { return run(request, settings, console); }, invocation.request);
  } catch (const stats::Error& e) {
    throw Failure(with_setup_hint(e.what(), settings));
  }
}

int dispatch(const std::vector<std::string>& arguments, Console& console) {
  if (arguments.empty()) {
    console.write(program_usage());
    return kFailed;
  }
  const std::string& command = arguments.front();
  if (command == "metrics") return run_family({arguments.begin() + 1, arguments.end()}, console);
  if (command == "version" || command == "--version") {
    console.write(TRIFLE_VERSION "\n");
    return kOk;
  }
  if (command == "help" || command == "-h" || command == "--help") {
    if (arguments.size() < 2) {
      console.write(program_usage());
      return kOk;
    }
    if (arguments[1] == "metrics") return run_family({"help"}, console);
    if (is_short_form(arguments[1])) return run_short_form({arguments[1], "--help"}, console);
    console.say("unknown command: " + printable(arguments[1]));
    console.write(program_usage());
    return kFailed;
  }
  if (is_short_form(command)) return run_short_form(arguments, console);
  console.say("unknown command: " + printable(command));
  console.write(program_usage());
  return kFailed;
}

/// One line, whatever the message holds, and no password, whoever made the message.
std::string one_line(const std::string& message) { return "trifle: " + printable(without_passwords(message)); }

}  // namespace

int run_program(const std::vector<std::string>& arguments) {
  std::signal(SIGPIPE, SIG_IGN);
  Console console;
  try {
    return dispatch(arguments, console);
  } catch (const OutputClosed&) {
    return kOk;
  } catch (const UsageError& e) {
    console.say(one_line(e.what()));
    return kWrongUse;
  } catch (const std::bad_alloc&) {
    console.say("trifle: out of memory");
  } catch (const std::exception& e) {
    console.say(one_line(e.what()));
  }
  return kFailed;
}

}  // namespace trifle::cli
