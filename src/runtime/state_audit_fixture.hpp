#pragma once

#include "log/log.hpp"
#include "runtime/subject_store.hpp"
#include "runtime/topics.hpp"
#include "sequence/ordered.hpp"
#include "sequence/state_codec.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::runtime::test {

using Histories = std::map<std::string, sequence::SubjectHistory>;

/// What the ordered topic says of each subject: its records folded, from the first to the last.
/// `apply` refuses a hole, and a position or number given twice.
inline Histories folded(const log::Log& log, std::string_view domain) {
    Histories histories;
    const auto topic = log.topic(ordered_topic(domain));
    EXPECT_TRUE(topic.has_value() && topic.value().has_value());
    for (PartitionId p{0}; p.value < topic.value()->partitions; p = p.next()) {
        Offset from{0};
        while (true) {
            const auto read = log.read({ordered_topic(domain), p}, from, {});
            EXPECT_TRUE(read.has_value()) << read.error().message;
            if (!read || read.value().empty()) break;
            for (const log::StoredRecord& stored : read.value()) {
                const auto facts = sequence::facts_of(stored.record);
                EXPECT_TRUE(facts.has_value()) << facts.error().message;
                const Status applied =
                    sequence::apply(histories[facts.value().subject], facts.value());
                EXPECT_TRUE(applied) << applied.error().message;
            }
            from = read.value().back().offset.next();
        }
    }
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

/// What the state says of each subject that it knows whole. Subjects of which nothing has been
/// released yet are left out: the topic cannot know them.
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

/// State and topic agree, subject by subject.
inline void expect_state_is_the_fold(const log::Log& log, std::string_view domain) {
    const Histories from_topic = folded(log, domain);
    const Histories from_state = stored_histories(log, domain);
    EXPECT_EQ(from_topic.size(), from_state.size());
    for (const auto& [subject, history] : from_topic) {
        const auto found = from_state.find(subject);
        ASSERT_NE(found, from_state.end()) << subject;
        ASSERT_EQ(history, found->second) << subject;
    }
}

}  // namespace sluice::runtime::test
