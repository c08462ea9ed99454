#include "store/postgres/postgres_handle.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sluice::store {
namespace {

using Kind = SqlError::Kind;

TEST(PostgresHandle, EveryStateSaysWhatATransactionNeedsToKnow) {
    for (const auto& [state, kind] : std::vector<std::pair<std::string_view, Kind>>{
             {"40001", Kind::kSerialization},  // serialization_failure
             {"40P01", Kind::kSerialization},  // deadlock_detected
             {"40003", Kind::kSerialization},  // statement_completion_unknown
             {"40002", Kind::kConstraint},     // a constraint, at the commit
             {"26000", Kind::kSerialization},  // a statement that is not known
             {"55P03", Kind::kBusy},           // lock_not_available
             {"57014", Kind::kBusy},           // query_canceled: also by its time-out
             {"23505", Kind::kConstraint},    {"23503", Kind::kConstraint},
             {"23502", Kind::kConstraint},    {"23514", Kind::kConstraint},
             {"23P01", Kind::kConstraint},    {"08006", Kind::kConnection},
             {"57P01", Kind::kConnection},  // admin_shutdown
             {"57P03", Kind::kConnection},  // cannot_connect_now
             {"53100", Kind::kConnection},  // disk_full
             {"53300", Kind::kConnection},  // too_many_connections
             {"25006", Kind::kConnection},  // a standby
             {"58030", Kind::kConnection},  // io_error
             {"XX001", Kind::kConnection},  // data_corrupted
             {"", Kind::kConnection},         {"XX000", Kind::kOther},
             {"42601", Kind::kOther},         {"42P01", Kind::kOther},
             {"22001", Kind::kOther},         {"22P02", Kind::kOther},
             {"25P02", Kind::kOther},         {"54000", Kind::kOther}}) {
        EXPECT_EQ(kind_of_state(state), kind) << state;
    }
}

TEST(PostgresHandle, AMessageIsOneLine) {
    EXPECT_EQ(in_one_line("connection failed:\n\tFATAL:  no\n"), "connection failed: FATAL: no");
    EXPECT_EQ(in_one_line(" \n"), "");
}

TEST(PostgresHandle, WithoutAResultTheConnectionIsLost) {
    const PostgresPtr none{PQconnectStart("host=/nowhere user=a dbname=b")};
    EXPECT_EQ(sqlstate_of(nullptr), "");
    EXPECT_FALSE(succeeded(nullptr));
    EXPECT_FALSE(is_stale(nullptr));
    const SqlError error = postgres_error(none.get(), nullptr, "select 1");
    EXPECT_EQ(error.kind(), Kind::kConnection);
    EXPECT_NE(std::string{error.what()}.find("(in: select 1)"), std::string::npos);
}

}  // namespace
}  // namespace sluice::store
