// Commands of every shape and with every damage: what is read is what was written, or an error.

#include "base/test_seed.hpp"
#include "dispatch/command.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

namespace sluice::dispatch {
namespace {

class Maker {
public:
    explicit Maker(std::uint64_t seed) : random_{seed} {}

    std::uint64_t pick(std::uint64_t below) { return random_() % below; }

    std::string text() {
        std::string made(pick(4) == 0 ? 200 + pick(200) : pick(12), '\0');
        for (char& byte : made) byte = static_cast<char>(pick(256));
        return made;
    }

    Record record() {
        Record made;
        if (pick(3) != 0) made.key = text();
        if (pick(3) != 0) made.value = text();
        for (std::uint64_t left = pick(4); left > 0; --left) {
            const std::string name = text();
            made.headers.push_back({name, text()});
        }
        made.time = Instant{static_cast<std::int64_t>(random_())};
        return made;
    }

    Act act() {
        const Position head{pick(2) == 0 ? pick(300) : random_()};
        switch (pick(8)) {
            case 0: return Redrive{head, Instant{static_cast<std::int64_t>(random_())}};
            case 1: return SkipHead{head};
            case 2: return EditHead{head, record()};
            case 3: return TryOut{head};
            case 4: return PauseSubject{};
            case 5: return ResumeSubject{};
            case 6: return PauseAll{};
            default: return ResumeAll{};
        }
    }

    Command command() {
        const Instant at{static_cast<std::int64_t>(pick(2'000'000'000'000))};
        return Command{text(), text(), text(), text(), text(), at, act()};
    }

private:
    std::mt19937_64 random_;
};

TEST(SubscriptionCommandModel, AnyCommandComesBackEqual) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    Maker maker{seed};
    for (int round = 0; round < 2'000; ++round) {
        const Command command = maker.command();
        const auto read = command_of(to_record(command));
        ASSERT_TRUE(read) << read.error().message;
        ASSERT_EQ(read.value(), command);
    }
}

/// A flipped byte may make another command; it never makes one that cannot be written again.
TEST(SubscriptionCommandModel, AnyDamageIsAnErrorOrAnotherWholeCommand) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    Maker maker{seed};
    int errors = 0;
    for (int round = 0; round < 5'000; ++round) {
        Record record = to_record(maker.command());
        std::string& bytes = *record.value;
        for (std::uint64_t left = 1 + maker.pick(3); left > 0; --left) {
            bytes[maker.pick(bytes.size())] = static_cast<char>(maker.pick(256));
        }
        const auto read = command_of(record);
        if (!read) {
            ++errors;
            ASSERT_EQ(read.error().code, ErrorCode::kCorrupt);
            ASSERT_TRUE(read.error().message.starts_with("command of a subscription: "));
            continue;
        }
        const auto again = command_of(to_record(read.value()));
        ASSERT_TRUE(again) << again.error().message;
        ASSERT_EQ(again.value(), read.value());
    }
    EXPECT_GT(errors, 100);
}

TEST(SubscriptionCommandDamage, ACountOfHeadersThatIsNotThereIsCutShort) {
    Record record = to_record({"sales", "s", "c", "a", "w", Instant{1}, EditHead{Position{1}, {}}});
    record.value->pop_back();  // no header
    for (int i = 0; i < 8; ++i) record.value->push_back(static_cast<char>(0xFF));
    record.value->push_back(0x7F);  // some 2^62 of them
    EXPECT_EQ(command_of(record).error().message, "command of a subscription: cut short");
}

TEST(SubscriptionCommandDamage, TheHeaderCountsOnlyAtTheEnd) {
    Record record = to_record({"sales", "s", "c", "a", "w", Instant{1}, PauseSubject{}});
    record.headers.push_back({"traceparent", "00-1"});
    EXPECT_NE(command_of(record).error().message.find("at the end"), std::string::npos);
    record.headers.clear();
    EXPECT_FALSE(command_of(record));
}

/// Stored in logs that a later version reads.
TEST(SubscriptionCommandFormat, StaysAsItIsStored) {
    const auto tail = [](const Act& act) {
        const Record record = to_record({"m", "s", "c", "b", "w", Instant{0}, act});
        return record.value->substr(1 + 2 * 4 + 8);  // version, four texts of one byte, the time
    };
    const std::string head{"\x05"};
    const std::string zero(8, '\0');
    EXPECT_EQ(tail(Redrive{Position{5}, Instant{0}}), "\x01" + head + zero);
    EXPECT_EQ(tail(SkipHead{Position{5}}), "\x02" + head);
    EXPECT_EQ(tail(EditHead{Position{5}, {}}), "\x03" + head + zero + std::string(2, '\0'));
    EXPECT_EQ(tail(TryOut{Position{5}}), "\x04" + head);
    EXPECT_EQ(tail(PauseSubject{}), "\x05");
    EXPECT_EQ(tail(ResumeSubject{}), "\x06");
    EXPECT_EQ(tail(PauseAll{}), "\x07");
    EXPECT_EQ(tail(ResumeAll{}), "\x08");
}

TEST(SubscriptionCommandFormat, AVerbIsNamedAsAPersonTypesIt) {
    EXPECT_EQ(verb_of(Redrive{}), "redrive");
    EXPECT_EQ(verb_of(SkipHead{}), "skip");
    EXPECT_EQ(verb_of(EditHead{}), "edit");
    EXPECT_EQ(verb_of(TryOut{}), "try");
    EXPECT_EQ(verb_of(PauseSubject{}), verb_of(PauseAll{}));
    EXPECT_EQ(verb_of(ResumeSubject{}), verb_of(ResumeAll{}));
}

}  // namespace
}  // namespace sluice::dispatch
