#pragma once

#include <gtest/gtest.h>

#include "compat/server_foreign_writer_test.hpp"

namespace trifle::stats::test {

/// What the Go library was recorded to do on SQLite, on the tables of a server; a server's own file instantiates it.
class PeerGoServerTest : public testing::TestWithParam<ForeignServer> {};

}  // namespace trifle::stats::test
