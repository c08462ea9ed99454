#include "outbox/relay/outbox_fixture.hpp"
#include "outbox/relay/stop_bell.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::outbox {
namespace {

class PgServer : public test::OutboxDatabase {};

TEST_F(PgServer, ValuesComeAsTheyAre) {
    const auto rows = connection().run(
        "select $1::text, $2::bigint, $3::bytea, $4::text, true, false",
        {"a'b\\c", "-7", "\\x00ff41", std::nullopt}
    );
    ASSERT_TRUE(rows) << rows.error().message;
    EXPECT_EQ(rows->size(), 1U);
    EXPECT_EQ(rows->text(0, 0), "a'b\\c");
    EXPECT_EQ(rows->number(0, 1), -7);
    EXPECT_EQ(rows->bytes(0, 2), (std::string{"\0\xFF\x41", 3}));
    EXPECT_TRUE(rows->is_null(0, 3));
    EXPECT_TRUE(rows->truth(0, 4));
    EXPECT_FALSE(rows->truth(0, 5));
}

TEST_F(PgServer, ListsGoAsOneParameter) {
    const std::vector<std::string> texts{"", "a,b", "\"q\"", "back\\", "{}", "null", "ä"};
    const std::vector<std::int64_t> numbers{1, -2, 3, 4, 5, 6, 7};
    const auto rows = connection().run(
        "select t, n from unnest($1::text[], $2::bigint[]) as x(t, n)",
        {pg_array(texts), pg_array(numbers)}
    );
    ASSERT_TRUE(rows) << rows.error().message;
    ASSERT_EQ(rows->size(), texts.size());
    for (std::size_t row = 0; row < texts.size(); ++row) {
        EXPECT_EQ(rows->text(row, 0), texts[row]);
        EXPECT_EQ(rows->number(row, 1), numbers[row]);
    }
}

TEST_F(PgServer, ARefusalSaysWhatItMeans) {
    struct Case {
        const char* statement;
        ErrorCode code;
    };

    const Case cases[] = {
        {"select * from nowhere", ErrorCode::kBadConfig},
        {"selec", ErrorCode::kBadConfig},
        {"select 1/0", ErrorCode::kInvalidArgument},
        {"insert into sluice_outbox_source values (1, '/x')", ErrorCode::kInvalidArgument},
        {"do $$ begin raise exception 'later' using errcode = 'serialization_failure'; end $$",
         ErrorCode::kUnavailable},
    };
    for (const Case& one : cases) {
        const auto answer = connection().run(one.statement);
        ASSERT_FALSE(answer) << one.statement;
        EXPECT_EQ(answer.error().code, one.code) << answer.error().message;
        EXPECT_TRUE(answer.error().message.starts_with("PostgreSQL: ")) << answer.error().message;
    }
    const auto missing = connection().run("select 1 from nowhere");
    EXPECT_NE(missing.error().message.find("sluice outbox migrate"), std::string::npos);
}

TEST_F(PgServer, ATransactionThatGoesIsRolledBack) {
    {
        auto transaction = PgTransaction::begin(connection());
        ASSERT_TRUE(transaction);
        emit("a");
    }
    EXPECT_TRUE(column("select subject from sluice_outbox_event").empty());
    auto transaction = PgTransaction::begin(connection());
    ASSERT_TRUE(transaction);
    emit("a");
    ASSERT_TRUE(transaction->commit());
    EXPECT_EQ(column("select subject from sluice_outbox_event").size(), 1U);
}

TEST_F(PgServer, ALostConnectionIsToldAsSuch) {
    PgConnection lost = connect(url_);
    const auto pid = lost.run("select pg_backend_pid()");
    ASSERT_TRUE(pid);
    sql(fmt::format("select pg_terminate_backend({})", pid->number(0, 0)));
    const auto answer = lost.run("select 1");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable) << answer.error().message;
    EXPECT_FALSE(lost.is_open());
}

TEST_F(PgServer, ANotificationEndsAWaitAndBringsItsText) {
    StopBell bell;
    ASSERT_TRUE(connection().run("listen here"));
    PgConnection other = connect(url_);
    script(other, "notify here, 'one'; notify here, 'two'");
    std::vector<std::string> payloads;
    while (payloads.size() < 2) {
        ASSERT_TRUE(connection().wait(Milliseconds{60'000}, bell.descriptor()));
        for (std::string& one : connection().notifications()) payloads.push_back(std::move(one));
    }
    EXPECT_EQ(payloads, (std::vector<std::string>{"one", "two"}));
    bell.ring();
    ASSERT_TRUE(connection().wait(Milliseconds{600'000}, bell.descriptor())) << "the bell ends it";
}

}  // namespace
}  // namespace sluice::outbox
