#include "store/mysql/mysql_handle.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sluice::store {
namespace {

using Kind = SqlError::Kind;

struct Case {
    unsigned number;
    const char* sqlstate;
    Kind kind;
};

TEST(MysqlHandle, EveryNumberSaysWhatATransactionNeedsToKnow) {
    for (const Case& one :
         std::vector<Case>{{1205, "HY000", Kind::kBusy},  // a lock was not free in time
                           {1969, "70100", Kind::kBusy},  // MariaDB: the statement took too long
                           {3024, "HY000", Kind::kBusy},  // MySQL: the same
                           {3572, "HY000", Kind::kBusy},  // nowait
                           {1317, "70100", Kind::kBusy},  // KILL QUERY
                           {1213, "40001", Kind::kSerialization},  // deadlock
                           {1020, "HY000", Kind::kSerialization},
                           {1615, "HY000", Kind::kSerialization},
                           {2057, "HY000", Kind::kSerialization},
                           {1062, "23000", Kind::kConstraint},  // a key that is there
                           {1452, "23000", Kind::kConstraint},  // a foreign key
                           {1048, "23000", Kind::kConstraint},  // null
                           {1364, "HY000", Kind::kConstraint},  // no default
                           {3819, "HY000", Kind::kConstraint},  // MySQL: check
                           {4025, "23000", Kind::kConstraint},  // MariaDB: check
                           {2002, "HY000", Kind::kConnection},
                           {2003, "HY000", Kind::kConnection},
                           {2006, "HY000", Kind::kConnection},
                           {2013, "HY000", Kind::kConnection},
                           {1927, "70100", Kind::kConnection},  // killed
                           {1053, "08S01", Kind::kConnection},
                           {1040, "08004", Kind::kConnection},  // too many connections
                           {1290, "HY000", Kind::kConnection},  // a replica
                           {1114, "HY000", Kind::kConnection},  // full
                           {2014, "HY000", Kind::kOther},
                           {2031, "HY000", Kind::kOther},
                           {1064, "42000", Kind::kOther},  // syntax
                           {1146, "42S02", Kind::kOther},  // no such table
                           {1406, "22001", Kind::kOther},  // a text that is too long
                           {1264, "22003", Kind::kOther}}) {
        EXPECT_EQ(kind_of_number(one.number, one.sqlstate), one.kind) << one.number;
    }
}

TEST(MysqlHandle, ADeadlockTakesItsTransactionAndALockDoesNot) {
    EXPECT_TRUE(ends_its_transaction(1213));
    EXPECT_TRUE(ends_its_transaction(2013));
    EXPECT_FALSE(ends_its_transaction(1205));
    EXPECT_FALSE(ends_its_transaction(1062));
    EXPECT_FALSE(ends_its_transaction(1064));
}

TEST(MysqlHandle, WithoutAConnectionItIsLost) {
    const MysqlPtr none{mysql_init(nullptr)};
    ASSERT_NE(none, nullptr);
    try {
        run_command(none.get(), "select 1");
        FAIL();
    } catch (const SqlError& error) {
        EXPECT_EQ(error.kind(), Kind::kConnection);
        EXPECT_NE(std::string{error.what()}.find("(in: select 1)"), std::string::npos);
    }
}

}  // namespace
}  // namespace sluice::store
