#pragma once

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "dispatch/state_codec.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/faulty_log_fixture.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/grow/growth.hpp"
#include "runtime/inspect/verify.hpp"
#include "runtime/subjects/subject_store.hpp"
#include "sequence/ordered.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace sluice::runtime::test {

/// As `sluice domain grow` does it, on a log that a test may break.
inline Result<Growth> grow(
    FaultyLog& log, const DomainPlan& plan, std::uint32_t homes, const Clock& clock
) {
    const auto replace = [&log](const log::Replacement& what) {
        return dynamic_cast<log::EmbeddedLog&>(log.real()).replace(what);
    };
    return grow_domain({log, clock, plan, replace}, {homes, "alice", "more of everything"});
}

/// All that is kept by subject, whatever home it lies in: (table, key) -> value; and that each lies
/// in the home of its subject.
class StateBySubject {
public:
    using Kept = std::map<std::tuple<std::string, int, std::string>, std::string>;

    static Kept of(const log::Log& log, const std::string& domain, std::uint32_t homes) {
        StateBySubject state{log, homes};
        const std::string sequencer = sequencer_group(domain);
        state.read(sequencer, table::kSubjects, [](const auto& key) { return key; });
        state.read(sequencer, table::kWaiting, [](const auto& key) { return key; });
        state.read(sequencer, table::kWaitingEvents, [](const auto& key) {
            return std::string{ByteReader{key}.bytes()};
        });
        state.read(sequencer, table::kClosings, [](const auto& key) {
            return parse_closing_key(key).value().second;
        });
        const auto subject_of = [](const auto& key) {
            ByteReader reader{key};
            static_cast<void>(reader.bytes());
            return std::string{reader.bytes()};
        };
        const std::string runner = runner_group(domain);
        for (const log::Table table : {table::kLines, table::kBacklog, table::kBacklogIndex}) {
            state.read(runner, table, subject_of);
        }
        return state.kept_;
    }

private:
    StateBySubject(const log::Log& log, std::uint32_t homes) : log_{log}, homes_{homes} {}

    template <class SubjectOf>
    void read(const std::string& group, log::Table table, SubjectOf subject_of) {
        for (HomeId home{0}; home.value < homes_; home = home.next()) {
            const auto page = log_.peek(group, home, table, "", 1'000'000);
            ASSERT_TRUE(page.has_value());
            for (auto& [key, value] : page.value()) {
                EXPECT_EQ(home_of(subject_of(key), homes_), home) << "table " << int{table.id};
                std::string kept = value;
                const bool runs = group == runner_group("shop");
                if (table == table::kBacklogIndex && runs) kept = event_at(key, value, home);
                if (table == table::kWaiting && !runs) kept.clear();  // its gap's clock runs
                const bool once = kept_.emplace(std::tuple{group, table.id, key}, kept).second;
                EXPECT_TRUE(once) << "in two homes";
            }
        }
    }

    /// Instead of the offset, which changes: the event that lies there.
    std::string event_at(const std::string& key, const std::string& value, HomeId home) {
        const auto entry = decode_entry(key, value);
        EXPECT_TRUE(entry.has_value());
        const log::PartitionRef of{ordered_topic("shop"), PartitionId{home.value}};
        const auto read = log_.read(of, entry.value().event.offset, {1, 1});
        if (!read || read.value().empty()) return "gone";
        const auto facts = sequence::facts_of(read.value().front().record);
        EXPECT_TRUE(facts.has_value());
        return fmt::format("{} {}", facts.value().subject, facts.value().position.value);
    }

    const log::Log& log_;
    std::uint32_t homes_;
    Kept kept_;
};

/// All records of a topic of the domain, in no order.
inline std::multiset<std::string> values_in(const log::Log& log, const std::string& topic) {
    std::multiset<std::string> all;
    const auto spec = log.topic(topic);
    EXPECT_TRUE(spec.has_value() && spec.value().has_value()) << topic;
    for (PartitionId p{0}; p.value < spec.value()->partitions; p = p.next()) {
        const auto ends = log.ends({topic, p});
        const auto read =
            log.read({topic, p}, ends.value().first, {1'000'000, std::size_t{1} << 30});
        EXPECT_TRUE(read.has_value());
        for (const log::StoredRecord& stored : read.value()) {
            std::string text =
                stored.record.key.value_or("") + "|" + stored.record.value.value_or("");
            for (const Header& header : stored.record.headers) {
                text += fmt::format("|{}={}", header.name, header.value);
            }
            all.insert(std::move(text));
        }
    }
    return all;
}

/// Every position of every subject, and the state against them.
inline void expect_whole(const log::Log& log, std::string_view domain) {
    const auto found = verify(log, domain);
    ASSERT_TRUE(found.has_value()) << found.error().message;
    EXPECT_EQ(found.value().wrong, 0U)
        << (found.value().findings.empty() ? "" : found.value().findings.front());
}

}  // namespace sluice::runtime::test
