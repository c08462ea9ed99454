#include "log/embedded/record_batch.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "log/embedded/record_codec.hpp"

#include <limits>

namespace sluice::log {

namespace {

constexpr std::size_t kCheckBytes = 8;
constexpr std::size_t kLengthBytes = 4;

/// Of a record and of a header, beside their bytes: lengths, parts, time; a few bytes too many.
constexpr std::size_t kRecordOverhead = 24;
constexpr std::size_t kHeaderOverhead = 4;

std::string count_bytes(std::uint32_t count) {
    std::string bytes;
    ByteWriter{bytes}.u32(count);
    return bytes;
}

}  // namespace

void RecordBatches::reserve(std::span<const Record> records) {
    std::size_t bytes = bytes_.size();
    for (const Record& record : records) {
        bytes += record.size_bytes() + kRecordOverhead + record.headers.size() * kHeaderOverhead;
    }
    bytes_.reserve(bytes);
}

void RecordBatches::add(const Record& record) {
    const std::size_t begin = batches_.size() < 2 ? 0 : batches_[batches_.size() - 2].end;
    if (batches_.empty() || bytes_.size() - begin >= kBatchBytesMax) batches_.push_back({0, 0});
    const std::size_t at = bytes_.size();
    bytes_.append(kLengthBytes, '\0');
    encode_record(record, bytes_);
    const std::size_t length = bytes_.size() - at - kLengthBytes;
    SLUICE_ASSERT(length <= std::numeric_limits<std::uint32_t>::max());
    bytes_.replace(at, kLengthBytes, count_bytes(static_cast<std::uint32_t>(length)));
    batches_.back().end = bytes_.size();
    ++batches_.back().records;
    ++records_;
}

RecordBatches::Batch RecordBatches::at(std::size_t index) const {
    const std::size_t begin = index == 0 ? 0 : batches_[index - 1].end;
    const std::string_view all{bytes_};
    return {batches_[index].records, all.substr(begin, batches_[index].end - begin)};
}

std::string batch_head(std::string_view entry_key, const RecordBatches::Batch& batch) {
    const std::string count = count_bytes(batch.records);
    std::string head;
    ByteWriter{head}.u64(hash64({entry_key, count, batch.bytes}));
    return head + count;
}

std::optional<RecordBatchReader> RecordBatchReader::open(
    std::string_view entry_key, std::string_view stored
) {
    if (stored.size() < kBatchHeadBytes) return std::nullopt;
    ByteReader reader{stored};
    const std::uint64_t check = reader.u64();
    const std::uint32_t count = reader.u32();
    const std::string_view records = stored.substr(kBatchHeadBytes);
    const std::string_view counted = stored.substr(kCheckBytes, kBatchHeadBytes - kCheckBytes);
    if (check != hash64({entry_key, counted, records})) return std::nullopt;
    return RecordBatchReader{count, records};
}

std::optional<std::string_view> RecordBatchReader::take() {
    SLUICE_ASSERT(left_ > 0);
    ByteReader reader{rest_};
    const std::uint32_t length = reader.u32();
    if (!reader.ok() || length > rest_.size() - kLengthBytes) return std::nullopt;
    const std::string_view taken = rest_.substr(kLengthBytes, length);
    rest_.remove_prefix(kLengthBytes + length);
    --left_;
    return taken;
}

bool RecordBatchReader::skip() {
    return take().has_value();
}

std::optional<Record> RecordBatchReader::next() {
    const auto taken = take();
    return taken ? decode_record(*taken) : std::nullopt;
}

std::optional<std::uint32_t> batch_count(std::string_view stored) {
    if (stored.size() < kBatchHeadBytes) return std::nullopt;
    ByteReader reader{stored.substr(kCheckBytes)};
    return reader.u32();
}

}  // namespace sluice::log
