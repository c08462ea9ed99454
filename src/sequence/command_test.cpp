#include "sequence/command.hpp"

#include "event/command_frame.hpp"
#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

constexpr Instant kAt{1'800'000'000'123};

std::vector<Choice> one_of_each() {
    const EventRef ref{"/a \xE2\x82\xAC", "id", ~std::uint64_t{0}};
    return {
        SkipMissing{"/a 2 to 4"},
        ReleaseNow{ref},
        DropWaiting{ref},
        SettleConflict{ref, Winner::kFirst},
        SettleConflict{EventRef{}, Winner::kNewcomer},
        TakeBack{with_stamp(after(closing(invalid(numbered("/a", 3))), "t", true), "/b", 2)},
        TakeBack{carrying(unnumbered("/u", std::string{"\0id", 3}), "t")},
        AdoptSubject{},
        ClearFlood{},
        Repair{ref, with_stamp(numbered("/a", 3), "/b", 2)},
    };
}

std::string message_of(const Record& record) {
    const auto command = command_of(record);
    return command.has_value() ? "" : command.error().message;
}

TEST(CommandRecord, EveryChoiceComesBackEqual) {
    for (const Choice& choice : one_of_each()) {
        const Command command = World::command(choice, kAt);
        const Record record = to_record(command);
        ASSERT_TRUE(event::is_command(record));
        ASSERT_EQ(command_of(record).value(), command);
    }
}

TEST(CommandRecord, IsACloudEventThatAPersonCanRead) {
    const Record record = to_record(World::command(AdoptSubject{}, kAt));
    EXPECT_EQ(record.key, "s");
    EXPECT_EQ(record.time, kAt);
    EXPECT_EQ(record.header("ce_specversion"), "1.0");
    EXPECT_EQ(record.header("ce_type"), "sluice.command");
    EXPECT_EQ(record.header("ce_source"), "/sluice");
    EXPECT_EQ(record.header("ce_id"), "c-1");
    EXPECT_EQ(record.header("ce_subject"), "s");
    EXPECT_EQ(record.header("ce_time"), "2027-01-15T08:00:00.123Z");
    EXPECT_EQ(record.header("sluice-command"), "adopt");
}

TEST(CommandRecord, AnEventOnItsDetourIsNeverTakenForOne) {
    Record event = to_record(World::command(ClearFlood{}, kAt));  // a producer copied our headers
    event.headers.push_back({"sluice-origin", "orders 0 17"});  // what the detour puts behind them
    EXPECT_FALSE(event::is_command(event));
    EXPECT_FALSE(event::is_command(Record{}));
    EXPECT_EQ(
        message_of(event),
        "command record: no header `sluice-command` at the end; only Sluice may write this topic"
    );
}

TEST(CommandRecord, EveryCutAndEveryByteTooManyIsFound) {
    for (const Choice& choice : one_of_each()) {
        const Record whole = to_record(World::command(choice, kAt));
        Record damaged = whole;
        for (std::size_t size = 0; size < whole.value->size(); ++size) {
            damaged.value = whole.value->substr(0, size);
            ASSERT_FALSE(command_of(damaged).has_value()) << size;
        }
        damaged.value = *whole.value + '\0';
        ASSERT_EQ(message_of(damaged), "command record: bytes too many");
    }
}

TEST(CommandRecord, EveryFlippedByteIsAnErrorOrACommandThatCanBeWrittenAgain) {
    for (const Choice& choice : one_of_each()) {
        const Record whole = to_record(World::command(choice, kAt));
        for (std::size_t at = 0; at < whole.value->size(); ++at) {
            for (const int flip : {0x01, 0x80, 0xFF}) {
                Record damaged = whole;
                char& byte = (*damaged.value)[at];
                byte = static_cast<char>(byte ^ flip);
                const auto command = command_of(damaged);
                if (!command.has_value()) continue;
                const auto again = command_of(to_record(*command));
                ASSERT_TRUE(again.has_value() && *again == *command) << at;
            }
        }
    }
}

TEST(CommandRecord, DamageIsNamed) {
    const Record good = to_record(World::command(SettleConflict{}, kAt));
    Record bad = good;
    bad.key.reset();
    EXPECT_EQ(message_of(bad), "command record: no key, which should be the subject");
    bad = good;
    bad.value.reset();
    EXPECT_EQ(message_of(bad), "command record: no value");
    bad = good;
    bad.value->front() = 9;
    EXPECT_EQ(message_of(bad), "command record: version 9, known is 1");
    bad = good;
    bad.value->back() = 3;
    EXPECT_EQ(message_of(bad), "command record: a verb or a winner that is not known");
    for (const Choice& brings :
         {Choice{TakeBack{numbered("/a", 1)}}, Choice{Repair{{}, numbered("/a", 1)}}}) {
        bad = to_record(World::command(brings, kAt));
        bad.key = "another";
        EXPECT_EQ(
            message_of(bad), "command record: brings back an event of subject s to subject another"
        );
    }
}

}  // namespace
}  // namespace sluice::sequence
