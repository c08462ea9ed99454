#include "base/test_seed.hpp"
#include "outbox/send_window.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace sluice::outbox {
namespace {

/// A table as PostgreSQL shows it, relays with windows of their own, and whoever they send to.
/// Transactions commit late and out of order of their beginning, abort, and hold their lines.
struct World {
    explicit World(std::uint64_t seed) : random{seed} {}

    struct Relay {
        SendWindow window;
        std::set<Slot> slots;
        std::optional<Batch> batch;  ///< on its way
        Line cursor;
    };

    std::mt19937_64 random;
    Instant now{0};
    std::map<Line, std::uint64_t> numbers;  ///< committed per line
    std::set<Line> locked;                  ///< by a transaction that is open
    std::map<RowKey, Row> table;
    std::set<Line> parked;
    std::vector<Relay> relays;
    std::map<Line, std::vector<std::uint64_t>> arrived;  ///< as they were kept, doubles and all
    bool quiet{false};                                   ///< no more faults

    static Slot slot_of(const Line& line) {
        return Slot{static_cast<std::uint16_t>((line.subject[0] + line.domain[0]) % 4)};
    }

    bool chance(std::uint64_t one_in) { return !quiet && random() % one_in == 0; }

    void begin_or_end_transaction() {
        const Line line{random() % 4 == 0 ? "b" : "a", std::string(1, "abcdefgh"[random() % 8])};
        if (locked.erase(line) == 0) {
            locked.insert(line);
            return;
        }
        if (random() % 4 == 0) return;  // it was rolled back
        for (std::uint64_t events = random() % 3 + 1; events > 0; --events) {
            const std::uint64_t number = ++numbers[line];
            Row row;
            row.key = {slot_of(line), line, {Epoch{1}, SourceNumber{number}}};
            row.bytes = 10;
            table.emplace(row.key, row);
        }
    }

    /// Some lines behind the cursor, each from its first row on; the last one may be cut.
    void read(Relay& relay) {
        if (!relay.window.has_room()) return;
        std::vector<Row> page;
        std::size_t left = random() % 6 + 1;
        const auto paused = relay.window.paused_domains(now);
        for (const auto& [key, row] : table) {
            if (!relay.slots.contains(key.slot) || parked.contains(key.line)) continue;
            if (std::find(paused.begin(), paused.end(), key.line.domain) != paused.end()) continue;
            if (key.line <= relay.cursor) continue;
            if (left-- == 0) break;
            page.push_back(row);
        }
        relay.cursor = page.empty() ? Line{} : page.back().key.line;
        relay.window.take(std::move(page), now);
    }

    Answer answer(const Row& row) {
        if (chance(40)) return {Verdict::kRefused, "schema"};
        if (chance(10)) return {Verdict::kLater, "busy"};
        arrived[row.key.line].push_back(row.key.place.number.value);
        return {Verdict::kTaken};
    }

    Outcome publish(const Batch& batch) {
        if (chance(20)) return Failure{Failure::Scope::kAll, "down"};
        if (chance(30)) return Failure{Failure::Scope::kRequest, "what"};
        if (chance(40)) return Failure{Failure::Scope::kDomain, "no such domain"};
        std::vector<Answer> answers;
        for (const Row& row : batch.rows) answers.push_back(answer(row));
        if (chance(10)) return Failure{Failure::Scope::kAll, "the answer is lost"};
        return answers;
    }

    void send_or_land(Relay& relay) {
        if (!relay.batch) {
            relay.batch = relay.window.next(now);
            return;
        }
        Outcome outcome = publish(*relay.batch);
        const Landed landed =
            relay.window.landed(*std::exchange(relay.batch, {}), std::move(outcome), now);
        for (const RowKey& key : landed.taken) table.erase(key);
        for (const Refused& one : landed.refused) {
            // A zombie may park nothing: the slot is asked for in the same statement.
            if (relay.slots.contains(one.key.slot)) parked.insert(one.key.line);
        }
    }

    /// Its lease has passed while it stood still; it goes on with what it has.
    void take_over() {
        Relay& loser = relays[random() % relays.size()];
        Relay& winner = relays[random() % relays.size()];
        if (&loser == &winner) return;
        winner.slots.merge(loser.slots);
    }

    void step() {
        now = now + Milliseconds{static_cast<std::int64_t>(random() % 50)};
        Relay& relay = relays[random() % relays.size()];
        const std::uint64_t what = random() % 20;
        if (what < 5 && !quiet) begin_or_end_transaction();
        if (what >= 5 && what < 11) read(relay);
        if (what >= 11) send_or_land(relay);
        if (chance(200)) take_over();
        if (chance(300)) relay = fresh(relay.slots);  // killed, and started again
        if (chance(100) && !parked.empty()) parked.erase(parked.begin());
    }

    [[nodiscard]] static Relay fresh(std::set<Slot> slots) {
        dispatch::RetryPolicy retry;
        retry.wait_max = Milliseconds{1'000};
        return {SendWindow{WindowLimits{12, 1'000, 3, 6, 4, 100}, retry}, std::move(slots), {}, {}};
    }
};

/// Whatever fails, whoever is killed or stands still: of each line the first time that a number
/// arrives comes after the first time of the one before, and in the end all that was committed has
/// arrived, nothing else, and the table is empty.
TEST(SendWindowModel, EveryCommittedRowArrivesInTheOrderOfItsLine) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::size_t doubles = 0;
    for (std::uint64_t round = 0; round < 100; ++round) {
        World world{seed + round};
        world.relays.push_back(World::fresh({Slot{0}, Slot{1}}));
        world.relays.push_back(World::fresh({Slot{2}, Slot{3}}));
        world.relays.push_back(World::fresh({}));
        for (int step = 0; step < 1'500; ++step) world.step();
        world.quiet = true;
        world.parked.clear();
        for (int step = 0; step < 30'000 && !world.table.empty(); ++step) world.step();
        ASSERT_TRUE(world.table.empty()) << "round " << round;
        for (const auto& [line, committed] : world.numbers) {
            std::uint64_t seen = 0;
            for (const std::uint64_t number : world.arrived[line]) {
                ASSERT_LE(number, seen + 1) << line.subject << " in round " << round;
                if (number <= seen) ++doubles;
                seen = std::max(seen, number);
            }
            ASSERT_EQ(seen, committed) << line.subject << " in round " << round;
        }
    }
    EXPECT_GT(doubles, 0U) << "the faults that a double comes of were not there";
}

/// Without faults of the network or of relays nothing is sent twice.
TEST(SendWindowModel, WhatIsAnsweredIsSentOnce) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    World world{seed};
    world.relays.push_back(World::fresh({Slot{0}, Slot{1}, Slot{2}, Slot{3}}));
    for (int round = 0; round < 200; ++round) {
        for (int step = 0; step < 20; ++step) world.begin_or_end_transaction();
        world.quiet = true;
        for (int step = 0; step < 30'000 && !world.table.empty(); ++step) world.step();
        world.quiet = false;
        ASSERT_TRUE(world.table.empty());
    }
    for (const auto& [line, committed] : world.numbers) {
        ASSERT_EQ(world.arrived[line].size(), committed) << line.subject;
    }
}

}  // namespace
}  // namespace sluice::outbox
