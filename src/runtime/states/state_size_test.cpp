// What a position costs, and an answer: figures that the documentation tells.

#include "runtime/states/states_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace sluice::runtime::test {
namespace {

/// An order of five lines, some 600 bytes, that is paid, cancelled in part, sent and delivered.
std::vector<StatesTestNext> order_of(const std::string& subject) {
    std::string lines;
    for (int line = 1; line <= 5; ++line) {
        lines += fmt::format(
            R"({}{{"line":{},"seller":"s-{}","product":"p-{:08}","price":{},"net":{},"vat":{}}})",
            line == 1 ? "" : ",",
            line,
            line % 3,
            line * 7'919,
            1'000 + line * 77,
            990 + line * 77,
            line * 11
        );
    }
    std::vector<StatesTestNext> events;
    events.push_back(
        {subject,
         fmt::format(
             R"({{"member":"m-{}","status":"placed","due":6105,"lines":[{}]}})", subject, lines
         )}
    );
    events.push_back({subject, R"({"status":"paid","captured":6105})"});
    events.push_back({subject, R"({"gone":[3],"due":5105})"});
    events.push_back({subject, fmt::format(R"({{"status":"sent","parcel":"{}-1"}})", subject)});
    events.push_back({subject, R"({"status":"delivered"})"});
    return events;
}

TEST_F(StatesTest, APositionCostsAFewDozenBytesBesideTheFirst) {
    constexpr std::size_t kOrders = 500;
    std::vector<StatesTestNext> events;
    for (std::size_t i = 0; i < kOrders; ++i) {
        for (StatesTestNext& one : order_of(fmt::format("o-{:08}", i)))
            events.push_back(std::move(one));
    }
    append(events);
    fold();
    std::size_t first = 0;
    std::size_t rest = 0;
    std::size_t states = 0;
    for (const auto& [key, value] : lease_->scan(kHome, table::kStates, "", 100'000).value()) {
        const auto entry = state::decode_entry(value);
        ASSERT_TRUE(entry);
        const bool is_first = state::parse_entry_key(key)->position.value == 1;
        (is_first ? first : rest) += key.size() + value.size();
        if (is_first) states += entry->body.size();
    }
    const double of_first = static_cast<double>(first) / kOrders;
    const double of_rest = static_cast<double>(rest) / (kOrders * 4);
    const double state = static_cast<double>(states) / kOrders;
    std::printf(
        "a state of %.0f bytes: %.0f bytes at the first position, %.0f at each other\n",
        state,
        of_first,
        of_rest
    );
    EXPECT_LT(of_first, state + 50);
    EXPECT_LT(of_rest, 120);
}

TEST_F(StatesTest, AnAnswerReadsAFewRowsWhateverTheLength) {
    constexpr int kLength = 20'000;
    constexpr std::uint64_t kHalvings = 15;  // 2^15 > kLength
    std::vector<StatesTestNext> events;
    for (int i = 1; i <= kLength; ++i) {
        events.push_back({"a", fmt::format(R"({{"n":{},"f{}":{}}})", i, i % 50, i), i * 10LL});
    }
    append(events);
    fold();
    const auto rows_of = [this](const std::string& at) {
        const std::uint64_t before = log_.rows_peeked();
        EXPECT_TRUE(answer("a", at)->view.has_value());
        return log_.rows_peeked() - before;
    };
    constexpr std::uint64_t kOther = 4;  // progress, reducer, the newest
    for (const int position : {1, 2, 777, 13'333, kLength - 1, kLength}) {
        EXPECT_LE(rows_of(fmt::format("{}", position)), kOther + state::kWholeEvery) << position;
        EXPECT_LE(
            rows_of(to_rfc3339(Instant{position * 10LL})), kOther + kHalvings + state::kWholeEvery
        ) << position;
    }
}

}  // namespace
}  // namespace sluice::runtime::test
