#include "log/kafka/snapshot_record.hpp"

#include "base/bytes.hpp"
#include "log/kafka/state_record.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::log::kafka {

namespace {

constexpr std::uint8_t kVersion = 1;

Error damaged(std::string_view what) {
    return Error{
        ErrorCode::kCorrupt,
        fmt::format("{}: damaged, or of a version that is not known here", what)};
}

}  // namespace

std::string snapshot_topic(std::string_view group) {
    return topic_of_group(group, ".snapshots");
}

std::string encode_snapshot_ref(const SnapshotRef& ref) {
    std::string bytes;
    ByteWriter out{bytes};
    out.u8(kVersion);
    out.u64(ref.id);
    out.varint(ref.step);
    out.varint(static_cast<std::uint64_t>(ref.first.value));
    out.varint(static_cast<std::uint64_t>(ref.next.value));
    out.varint(ref.blocks);
    out.varint(ref.bytes);
    out.u64(static_cast<std::uint64_t>(ref.written.ms));
    return bytes;
}

Result<SnapshotRef> decode_snapshot_ref(std::string_view bytes) {
    ByteReader in{bytes};
    const std::uint8_t version = in.u8();
    SnapshotRef ref;
    ref.id = in.u64();
    ref.step = in.varint();
    ref.first = Offset{static_cast<std::int64_t>(in.varint())};
    ref.next = Offset{static_cast<std::int64_t>(in.varint())};
    ref.blocks = in.varint();
    ref.bytes = in.varint();
    ref.written = Instant{static_cast<std::int64_t>(in.u64())};
    const bool ordered = ref.first.value >= 0 && ref.first <= ref.next;
    if (version != kVersion || !in.at_end() || !ordered) return damaged("where a snapshot lies");
    return ref;
}

std::string encode_block_key(const BlockKey& key) {
    std::string bytes;
    ByteWriter out{bytes};
    out.u32(key.home.value);
    out.u64(key.snapshot);
    out.u64(key.number);
    return bytes;
}

Result<BlockKey> decode_block_key(std::string_view bytes) {
    ByteReader in{bytes};
    BlockKey key;
    key.home = HomeId{in.u32()};
    key.snapshot = in.u64();
    key.number = in.u64();
    if (!in.at_end()) return damaged("a snapshot's block, its key");
    return key;
}

void BlockPacker::add(const FoldRow& row) {
    ByteWriter out{bytes_};
    if (bytes_.empty()) out.u8(kVersion);
    out.u8(row.table);
    out.bytes(row.key);
    out.bytes(row.value);
}

std::string BlockPacker::take() {
    return std::exchange(bytes_, {});
}

Status unpack(std::string_view block, const std::function<void(const FoldRow&)>& row) {
    ByteReader in{block};
    if (in.u8() != kVersion) return damaged("a snapshot's block");
    while (in.ok() && !in.at_end()) {
        FoldRow one;
        one.table = in.u8();
        one.key = in.bytes();
        one.value = in.bytes();
        if (in.ok()) row(one);
    }
    return in.ok() ? ok() : damaged("a snapshot's block");
}

}  // namespace sluice::log::kafka
