#pragma once

#include <sluice/result.hpp>

#include "log/kafka/cache.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::log::kafka {

/// A packed snapshot of a home's fold tables (docs/formats/kafka-state.md): blocks of rows in the
/// group's topic of snapshots, and a reference to them in its state, which is written in a step.
/// Blocks that no reference names do not count. Stored: never change.

/// Where a group's snapshots lie: "<group>.snapshots", the name spelled as that of its state.
[[nodiscard]] std::string snapshot_topic(std::string_view group);

/// In table 0 of the state: the home's last snapshot that is whole.
inline constexpr std::string_view kSnapshotKey = "snapshot";

/// One snapshot, and where its blocks lie, among those of others.
struct SnapshotRef {
    std::uint64_t id{};
    std::uint64_t step{};  ///< of the home: the one that wrote the reference
    Offset first;          ///< of the first block
    Offset next;           ///< behind the last one
    std::uint64_t blocks{};
    std::uint64_t bytes{};  ///< of all blocks
    Instant written;

    bool operator==(const SnapshotRef&) const = default;
};

[[nodiscard]] std::string encode_snapshot_ref(const SnapshotRef& ref);
[[nodiscard]] Result<SnapshotRef> decode_snapshot_ref(std::string_view bytes);

/// Key of a block.
struct BlockKey {
    HomeId home;
    std::uint64_t snapshot{};
    std::uint64_t number{};  ///< 0, 1, 2 … within the snapshot

    bool operator==(const BlockKey&) const = default;
};

[[nodiscard]] std::string encode_block_key(const BlockKey& key);
[[nodiscard]] Result<BlockKey> decode_block_key(std::string_view bytes);

/// Rows become blocks of about `kBlockBytes`; a row is never cut.
class BlockPacker {
public:
    static constexpr std::size_t kBlockBytes = std::size_t{64} << 10;

    void add(const FoldRow& row);

    [[nodiscard]] bool is_full() const { return bytes_.size() >= kBlockBytes; }

    [[nodiscard]] bool is_empty() const { return bytes_.empty(); }

    /// The block, after which the next one begins.
    [[nodiscard]] std::string take();

private:
    std::string bytes_;
};

/// Each row of a block, in its order. kCorrupt: damaged, or of a version that is not known.
[[nodiscard]] Status unpack(std::string_view block, const std::function<void(const FoldRow&)>& row);

}  // namespace sluice::log::kafka
