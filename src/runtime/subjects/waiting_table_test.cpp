#include "runtime/subjects/waiting_table.hpp"

#include "base/test_seed.hpp"
#include "runtime/subjects/subject_store.hpp"
#include "sequence/state_codec.hpp"
#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <tuple>

namespace sluice::runtime {
namespace {

using sequence::Sequencer;
using sequence::Subject;
using sequence::SweepId;
using sequence::test::numbered;

constexpr HomeId kHome{0};
constexpr Instant kNow{1'000'000};

/// The two tables as a map, and one subject that is written to them.
struct Rig {
    using Table = std::map<std::string, std::string>;

    std::map<std::uint8_t, Table> tables;
    Subject subject;
    StoredWaiting stored;
    std::size_t written{0};  ///< changes of the last write

    [[nodiscard]] ScanTable scan() {
        return [this](log::Table in, std::string_view from, std::size_t limit) {
            std::vector<std::pair<std::string, std::string>> page;
            const Table& table = tables[in.id];
            for (auto at = table.lower_bound(std::string{from});
                 at != table.end() && page.size() < limit;
                 ++at) {
                page.push_back(*at);
            }
            return Result{std::move(page)};
        };
    }

    void write(std::string_view name = "s") {
        std::vector<log::StateChange> changes;
        write_waiting(kHome, name, subject, stored, changes);
        written = changes.size();
        for (log::StateChange& one : changes) {
            Table& table = tables[one.table.id];
            one.value ? void(table[one.key] = *one.value) : void(table.erase(one.key));
        }
    }

    [[nodiscard]] Result<Subject> read(std::string_view name = "s") {
        const auto head = tables[table::kWaiting.id].find(std::string{name});
        if (head == tables[table::kWaiting.id].end()) {
            Subject settled;
            settled.history = subject.history;
            return settled;
        }
        return read_waiting(scan(), name, head->second, subject.history);
    }

