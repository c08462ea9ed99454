#include "log/conformance_suite.hpp"

#include <limits>
#include <thread>

namespace sluice::log::conformance {

namespace {

using Texts = std::vector<std::string>;

TEST_P(LogTopics, TopicsAreMadeOnce) {
    make("order.placed", 3);
    make("order.placed", 3);
    make("A_b-1", 1);
    EXPECT_EQ(code_of(log().create_topic(TopicSpec{"order.placed", 4})), ErrorCode::kConflict);
    for (const char* bad : {"", ".", "..", "a b", "a/b"}) {
        EXPECT_EQ(code_of(log().create_topic(TopicSpec{bad, 1})), ErrorCode::kInvalidArgument)
            << bad;
    }
    EXPECT_EQ(code_of(log().create_topic(TopicSpec{"t", 0})), ErrorCode::kInvalidArgument);
    EXPECT_EQ(code_of(log().create_topic(TopicSpec{"t", 4'097})), ErrorCode::kInvalidArgument);

    for (int opened = 0; opened < 2; ++opened) {
        const auto found = log().topic("order.placed");
        SLUICE_ASSERT_OK(found);
        ASSERT_TRUE(found.value().has_value());
        EXPECT_EQ(found.value()->partitions, 3U);
        EXPECT_FALSE(log().topic("t").value().has_value());
        EXPECT_EQ(log().topics().value().size(), 2U);
        reopen();
    }
}

TEST_P(LogTopics, WhatIsNotThereIsNamed) {
    make("t", 2);
    EXPECT_EQ(code_of(log().ends(place("nowhere"))), ErrorCode::kNotFound);
    const auto beyond = log().ends(place("t", 2));
    EXPECT_EQ(code_of(beyond), ErrorCode::kNotFound);
    EXPECT_NE(beyond.error().message.find('t'), std::string::npos);
    EXPECT_EQ(code_of(log().read(place("t", 2), Offset{0}, ReadLimits{})), ErrorCode::kNotFound);
    EXPECT_EQ(code_of(log().trim(place("nowhere"), Offset{0})), ErrorCode::kNotFound);
    EXPECT_EQ(code_of(log().consumed_by("g", place("nowhere"))), ErrorCode::kNotFound);
    EXPECT_EQ(code_of(log().publish({append(place("nowhere"), {"x"})})), ErrorCode::kNotFound);
}

TEST_P(LogTopics, RecordsComeBackByteForByte) {
    make("t", 1);
    Append all{place("t"), {}};
    Record full;
    full.key = std::string{"k\0y", 3};
    full.value = std::string{"\x00\xFF", 2};
    full.headers = {{"b", "1"}, {"a", ""}, {"b", std::string{"\0", 1}}, {"", "x"}};
    full.time = Instant{1'700'000'000'123};
    Record tombstone;
    tombstone.key = "k";
    Record empty;
    empty.key = "";
    empty.value = "";
    all.records = {full, tombstone, empty, text("no key")};
    for (Record& record : all.records) record.time = full.time;
    const Append sent = all;
    const auto offsets = log().publish({std::move(all)});
    SLUICE_ASSERT_OK(offsets);
    EXPECT_EQ(*offsets, (std::vector{Offset{0}, Offset{1}, Offset{2}, Offset{3}}));
    for (int opened = 0; opened < 2; ++opened) {
        const auto read = log().read(place("t"), Offset{0}, ReadLimits{});
        SLUICE_ASSERT_OK(read);
        ASSERT_EQ(read.value().size(), sent.records.size());
        for (std::size_t i = 0; i < sent.records.size(); ++i) {
            EXPECT_EQ(read.value()[i].record, sent.records[i]) << i;
        }
        reopen();
    }
}

TEST_P(LogTopics, ReadsKeepTheirLimits) {
    make("t", 1);
    SLUICE_ASSERT_OK(log().publish({append(place("t"), {"0123456789", "a", "b", "c", "d"})}));
    const auto read = [&](Offset from, ReadLimits limits) {
        const auto records = log().read(place("t"), from, limits);
        SLUICE_EXPECT_OK(records);
        return records ? records.value().size() : 0;
    };
    EXPECT_EQ(read(Offset{0}, ReadLimits{}), 5U);
    EXPECT_EQ(read(Offset{0}, ReadLimits{2, 1'000}), 2U);
    EXPECT_EQ(read(Offset{0}, ReadLimits{500, 1}), 1U);  // at least one comes
    EXPECT_EQ(read(Offset{0}, ReadLimits{500, 12}), 3U);
    EXPECT_EQ(read(Offset{1}, ReadLimits{500, 2}), 2U);
    EXPECT_EQ(read(Offset{5}, ReadLimits{}), 0U);
    EXPECT_EQ(code_of(log().read(place("t"), Offset{6}, ReadLimits{})), ErrorCode::kNotFound);
    EXPECT_EQ(code_of(log().read(place("t"), Offset{-1}, ReadLimits{})), ErrorCode::kNotFound);
}

TEST_P(LogTopics, EndsMoveWithWhatIsWritten) {
    make("t", 2);
    EXPECT_EQ(log().ends(place("t", 1)).value(), (Ends{Offset{0}, Offset{0}, Offset{0}}));
    SLUICE_ASSERT_OK(log().publish({append(place("t", 1), {"a", "b"})}));
    EXPECT_EQ(log().ends(place("t", 1)).value(), (Ends{Offset{0}, Offset{2}, Offset{2}}));
    EXPECT_EQ(log().ends(place("t", 0)).value(), (Ends{Offset{0}, Offset{0}, Offset{0}}));
}

TEST_P(LogTopics, PublishIsAllOrNothing) {
    make("a", 2);
    make("b", 1);
    const auto offsets = log().publish(
        {append(place("a", 1), {"1", "2"}), append(place("b"), {"3"}), append(place("a", 1), {"4"})}
    );
    SLUICE_ASSERT_OK(offsets);
    EXPECT_EQ(*offsets, (std::vector{Offset{0}, Offset{1}, Offset{0}, Offset{2}}));
    EXPECT_EQ(texts(place("a", 1)), (Texts{"1", "2", "4"}));

    const auto half = log().publish({append(place("a"), {"5"}), append(place("b", 1), {"6"})});
    EXPECT_EQ(code_of(half), ErrorCode::kNotFound);
    const std::string large(log().record_bytes_max() + 1, 'x');
    const auto too_large =
        log().publish({append(place("a"), {"7"}), append(place("b"), {"8", large})});
    EXPECT_EQ(code_of(too_large), ErrorCode::kTooLarge);
    EXPECT_EQ(code_of(log().publish({})), ErrorCode::kInvalidArgument);
    EXPECT_EQ(code_of(log().publish({append(place("a"), {})})), ErrorCode::kInvalidArgument);
    EXPECT_EQ(texts(place("a")), Texts{});
    EXPECT_EQ(texts(place("b")), Texts{"3"});
}

TEST_P(LogTopics, AppendsToOnePartitionLieInTheirOrder) {
    make("t", 1);
    std::vector<Append> appends;
    Texts sent;
    std::vector<Offset> expected;
    for (int i = 0; i < 50; ++i) {
        const Texts values{std::to_string(i), std::to_string(i) + "'"};
        expected.push_back(Offset{static_cast<std::int64_t>(sent.size())});
        expected.push_back(expected.back().next());
        sent.insert(sent.end(), values.begin(), values.end());
        appends.push_back(append(place("t"), values));
    }
    const auto offsets = log().publish(appends);
    SLUICE_ASSERT_OK(offsets);
    EXPECT_EQ(*offsets, expected);
    EXPECT_EQ(texts(place("t")), sent);
}

TEST_P(LogTopics, TheMostPartitionsAreThereFromFirstToLast) {
    const std::uint32_t many = backend().partitions_max();
    make("wide", many);
    SLUICE_ASSERT_OK(log().publish(
        {append(place("wide", 0), {"first"}), append(place("wide", many - 1), {"last"})}
    ));
    reopen();
    EXPECT_EQ(texts(place("wide", 0)), Texts{"first"});
    EXPECT_EQ(texts(place("wide", 1)), Texts{});
    EXPECT_EQ(texts(place("wide", many - 1)), Texts{"last"});
    EXPECT_EQ(code_of(log().ends(place("wide", many))), ErrorCode::kNotFound);
}

TEST_P(LogTopics, TopicsWhoseNamesBeginAlikeDoNotMeet) {
    for (const char* name : {"order", "order.placed", "order.placed2", "Order"}) {
        make(name, 1);
        SLUICE_ASSERT_OK(log().publish({append(place(name), {name})}));
    }
    reopen();
    for (const char* name : {"order", "order.placed", "order.placed2", "Order"}) {
        EXPECT_EQ(texts(place(name)), Texts{name});
    }
    EXPECT_EQ(code_of(log().ends(place("order.place"))), ErrorCode::kNotFound);
}

TEST_P(LogTopics, OffsetsOutsideOfAnythingAreRefused) {
    make("t", 1);
    SLUICE_ASSERT_OK(log().publish({append(place("t"), {"a"})}));
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    for (const std::int64_t offset : {-1L, 2L, kMost, -kMost}) {
        const auto read = log().read(place("t"), Offset{offset}, ReadLimits{});
        EXPECT_EQ(code_of(read), ErrorCode::kNotFound) << offset;
    }
    EXPECT_EQ(code_of(log().trim(place("t"), Offset{kMost})), ErrorCode::kInvalidArgument);
    SLUICE_EXPECT_OK(log().trim(place("t"), Offset{-kMost}));  // gone long ago
    EXPECT_EQ(texts(place("t")), Texts{"a"});
}

TEST_P(LogTopics, TheLargestRecordPasses) {
    make("t", 1);
    const std::string large(log().record_bytes_max(), 'x');
    SLUICE_ASSERT_OK(log().publish({append(place("t"), {large, "behind"})}));
    EXPECT_EQ(texts(place("t")), (Texts{large, "behind"}));
}

TEST_P(LogTopics, TrimMovesTheFirstOffset) {
    make("t", 2);
    SLUICE_ASSERT_OK(
        log().publish({append(place("t"), {"a", "b", "c"}), append(place("t", 1), {"x"})})
    );
    SLUICE_ASSERT_OK(log().trim(place("t"), Offset{2}));
    SLUICE_ASSERT_OK(log().trim(place("t"), Offset{1}));  // gone already: nothing happens
    EXPECT_FALSE(log().trim(place("t"), Offset{4}));      // never written
    for (int opened = 0; opened < 2; ++opened) {
        EXPECT_EQ(log().ends(place("t")).value(), (Ends{Offset{2}, Offset{3}, Offset{3}}));
        EXPECT_EQ(code_of(log().read(place("t"), Offset{1}, ReadLimits{})), ErrorCode::kNotFound);
        EXPECT_EQ(texts(place("t")), Texts{"c"});
        EXPECT_EQ(texts(place("t", 1)), Texts{"x"});
        reopen();
    }
    SLUICE_ASSERT_OK(log().trim(place("t"), Offset{3}));
    reopen();
    const auto offsets = log().publish({append(place("t"), {"d"})});
    SLUICE_ASSERT_OK(offsets);
    EXPECT_EQ(*offsets, std::vector{Offset{3}});
    EXPECT_EQ(texts(place("t")), Texts{"d"});
}

TEST_P(LogTopics, AReaderAtTheEndIsWoken) {
    make("t", 1);
    const std::uint64_t seen = log().version();
    std::thread writer{[&] { SLUICE_EXPECT_OK(log().publish({append(place("t"), {"a"})})); }};
    while (log().version() == seen) log().wait_for_change(seen, std::chrono::minutes{1});
    EXPECT_EQ(texts(place("t")), Texts{"a"});  // the version moves only when it can be read
    writer.join();
    log().wait_for_change(seen, std::chrono::minutes{1});  // moved already: returns
    log().wait_for_change(log().version(), std::chrono::milliseconds{1});
}

}  // namespace

}  // namespace sluice::log::conformance
