// Rows to blocks and back, and what is refused.

#include "log/kafka/snapshot_record.hpp"

#include "base/test_seed.hpp"
#include "log/conformance_suite.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace sluice::log::kafka {
namespace {

using Rows = std::vector<std::tuple<std::uint8_t, std::string, std::string>>;

const SnapshotRef kRef{0xFEDC'BA98'7654'3210, 7, Offset{300}, Offset{1'000}, 200, 1U << 24U, {5}};

Result<Rows> rows_of(std::string_view block) {
    Rows rows;
    const Status unpacked = unpack(block, [&](const FoldRow& row) {
        rows.emplace_back(row.table, row.key, row.value);
    });
    return unpacked ? Result<Rows>{rows} : Result<Rows>{unpacked.error()};
}

std::vector<std::string> packed(const Rows& rows) {
    std::vector<std::string> blocks;
    BlockPacker packer;
    for (const auto& [table, key, value] : rows) {
        packer.add({table, key, value});
        if (packer.is_full()) blocks.push_back(packer.take());
    }
    if (!packer.is_empty()) blocks.push_back(packer.take());
    return blocks;
}

TEST(SnapshotRecord, WhateverRowsAreTakenTheyComeBackInTheirOrder) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const auto bytes = [&](std::size_t most) {
        std::string one(random() % most, '\0');
        for (char& c : one) c = static_cast<char>(random());
        return one;
    };
    for (int round = 0; round < 50; ++round) {
        Rows rows;
        for (std::uint64_t left = random() % 400; left > 0; --left) {
            const std::size_t most = random() % 50 == 0 ? 100'000 : 300;
            rows.emplace_back(static_cast<std::uint8_t>(random()), bytes(300), bytes(most));
        }
        Rows back;
        for (const std::string& block : packed(rows)) {
            ASSERT_LE(block.size(), BlockPacker::kBlockBytes + 101'000) << "a block and a row";
            const auto some = rows_of(block);
            ASSERT_TRUE(some) << some.error().message;
            back.insert(back.end(), some.value().begin(), some.value().end());
        }
        ASSERT_EQ(back, rows);
    }
}

TEST(SnapshotRecord, ABlockThatIsCutIsRefused) {
    const std::string whole = packed({{1, "key", "value"}, {2, "k", "v"}}).front();
    const std::string first = packed({{1, "key", "value"}}).front();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        if (size == 1 || size == first.size()) continue;  // between two rows: the count tells
        EXPECT_EQ(conformance::code_of(rows_of(whole.substr(0, size))), ErrorCode::kCorrupt)
            << size;
    }
}

TEST(SnapshotRecord, AVersionThatIsNotKnownIsRefused) {
    std::string block = packed({{1, "key", "value"}}).front();
    block.front() = 2;
    EXPECT_EQ(conformance::code_of(rows_of(block)), ErrorCode::kCorrupt);
    std::string ref = encode_snapshot_ref(kRef);
    ref.front() = 2;
    EXPECT_EQ(conformance::code_of(decode_snapshot_ref(ref)), ErrorCode::kCorrupt);
}

TEST(SnapshotRecord, AReferenceComesBackAndACutOneIsRefused) {
    const std::string bytes = encode_snapshot_ref(kRef);
    EXPECT_EQ(decode_snapshot_ref(bytes).value(), kRef);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_EQ(
            conformance::code_of(decode_snapshot_ref(bytes.substr(0, size))), ErrorCode::kCorrupt
        );
    }
    EXPECT_EQ(conformance::code_of(decode_snapshot_ref(bytes + "x")), ErrorCode::kCorrupt);
}

TEST(SnapshotRecord, AKeyNamesHomeSnapshotAndNumber) {
    const BlockKey key{HomeId{3}, 0xFEDC'BA98'7654'3210, 12};
    EXPECT_EQ(decode_block_key(encode_block_key(key)).value(), key);
    EXPECT_EQ(conformance::code_of(decode_block_key("short")), ErrorCode::kCorrupt);
}

TEST(SnapshotRecord, ItsTopicIsNamedAsThatOfTheState) {
    EXPECT_EQ(snapshot_topic("sequencer.orders"), "sequencer.orders.snapshots");
    EXPECT_EQ(snapshot_topic("a b").substr(0, 4), "a-b.");
}

}  // namespace
}  // namespace sluice::log::kafka
