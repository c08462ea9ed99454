#include "runtime/domain/record_codec.hpp"

#include "base/bytes.hpp"

namespace sluice::runtime {

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kHasKey = 1;
constexpr std::uint8_t kHasValue = 2;

}  // namespace

std::string encode_record(const Record& record) {
    std::string stored;
    stored.reserve(record.size_bytes() + 32);
    ByteWriter writer{stored};
    writer.u8(kVersion);
    const unsigned parts =
        (record.key ? unsigned{kHasKey} : 0U) | (record.value ? unsigned{kHasValue} : 0U);
    writer.u8(static_cast<std::uint8_t>(parts));
    writer.u64(static_cast<std::uint64_t>(record.time.ms));
    if (record.key) writer.bytes(*record.key);
    if (record.value) writer.bytes(*record.value);
    record.headers.write(writer);
    return stored;
}

Result<Record> decode_record(std::string_view stored) {
    ByteReader reader{stored};
    Record record;
    const bool known = reader.u8() == kVersion;
    const std::uint8_t parts = reader.u8();
    record.time.ms = static_cast<std::int64_t>(reader.u64());
    if ((parts & kHasKey) != 0) record.key = reader.bytes();
    if ((parts & kHasValue) != 0) record.value = reader.bytes();
    record.headers = Headers::read(reader);
    if (!known || !reader.at_end()) {
        return Error{ErrorCode::kCorrupt, "a record copied to a backlog is damaged"};
    }
    return record;
}

}  // namespace sluice::runtime
