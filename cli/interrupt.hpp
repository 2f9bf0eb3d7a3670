#pragma once

namespace trifle::cli {

/// From now on SIGINT and SIGTERM only set a flag and end a read that waits, so that an import can stop between two
/// transactions. A second signal ends the program at once.
void catch_interrupts();

/// Whether one came.
bool interrupted() noexcept;

}  // namespace trifle::cli
