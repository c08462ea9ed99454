// What dispatchers leave in a runner's state, and what is made of it again.

#include "runtime/domain/dispatch_tables.hpp"

#include "base/test_seed.hpp"
#include "dispatch/state_codec.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <random>

namespace sluice::runtime {
namespace {

using dispatch::Changes;
using dispatch::Line;
using dispatch::LineState;
using Pages = std::vector<std::pair<std::string, std::string>>;

/// A home's tables in memory, as a log would keep them.
class Tables {
public:
    void apply(const std::vector<log::StateChange>& changes) {
        for (const log::StateChange& change : changes) {
            auto& table = tables_[change.table.id];
            if (change.value) {
                table[change.key] = *change.value;
            } else {
                table.erase(change.key);
            }
        }
    }

    void put(log::Table table, const std::string& key, const std::string& value) {
        tables_[table.id][key] = value;
    }

    [[nodiscard]] std::size_t size(log::Table table) { return tables_[table.id].size(); }

    [[nodiscard]] ScanTable scan() {
        return [this](log::Table table, std::string_view from, std::size_t limit) -> Result<Pages> {
            Pages page;
            const auto& all = tables_[table.id];
            for (auto at = all.lower_bound(std::string{from}); at != all.end(); ++at) {
                if (page.size() == limit) break;
                page.push_back(*at);
            }
            return page;
        };
    }

private:
    std::map<std::uint8_t, std::map<std::string, std::string>> tables_;
};

Line parked(std::uint64_t head, std::uint64_t events) {
    return {LineState::kParked, Position{head}, 1, Instant{5}, Instant{0}, "no", true, events, 10};
}

std::vector<std::string> keys_under(Tables& tables, const std::string& prefix) {
    std::vector<std::string> keys;
    const Status scanned = scan_prefix(tables.scan(), table::kLines, prefix, [&](auto key, auto) {
        keys.emplace_back(key);
        return ok();
    });
    EXPECT_TRUE(scanned.has_value());
    return keys;
}

TEST(DispatchTables, OneSubscriptionNeverSeesAnothersKeys) {
    Tables tables;
    for (const char* name : {"a", "ab", "abc", "b", "", "a\x01"}) {
        tables.put(table::kLines, line_key(name, "s"), "");
    }
    for (const char* name : {"a", "ab", "abc", "b", "", "a\x01"}) {
        const auto keys = keys_under(tables, subscription_key(name));
        ASSERT_EQ(keys.size(), 1U) << name;
        EXPECT_EQ(subscription_of(keys[0]), name);
    }
}

TEST(DispatchTables, SubjectsOfAnyBytesComeBack) {
    for (const std::string& subject :
         {std::string{},
          std::string{"주문 17"},
          std::string{"a\0b", 3},
          std::string(70'000, 's'),
          std::string{"\xFF\xFE"}}) {
        const auto read = subject_of_line(line_key("sales", subject));
        ASSERT_TRUE(read.has_value());
        EXPECT_EQ(read.value(), subject);
        const auto entry = decode_entry(
            backlog_key("sales", subject, Position{7}),
            encode_entry({Position{7}, Offset{9}, 3, "bad"})
        );
        ASSERT_TRUE(entry.has_value());
        EXPECT_EQ(entry->subject, subject);
        EXPECT_EQ(entry->event, (dispatch::RunEvent{Position{7}, Offset{9}, 3, "bad"}));
    }
}

TEST(DispatchTables, BacklogKeysAscendWithPositionsOfAnySize) {
    const std::uint64_t positions[]{
        1,
        2,
        127,
        128,
        255,
        256,
        65'535,
        65'536,
        1ULL << 31U,
        1ULL << 32U,
        1ULL << 63U,
        ~std::uint64_t{0}};
    std::string before;
    for (const std::uint64_t position : positions) {
        const std::string key = backlog_key("sales", "a", Position{position});
        EXPECT_LT(before, key) << position;
        const auto entry = decode_entry(key, encode_entry({Position{position}, Offset{0}, 0, ""}));
        EXPECT_EQ(entry->event.position, Position{position});
        before = key;
    }
}

TEST(DispatchTables, ScansGoOnOverPagesOfAnyLength) {
    for (const std::size_t count : {0U, 1U, 999U, 1'000U, 1'001U, 2'000U, 2'500U}) {
        Tables tables;
        for (std::size_t at = 0; at < count; ++at) {
            tables.put(table::kLines, line_key("sales", fmt::format("{:05}", at)), "");
        }
        tables.put(table::kLines, line_key("zzzzzz", "after"), "");
        const auto keys = keys_under(tables, subscription_key("sales"));
        EXPECT_EQ(keys.size(), count);
        EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
        EXPECT_EQ(std::adjacent_find(keys.begin(), keys.end()), keys.end()) << "none twice";
    }
}

TEST(DispatchTables, AScanEndsWithItsFirstError) {
    Tables tables;
    for (int at = 0; at < 10; ++at)
        tables.put(table::kLines, line_key("sales", std::to_string(at)), "");
    int visited = 0;
    const Status scanned = scan_prefix(tables.scan(), table::kLines, "", [&](auto, auto) {
        return ++visited == 3 ? Status{Error{ErrorCode::kCorrupt, "third"}} : ok();
    });
    EXPECT_EQ(scanned.error().message, "third");
    EXPECT_EQ(visited, 3);
    const ScanTable broken = [](log::Table, std::string_view, std::size_t) -> Result<Pages> {
        return Error{ErrorCode::kUnavailable, "away"};
    };
    EXPECT_EQ(restore_dispatcher(broken, "sales", Offset{0}).error().message, "away");
}

TEST(DispatchTables, ANewSubscriptionBeginsWhereTheTopicDoesAndAKnownOneWhereItWas) {
    Tables tables;
    const dispatch::Progress progress{Offset{40}, {{Offset{42}, Offset{43}}}};
    tables.put(table::kProgress, subscription_key("known"), encode(progress));
    EXPECT_EQ(restore_dispatcher(tables.scan(), "known", Offset{17})->progress, progress);
    const auto fresh = restore_dispatcher(tables.scan(), "know", Offset{17});
    EXPECT_EQ(fresh->progress, (dispatch::Progress{Offset{17}, {}}));
    EXPECT_TRUE(fresh->lines.empty());
    EXPECT_TRUE(fresh->backlog.empty());
}

TEST(DispatchTables, EveryDamagedEntryIsCorrupt) {
    const std::string value = encode_entry({Position{7}, Offset{9}, 3, "bad"});
    const std::string key = backlog_key("sales", "a", Position{7});
    ASSERT_TRUE(decode_entry(key, value).has_value());
    for (std::size_t cut = 0; cut < value.size(); ++cut) {
        EXPECT_EQ(decode_entry(key, value.substr(0, cut)).error().code, ErrorCode::kCorrupt) << cut;
    }
    for (std::size_t cut = 0; cut < key.size(); ++cut) {
        EXPECT_EQ(decode_entry(key.substr(0, cut), value).error().code, ErrorCode::kCorrupt) << cut;
    }
    EXPECT_FALSE(decode_entry(key + "x", value).has_value());
    EXPECT_FALSE(decode_entry(key, value + "x").has_value());
    std::string other_version = value;
    other_version[0] = 2;
    EXPECT_FALSE(decode_entry(key, other_version).has_value());
    EXPECT_FALSE(subject_of_line(line_key("sales", "a") + "x").has_value());
    EXPECT_FALSE(subject_of_line(subscription_key("sales")).has_value());
}

/// A copy that went and one that takes its place, in one step: the new one stays.
TEST(DispatchTables, AnEraseComesBeforeThePutOfTheSamePlace) {
    Record record;
    record.value = "new";
    Changes changes;
    changes.puts.push_back({"a", Position{7}, Offset{9}});
    changes.erases.push_back({"a", Position{7}});
    std::vector<log::StateChange> out;
    StateWriter{"sales", HomeId{2}, [&](Offset) -> const Record& { return record; }}.write(
        changes, out
    );
    Tables tables;
    tables.put(table::kBacklog, backlog_key("sales", "a", Position{7}), "old");
    tables.apply(out);
    EXPECT_EQ(tables.size(table::kBacklog), 1U);
    EXPECT_EQ(tables.size(table::kBacklogIndex), 1U);
    for (const log::StateChange& change : out) EXPECT_EQ(change.home, HomeId{2});
}

TEST(DispatchTables, TheIndexKeepsWhatTheCopySaysOfItself) {
    Record record;
    record.value = std::string(500, 'x');
    record.headers = {{"ce_subjectinvalid", "no amount"}};
    Changes changes;
    changes.puts.push_back({"a", Position{7}, Offset{9}});
    changes.lines.push_back({"a", parked(7, 1)});
    std::vector<log::StateChange> out;
    StateWriter{"sales", HomeId{0}, [&](Offset) -> const Record& { return record; }}.write(
        changes, out
    );
    Tables tables;
    tables.apply(out);
    const auto restored = restore_dispatcher(tables.scan(), "sales", Offset{0});
    ASSERT_TRUE(restored.has_value());
    ASSERT_EQ(restored->backlog.size(), 1U);
    const dispatch::RunEvent& event = restored->backlog[0].second.at(0);
    EXPECT_EQ(event.bytes, record.size_bytes());
    EXPECT_EQ(event.invalid, "no amount");
}

/// Steps of several subscriptions side by side: each is restored to what its own steps amount to.
TEST(DispatchTables, ModelStepsAddUpToWhatIsRestored) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const std::vector<std::string> names{"a", "ab", "sales"};

    struct Reference {
        dispatch::Progress progress;
        std::map<std::string, Line> lines;
        std::map<std::pair<std::string, Position>, Offset> copies;
    };

    std::map<std::string, Reference> references;
    Tables tables;
    const Record record;
    for (int step = 0; step < 2'000; ++step) {
        const std::string& name = names[random() % names.size()];
        Reference& reference = references[name];
        const std::string subject = fmt::format("s{}", random() % 6);
        Changes changes;
        if (random() % 2 == 0) {
            reference.progress.next = Offset{static_cast<std::int64_t>(random() % 1'000)};
            changes.progress = reference.progress;
        }
        const Position position{1 + random() % 400};
        const std::pair key{subject, position};
        if (reference.copies.contains(key) && random() % 2 == 0) {
            changes.erases.push_back({subject, position});
            reference.copies.erase(key);
        }
        if (!reference.copies.contains(key) && random() % 2 == 0) {
            const Offset offset{static_cast<std::int64_t>(random() % 1'000)};
            changes.puts.push_back({subject, position, offset});
            reference.copies[key] = offset;
        }
        if (random() % 3 == 0) {
            reference.lines[subject] = parked(position.value, random() % 100);
            changes.lines.push_back({subject, reference.lines[subject]});
        } else if (random() % 4 == 0) {
            reference.lines.erase(subject);
            changes.lines.push_back({subject, std::nullopt});
        }
        std::vector<log::StateChange> out;
        StateWriter{name, HomeId{0}, [&](Offset) -> const Record& { return record; }}.write(
            changes, out
        );
        tables.apply(out);
    }
    for (const auto& [name, reference] : references) {
        const auto restored = restore_dispatcher(tables.scan(), name, Offset{0});
        ASSERT_TRUE(restored.has_value()) << restored.error().message;
        EXPECT_EQ(restored->progress, reference.progress);
        EXPECT_EQ((std::map{restored->lines.begin(), restored->lines.end()}), reference.lines);
        std::map<std::pair<std::string, Position>, Offset> copies;
        for (const auto& [subject, events] : restored->backlog) {
            Position before{0};
            for (const dispatch::RunEvent& event : events) {
                ASSERT_GT(event.position, before) << "ascending";
                before = event.position;
                copies[{subject, event.position}] = event.offset;
            }
        }
        EXPECT_EQ(copies, reference.copies);
    }
}

TEST(DispatchTables, AnEditTakesThePlaceOfACopyAndAHoldIsKeptApart) {
    Tables tables;
    Record original;
    original.value = "broken";
    const auto write = [&](const Changes& changes) {
        std::vector<log::StateChange> out;
        StateWriter{"sales", HomeId{0}, [&](Offset) -> const Record& { return original; }}.write(
            changes, out
        );
        tables.apply(out);
    };
    Changes put;
    put.lines.push_back({"s", parked(4, 1)});
    put.puts.push_back({"s", Position{4}, Offset{9}});
    write(put);
    Changes edit;
    Record copy;
    copy.value = "mended";
    edit.edits.push_back({"s", Position{4}, Offset{9}, copy});
    edit.hold = dispatch::Hold{Instant{1}, "alice", "a holiday"};
    write(edit);
    const auto restored = restore_dispatcher(tables.scan(), "sales", Offset{0});
    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_EQ(restored.value().hold, *edit.hold);
    const dispatch::RunEvent event{Position{4}, Offset{9}, copy.size_bytes(), {}};
    EXPECT_EQ(restored.value().backlog.front().second, std::vector{event});
    EXPECT_FALSE(restore_dispatcher(tables.scan(), "other", Offset{0}).value().hold);
    Changes resume;
    resume.hold = std::optional<dispatch::Hold>{};
    write(resume);
    EXPECT_EQ(tables.size(table::kHolds), 0U);
}

TEST(DispatchTables, CommandsAreReadOnFromWhereTheyWereCarriedOut) {
    Tables tables;
    EXPECT_EQ(restore_commands_read(tables.scan(), "sales", Offset{3}).value(), Offset{3});
    tables.put(table::kCommands, subscription_key("sales"), encode_commands_read(Offset{300}));
    EXPECT_EQ(restore_commands_read(tables.scan(), "sales", Offset{3}).value(), Offset{300});
    EXPECT_EQ(restore_commands_read(tables.scan(), "sale", Offset{3}).value(), Offset{3});
    tables.put(table::kCommands, subscription_key("sales"), "damaged");
    EXPECT_EQ(
        restore_commands_read(tables.scan(), "sales", Offset{3}).error().code, ErrorCode::kCorrupt
    );
}

TEST(EpochEntryTest, IsReadAsItWasWrittenAndDamageIsTold) {
    const EpochEntry bare{3, std::nullopt};
    const EpochEntry marked{700, EpochEntry::Mark{Offset{1'000'000}, 0x0123456789abcdefU}};
    for (const EpochEntry& entry : {bare, marked}) {
        const std::string bytes = encode_epoch(entry);
        const auto decoded = decode_epoch(bytes);
        ASSERT_TRUE(decoded.has_value());
        EXPECT_EQ(decoded.value(), entry);
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            EXPECT_FALSE(decode_epoch(std::string_view{bytes}.substr(0, size))) << size;
        }
        EXPECT_FALSE(decode_epoch(bytes + "x"));
    }
    EXPECT_FALSE(decode_epoch(std::string{"\x02\x03\0", 3})) << "another version";
    EXPECT_FALSE(decode_epoch(std::string{"\x01\x03\x02", 3})) << "neither with a mark nor without";
}

}  // namespace
}  // namespace sluice::runtime
