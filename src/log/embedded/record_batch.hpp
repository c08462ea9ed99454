#pragma once

#include "base/ids.hpp"
#include "event/record.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::log {

/// Records of one partition that lie next to each other, as one entry of the column family
/// `records`, under the offset of the first. Stored: a new layout needs a new kFormatVersion.
///
///   | check 8 | count 4 | length 4, record | length 4, record | …
///
/// `check` is hash64({key of the entry, all bytes behind the check}): a batch that is damaged, or
/// that lies under another's offset, shows. Integers little-endian; a record as in
/// record_codec.hpp. Why batches: docs/decisions/2026-11-23-record-batches.md.
inline constexpr std::size_t kBatchHeadBytes = 8 + 4;

/// A batch that has reached this size takes no more: who wants one record reads no megabytes.
inline constexpr std::size_t kBatchBytesMax = std::size_t{64} << 10;

/// Records, encoded and cut into batches.
class RecordBatches {
public:
    /// Room for these, so that adding them moves nothing.
    void reserve(std::span<const Record> records);

    void add(const Record& record);

    [[nodiscard]] std::size_t records() const { return records_; }

    [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }

    [[nodiscard]] std::size_t size() const { return batches_.size(); }

    struct Batch {
        std::uint32_t records;
        std::string_view bytes;  ///< all behind `count`
    };

    [[nodiscard]] Batch at(std::size_t index) const;

private:
    struct Cut {
        std::size_t end;
        std::uint32_t records;
    };

    std::string bytes_;
    std::vector<Cut> batches_;
    std::size_t records_{0};
};

/// `check` and `count`.
[[nodiscard]] std::string batch_head(std::string_view entry_key, const RecordBatches::Batch& batch);

/// Walks through a stored batch. Views: it outlives neither the key nor the value.
class RecordBatchReader {
public:
    /// Nothing when the check does not hold.
    [[nodiscard]] static std::optional<RecordBatchReader> open(
        std::string_view entry_key, std::string_view stored
    );

    [[nodiscard]] std::uint32_t left() const { return left_; }

    /// False when the layout is not this one.
    [[nodiscard]] bool skip();

    /// The next record; nothing when the layout is not this one.
    [[nodiscard]] std::optional<Record> next();

private:
    RecordBatchReader(std::uint32_t count, std::string_view rest) : left_{count}, rest_{rest} {}

    [[nodiscard]] std::optional<std::string_view> take();

    std::uint32_t left_;
    std::string_view rest_;
};

/// How many records a stored batch has, without a look at them; nothing when it is too short.
[[nodiscard]] std::optional<std::uint32_t> batch_count(std::string_view stored);

}  // namespace sluice::log
