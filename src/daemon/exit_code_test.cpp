#include "daemon/exit_code.hpp"

#include <gtest/gtest.h>

namespace sluice::daemon {
namespace {

/// The table of docs/guide/cli.md.
TEST(ExitCode, SaysWhoMustAct) {
    EXPECT_EQ(exit_code_of(ErrorCode::kInvalidEvent), 1);
    EXPECT_EQ(exit_code_of(ErrorCode::kTooLarge), 1);
    EXPECT_EQ(exit_code_of(ErrorCode::kAlreadyExists), 1);
    EXPECT_EQ(exit_code_of(ErrorCode::kInvalidArgument), 2);
    EXPECT_EQ(exit_code_of(ErrorCode::kConflict), 2);
    EXPECT_EQ(exit_code_of(ErrorCode::kBadConfig), 2);
    for (const ErrorCode code :
         {ErrorCode::kUnavailable,
          ErrorCode::kFenced,
          ErrorCode::kFull,
          ErrorCode::kCorrupt,
          ErrorCode::kIo,
          ErrorCode::kUnsupported}) {
        EXPECT_EQ(exit_code_of(code), 3) << to_string(code);
    }
    EXPECT_EQ(exit_code_of(ErrorCode::kNotFound), 4);
    EXPECT_EQ(exit_code_of(ErrorCode::kCancelled), 130);
    EXPECT_EQ(kExitDone, 0);
}

}  // namespace
}  // namespace sluice::daemon
