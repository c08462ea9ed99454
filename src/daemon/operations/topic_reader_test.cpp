#include "daemon/operations/topic_reader.hpp"

#include "base/test_seed.hpp"
#include "daemon/operations/daemon_fixture.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace sluice::daemon {
namespace {

using test::FakeBackend;

std::vector<std::string> read_all(TopicReader& reader, std::size_t page) {
    std::vector<std::string> all;
    while (!reader.at_end() && !reader.full()) {
        const auto lines = reader.next(page);
        EXPECT_TRUE(lines);
        if (!lines) break;
        EXPECT_LE(lines.value().size(), page);
        all.insert(all.end(), lines.value().begin(), lines.value().end());
    }
    return all;
}

TEST(TopicReader, ReadsPartitionAfterPartition) {
    FakeBackend backend{3};
    backend.lines = {{"a0", "b0"}, {}, {"a1", "c1", "a2"}};
    TopicReader reader{backend, {"t", {}, Offset{0}}};
    ASSERT_TRUE(reader.open());
    EXPECT_EQ(read_all(reader, 2), (std::vector<std::string>{"a0", "b0", "a1", "c1", "a2"}));
    EXPECT_TRUE(reader.next(2).value().empty());
}

TEST(TopicReader, FillsAPageFromSeveralPartitions) {
    FakeBackend backend{3};
    backend.lines = {{"a"}, {"b"}, {"c", "d"}};
    TopicReader reader{backend, {"t", {}, Offset{0}}};
    ASSERT_TRUE(reader.open());
    EXPECT_EQ(reader.next(3).value(), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_FALSE(reader.at_end());
    EXPECT_EQ(reader.next(3).value(), std::vector<std::string>{"d"});
    EXPECT_TRUE(reader.at_end());
}

TEST(TopicReader, ALongSearchComesBackEmptyBeforeItsEnd) {
    FakeBackend backend;
    backend.scan_max = 1;
    backend.lines[0].assign(200, "a");
    backend.lines[0].push_back("b");
    TopicReader reader{backend, {"t", "b", Offset{0}}};
    ASSERT_TRUE(reader.open());
    EXPECT_TRUE(reader.next(10).value().empty());
    EXPECT_FALSE(reader.at_end());
    EXPECT_EQ(read_all(reader, 10), std::vector<std::string>{"b"});
}

TEST(TopicReader, AnUnknownTopicIsAnError) {
    const FakeBackend backend;
    TopicReader reader{backend, {"nothing", {}, Offset{0}}};
    EXPECT_EQ(reader.open().error().code, ErrorCode::kNotFound);
}

TEST(TopicReader, GoesOnAtACursorAndRefusesAForeignOne) {
    FakeBackend backend{2};
    backend.lines = {{"a", "b"}, {"c", "d"}};
    TopicReader first{backend, {"t", {}, Offset{0}, 3}};
    ASSERT_TRUE(first.open());
    EXPECT_EQ(read_all(first, 10), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_TRUE(first.full());
    EXPECT_EQ(first.cursor(), (Cursor{PartitionId{1}, Offset{1}}));
    TopicReader second{backend, {"t", {}, Offset{0}}};
    ASSERT_TRUE(second.open_at(first.cursor()));
    EXPECT_EQ(read_all(second, 10), std::vector<std::string>{"d"});
    TopicReader third{backend, {"t", {}, Offset{0}}};
    EXPECT_EQ(third.open_at({PartitionId{2}, Offset{0}}).error().code, ErrorCode::kNotFound);
}

/// Records of random partitions and subjects, some appended while it follows; pages of random
/// sizes. Reference: each partition's lines, filtered.
TEST(TopicReader, LosesAndRepeatsNothingWhateverThePages) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const auto below = [&random](std::size_t end) {
        return std::uniform_int_distribution<std::size_t>{0, end - 1}(random);
    };
    for (int round = 0; round < 200; ++round) {
        FakeBackend backend{1 + below(4)};
        backend.scan_max = 1 + below(6);
        int appended = 0;
        const auto append = [&](std::size_t count) {
            for (std::size_t n = 0; n < count; ++n) {
                auto& partition = backend.lines[below(backend.lines.size())];
                partition.push_back(fmt::format("{}{}", "ab"[below(2)], appended++));
            }
        };
        append(below(30));
        TopicQuery query{"t", {}, Offset{static_cast<std::int64_t>(below(3))}};
        if (below(2) == 0) query.subject = "a";
        TopicReader reader{backend, query};
        ASSERT_TRUE(reader.open());
        std::vector<std::string> found = read_all(reader, 1 + below(7));
        for (int more = 0; more < 3; ++more) {
            append(below(10));
            ASSERT_TRUE(reader.wait());
            const auto rest = read_all(reader, 1 + below(7));
            found.insert(found.end(), rest.begin(), rest.end());
        }
        std::vector<std::string> expected;
        for (const auto& partition : backend.lines) {
            for (std::size_t at = 0; at < partition.size(); ++at) {
                if (at < static_cast<std::size_t>(query.from.value)) continue;
                if (!query.subject || partition[at].starts_with(*query.subject)) {
                    expected.push_back(partition[at]);
                }
            }
        }
        std::sort(expected.begin(), expected.end());
        std::sort(found.begin(), found.end());
        ASSERT_EQ(found, expected) << "round " << round;
    }
}

}  // namespace
}  // namespace sluice::daemon
