#include "orchestrate/saga_tables.hpp"

#include "orchestrate/saga_session_fixture.hpp"

namespace sluice::orchestrate::test {
namespace {

TEST(SagaTables, EndsAscendWithTime) {
    saga::Instance early;
    early.id = "z";
    early.ended_at = Instant{1'000};
    saga::Instance late;
    late.id = "a";
    late.ended_at = Instant{70'000};
    EXPECT_LT(end_key(early), end_key(late));
    const auto entry = decode_end_key(end_key(late));
    ASSERT_TRUE(entry.has_value());
    EXPECT_EQ(entry->id, "a");
    EXPECT_EQ(entry->ended_at, Instant{70'000});
    EXPECT_EQ(decode_end_key("12345678").error().code, ErrorCode::kCorrupt);
}

TEST(SagaTables, AreListedPageByPage) {
    SagaRig rig{{saga::test::checkout()}};
    for (const char* id : {"b", "a", "d", "c"}) ASSERT_TRUE(rig.begin(id).has_value());
    ASSERT_TRUE(rig.step(AnswerSaga{"c", {"reserve", saga::Direction::kDo, saga::Verdict::kRefused}}
    ).has_value());
    const auto ids = [&](bool ended, const char* from, std::size_t limit) {
        std::string all;
        for (const auto& one : list_sagas(rig.log(), ended, from, limit).value()) all += one.id;
        return all;
    };
    EXPECT_EQ(ids(false, "", 10), "abd");
    EXPECT_EQ(ids(false, "b", 1), "b");
    EXPECT_EQ(ids(false, "e", 10), "");
    EXPECT_EQ(ids(true, "", 10), "c");
}

TEST(SagaTables, AnUnknownSagaIsNotFound) {
    SagaRig rig{{saga::test::checkout()}};
    ASSERT_TRUE(rig.begin("c-10").has_value());
    EXPECT_EQ(
        look_up_saga(rig.log(), "c-1").error().message,
        "c-1: there is no such saga, or it has ended long ago"
    );
}

}  // namespace
}  // namespace sluice::orchestrate::test
