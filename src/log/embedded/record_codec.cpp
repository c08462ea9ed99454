#include "log/embedded/record_codec.hpp"

#include "base/bytes.hpp"

namespace sluice::log {

namespace {

constexpr std::uint8_t kHasKey = 1;
constexpr std::uint8_t kHasValue = 2;
constexpr std::size_t kHeaderBytesMin = 2;  // two empty texts
constexpr std::size_t kMoreHeaders = 4;     // that a reader adds on the record's way, about

}  // namespace

void encode_record(const Record& record, std::string& out) {
    ByteWriter writer{out};
    const int parts = (record.key ? kHasKey : 0) | (record.value ? kHasValue : 0);
    writer.u8(static_cast<std::uint8_t>(parts));
    writer.u64(static_cast<std::uint64_t>(record.time.ms));
    if (record.key) writer.bytes(*record.key);
    if (record.value) writer.bytes(*record.value);
    writer.varint(record.headers.size());
    for (const Header& header : record.headers) {
        writer.bytes(header.name);
        writer.bytes(header.value);
    }
}

std::optional<Record> decode_record(std::string_view stored) {
    ByteReader reader{stored};
    Record record;
    const std::uint8_t parts = reader.u8();
    record.time = Instant{static_cast<std::int64_t>(reader.u64())};
    if ((parts & kHasKey) != 0) record.key = std::string{reader.bytes()};
    if ((parts & kHasValue) != 0) record.value = std::string{reader.bytes()};
    const std::uint64_t headers = reader.varint();
    if (headers > stored.size() / kHeaderBytesMin) return std::nullopt;
    record.headers.reserve(headers + kMoreHeaders);
    for (std::uint64_t i = 0; i < headers; ++i) {
        const std::string_view name = reader.bytes();
        const std::string_view value = reader.bytes();
        record.headers.push_back(Header{std::string{name}, std::string{value}});
    }
    if (!reader.at_end()) return std::nullopt;
    return record;
}

}  // namespace sluice::log