    /// As if every event had been written now.
    [[nodiscard]] Table whole(std::string_view name = "s") const {
        Table table;
        for (const auto& one : subject.waiting) {
            const sequence::Arrival& arrival = one.arrival;
            table[in_line_key(name, id_hash(arrival))] = encode_event(one);
            if (arrival.number) table[number_key(name, arrival.source, *arrival.number)] = "";
        }
        for (const auto& one : subject.conflicts) {
            table[conflict_key(name, one.order)] = encode_event(one);
        }
        return table;
    }
};

TEST(WaitingTable, AStepWritesTheEventThatCameAndAHead) {
    const Sequencer sequencer{{}};
    Rig rig;
    for (std::uint64_t n = 2; n <= 300; ++n) {
        static_cast<void>(sequencer.offer(rig.subject, numbered("/a", n), kNow, SweepId{1}));
        rig.write();
        ASSERT_EQ(rig.written, 3U) << n << ": its name, too";
    }
    EXPECT_EQ(rig.read().value(), rig.subject);
    static_cast<void>(sequencer.offer(rig.subject, numbered("/a", 1), kNow, SweepId{1}));
    rig.write();
    EXPECT_EQ(rig.written, 599U) << "299 events, their names and the head go";
    EXPECT_TRUE(rig.tables[table::kWaitingEvents.id].empty());
    EXPECT_TRUE(rig.tables[table::kWaiting.id].empty());
}

TEST(WaitingTable, WhatCameAndWentWithinAStepIsNotWritten) {
    const Sequencer sequencer{{}};
    Rig rig;
    static_cast<void>(sequencer.offer(rig.subject, numbered("/a", 2), kNow, SweepId{1}));
    static_cast<void>(sequencer.offer(rig.subject, numbered("/a", 1), kNow, SweepId{1}));
    rig.write();
    EXPECT_EQ(rig.written, 0U);
}

TEST(WaitingTable, NoSubjectTakesAnothersEventsForItsOwn) {
    const Sequencer sequencer{{}};
    Rig rig;
    const std::vector<std::string> names{"s", "s1", std::string{"s\0", 2}, "", "r"};
    std::map<std::string, Subject> subjects;
    for (const std::string& name : names) {
        rig.subject = {};
        rig.stored = {};
        for (std::uint64_t n = 2; n < 4 + name.size(); ++n) {
            static_cast<void>(sequencer.offer(rig.subject, numbered("/a", n), kNow, SweepId{1}));
        }
        rig.write(name);
        subjects[name] = rig.subject;
    }
    for (const auto& [name, subject] : subjects) EXPECT_EQ(rig.read(name).value(), subject) << name;
}

TEST(WaitingTable, AnEventThatIsMissingIsDamage) {
    const Sequencer sequencer{{}};
    Rig rig;
    for (const std::uint64_t n : {2U, 3U, 4U}) {
        static_cast<void>(sequencer.offer(rig.subject, numbered("/a", n), kNow, SweepId{1}));
    }
    rig.write();
    auto& events = rig.tables[table::kWaitingEvents.id];
    events.erase(std::next(events.begin()));
    EXPECT_EQ(rig.read().error().code, ErrorCode::kCorrupt);
}

/// Between two writes the subject was settled, and another conflict came: it has the same order.
TEST(WaitingTable, AConflictInThePlaceOfAnotherIsWritten) {
    Rig rig;
    for (const char* source : {"/a", "/b"}) {
        rig.subject.conflicts.clear();
        rig.subject.conflicts.push_back({numbered(source, 8), kNow, 0});
        rig.subject.arrivals = 1;
        rig.write();
        EXPECT_EQ(rig.tables[table::kWaitingEvents.id], rig.whole()) << source;
        rig.write();
        EXPECT_EQ(rig.written, 1U) << "the head alone";
    }
}

TEST(WaitingTable, WhatClashesWithAnArrivalIsFoundByItsNames) {
    const Sequencer sequencer{{}};
    Rig rig;
    for (const std::uint64_t n : {2U, 3U, 7U}) {
        static_cast<void>(sequencer.offer(rig.subject, numbered("/a", n), kNow, SweepId{1}));
    }
    rig.write();
    std::size_t looks = 0;
    const HasEvent has = [&](std::string_view key) -> Result<bool> {
        ++looks;
        return rig.tables[table::kWaitingEvents.id].contains(std::string{key});
    };
    const auto found = [&](const sequence::Arrival& arrival) {
        const auto in_line = look_up(has, rig.subject, arrival).value();
        return std::tuple{in_line.id, in_line.number, in_line.before};
    };
    EXPECT_EQ(found(numbered("/a", 3)), (std::tuple{true, true, false}));
    EXPECT_EQ(found(numbered("/a", 4)), (std::tuple{false, false, false}));
    EXPECT_EQ(found(numbered("/b", 3)), (std::tuple{false, false, false}));
    EXPECT_EQ(
        found(sequence::test::renamed(numbered("/a", 9), "/a-7")), (std::tuple{true, false, false})
    );
    EXPECT_EQ(looks, 8U) << "beside a gap, nobody asks for the number before";
    rig.subject.gap.reset();
    EXPECT_EQ(found(numbered("/a", 8)), (std::tuple{false, false, true}));
}

/// Events of every kind, choices of a person and restarts, written after some of them: what lies
/// in the tables is what writing all of it anew would have left there, and it is read back equal.
TEST(WaitingTableModel, OneByOneIsAsIfItWereWrittenWhole) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::size_t conflicts = 0;
    std::size_t settled = 0;
    for (int round = 0; round < 200; ++round) {
        Rig rig;
        sequence::test::World world;
        for (int turn = 0; turn < 60; ++turn) {
            auto arrival = numbered(random() % 2 == 0 ? "/a" : "/b", 1 + random() % 12);
            if (random() % 8 == 0) arrival = sequence::test::changed(arrival);
            if (random() % 4 == 0)
                arrival = sequence::test::with_stamp(arrival, "/a", random() % 9 + 1);
            static_cast<void>(world.offer(std::move(arrival)));
            if (!world.subject.conflicts.empty() && random() % 3 == 0) {
                const auto& one =
                    world.subject.conflicts[random() % world.subject.conflicts.size()];
                static_cast<void>(world.choose(sequence::SettleConflict{
                    sequence::ref_of(one.arrival)}));
            }
            if (random() % 3 == 0) continue;
            rig.subject = std::move(world.subject);
            rig.write();
            ASSERT_EQ(rig.tables[table::kWaitingEvents.id], rig.whole());
            const auto back = rig.read();
            ASSERT_TRUE(back.has_value()) << back.error().message;
            ASSERT_EQ(back.value().waiting, rig.subject.waiting);
            ASSERT_EQ(back.value().conflicts, rig.subject.conflicts);
            ASSERT_EQ(back.value().gap, rig.subject.gap);
            conflicts += rig.subject.conflicts.size();
            if (rig.subject.settled()) ++settled;
            if (random() % 5 == 0) {  // another process goes on from what is stored
                rig.subject = back.value();
                rig.stored = stored_of(rig.subject);
            }
            world.subject = std::move(rig.subject);
        }
    }
    EXPECT_GT(conflicts, 0U);
    EXPECT_GT(settled, 0U);
}

}  // namespace
}  // namespace sluice::runtime
