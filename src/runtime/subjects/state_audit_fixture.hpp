#pragma once

#include "log/log.hpp"
#include "runtime/domain/peek.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/inspect/inspect_histories.hpp"
#include "runtime/subjects/history_fold.hpp"
#include "runtime/subjects/subject_store.hpp"
#include "sequence/ordered.hpp"
#include "sequence/state_codec.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::runtime::test {

using Histories = std::map<std::string, sequence::SubjectHistory>;

/// Calls `see(home, offset, history)` with the history of a record's subject after each record of
/// the ordered topic. `apply` refuses a hole, and a position or number given twice.
template <class See>
void fold(const log::Log& log, std::string_view domain, Histories& histories, See see) {
    const auto topic = log.topic(ordered_topic(domain));
    ASSERT_TRUE(topic.has_value() && topic.value().has_value());
    for (PartitionId p{0}; p.value < topic.value()->partitions; p = p.next()) {
        Offset from{0};
        while (true) {
            const auto read = log.read({ordered_topic(domain), p}, from, {});
            ASSERT_TRUE(read.has_value()) << read.error().message;
            if (read.value().empty()) break;
            for (const log::StoredRecord& stored : read.value()) {
                const auto facts = sequence::facts_of(stored.record);
                ASSERT_TRUE(facts.has_value()) << facts.error().message;
                sequence::SubjectHistory& history = histories[facts.value().subject];
                const Status applied = sequence::apply(history, facts.value());
                ASSERT_TRUE(applied) << applied.error().message;
                see(HomeId{p.value}, stored.offset, facts.value().subject, history);
            }
            from = read.value().back().offset.next();
        }
    }
}

/// What the ordered topic says of each subject: its records folded, from the first to the last.
inline Histories folded(const log::Log& log, std::string_view domain) {
    Histories histories;
    fold(log, domain, histories, [](auto&&...) {});
    return histories;
}

/// (key, value) of a table of the sequencer's state, over all homes.
inline std::map<std::string, std::string> state_of(
    const log::Log& log, std::string_view domain, log::Table table
) {
    std::map<std::string, std::string> all;
    const auto topic = log.topic(ordered_topic(domain));
    for (HomeId home{0}; home.value < topic.value()->partitions; home = home.next()) {
        const auto page = log.peek(sequencer_group(domain), home, table, "", 1'000'000);
        EXPECT_TRUE(page.has_value());
        all.insert(page.value().begin(), page.value().end());
    }
    return all;
}

/// What the stored state says of each subject that it knows whole. Subjects of which nothing has
/// been released yet are left out: the topic cannot know them.
inline Histories stored_histories(const log::Log& log, std::string_view domain) {
    Histories histories;
    for (const auto& [subject, value] : state_of(log, domain, table::kSubjects)) {
        auto history = sequence::decode_history(value);
        EXPECT_TRUE(history.has_value()) << subject;
        if (history.value().last.value == 0) continue;
        histories.emplace(subject, std::move(history.value()));
    }
    return histories;
}

/// Up to where the stored histories of a home are true.
inline Offset true_until(const log::Log& log, std::string_view domain, HomeId home) {
    const auto stored =
        peek_one(log, sequencer_group(domain), home, table::kTrueUntil, kHistoriesKey);
    EXPECT_TRUE(stored.has_value());
    if (!stored || !stored.value()) return {};
    const auto until = decode_true_until(*stored.value());
    EXPECT_TRUE(until.has_value());
    return until ? until.value() : Offset{};
}

/// State and topic agree, subject by subject: what is stored of a subject is the fold of its first
/// records, to the last bit; those below the offset up to which the home's are true are among them;
/// and none is stored that the topic does not know. So the fold from there is the whole history.
inline void expect_state_is_the_fold(const log::Log& log, std::string_view domain) {
    const Histories stored = stored_histories(log, domain);
    std::map<HomeId, Offset> until;
    for (HomeId home{0}; home.value < log.topic(ordered_topic(domain)).value()->partitions;
         home = home.next()) {
        until[home] = true_until(log, domain, home);
    }
    Histories from_topic;
    std::size_t met = 0;
    fold(
        log,
        domain,
        from_topic,
        [&](HomeId home, Offset offset, const std::string& subject, const auto& history) {
            const auto found = stored.find(subject);
            const bool there = found != stored.end() && history.last <= found->second.last;
            EXPECT_TRUE(there || offset >= until[home]) << subject;
            if (found == stored.end() || found->second.last != history.last) return;
            ++met;
            EXPECT_EQ(history, found->second) << subject;
        }
    );
    EXPECT_EQ(met, stored.size());
}

}  // namespace sluice::runtime::test
