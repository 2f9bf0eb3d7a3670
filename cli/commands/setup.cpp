#include "commands/commands.hpp"
#include "failure.hpp"
#include "settings/connect.hpp"

namespace trifle::cli {

int run(const SetupRequest& request, const Settings& settings, Console& console) {
  Stats stats = connect(settings, request.check ? Access::Read : Access::Create);
  const auto report = stats.setup(request.check ? stats::Setup::Check : stats::Setup::Create);
  for (const auto& table : report.missing) console.write("missing table " + table + "\n");
  for (const auto& table : report.created) console.write("created table " + table + "\n");
  for (const auto& difference : report.differences) console.write("different: " + difference + "\n");
  if (report.ok()) console.write(setup_complete(settings));
  if (request.check && !report.ok()) throw Failure("the schema is not as this program would create it");
  return kOk;
}

}  // namespace trifle::cli
