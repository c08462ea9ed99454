#include "dispatch/command.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::dispatch {
namespace {

std::vector<Command> one_of_each() {
    Record copy;
    copy.key = "s";
    copy.value = std::string{"\0{}", 3};
    copy.headers = {{"ce_id", "1"}, {"ce_id", "2"}};
    copy.time = Instant{7};
    std::vector<Command> all;
    for (const Act& act :
         {Act{Redrive{Position{300}, Instant{9}}},
          Act{SkipHead{Position{1}}},
          Act{EditHead{Position{2}, copy}},
          Act{EditHead{Position{2}, Record{}}},
          Act{TryOut{Position{3}}},
          Act{PauseSubject{}},
          Act{ResumeSubject{}}}) {
        all.push_back({"sales", "s", "c-1", "alice", "because", Instant{1'800'000'000'123}, act});
    }
    for (const Act& act : {Act{PauseAll{}}, Act{ResumeAll{}}}) {
        all.push_back({"sales", "", "c-1", "alice", "because", Instant{5}, act});
    }
    return all;
}

TEST(SubscriptionCommand, EveryActComesBackEqual) {
    for (const Command& command : one_of_each()) {
        const auto read = command_of(to_record(command));
        ASSERT_TRUE(read.has_value()) << read.error().message;
        EXPECT_EQ(read.value(), command);
    }
}

TEST(SubscriptionCommand, IsACloudEventThatAPersonCanRead) {
    const Record record = to_record(one_of_each().front());
    EXPECT_EQ(record.key, "s");
    EXPECT_EQ(record.header("ce_type"), "sluice.command");
    EXPECT_EQ(record.header("ce_id"), "c-1");
    EXPECT_EQ(record.header("ce_time"), "2027-01-15T08:00:00.123Z");
    EXPECT_EQ(record.header("sluice-command"), "redrive in sales");
    EXPECT_EQ(to_record(one_of_each().back()).header("ce_subject"), "sales");
}

TEST(SubscriptionCommand, DamageIsNamed) {
    const auto message = [](const Record& record) {
        const auto read = command_of(record);
        return read ? std::string{} : read.error().message;
    };
    for (const Command& command : one_of_each()) {
        const Record whole = to_record(command);
        Record damaged = whole;
        for (std::size_t size = 0; size < whole.value->size(); ++size) {
            damaged.value = whole.value->substr(0, size);
            ASSERT_FALSE(command_of(damaged).has_value()) << size;
        }
        damaged.value = *whole.value + '\0';
        EXPECT_EQ(message(damaged), "command of a subscription: bytes too many");
    }
    Record bad = to_record(one_of_each().back());
    bad.value->back() = 99;
    EXPECT_EQ(message(bad), "command of a subscription: a verb or a winner that is not known");
    bad.value->front() = 9;
    EXPECT_EQ(message(bad), "command of a subscription: version 9, known is 1");
    bad.value.reset();
    EXPECT_EQ(message(bad), "command of a subscription: no value");
    bad.headers.pop_back();
    EXPECT_NE(message(bad).find("only Sluice may write"), std::string::npos);
}

}  // namespace
}  // namespace sluice::dispatch
