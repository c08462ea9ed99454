#include "log/embedded/record_codec.hpp"

#include "base/bytes.hpp"

namespace sluice::log {

namespace {

constexpr std::uint8_t kHasKey = 1;
constexpr std::uint8_t kHasValue = 2;

}  // namespace

void encode_record(const Record& record, std::string& out) {
    ByteWriter writer{out};
    const int parts = (record.key ? kHasKey : 0) | (record.value ? kHasValue : 0);
    writer.u8(static_cast<std::uint8_t>(parts));
    writer.u64(static_cast<std::uint64_t>(record.time.ms));
    if (record.key) writer.bytes(*record.key);
    if (record.value) writer.bytes(*record.value);
    record.headers.write(writer);
}

std::optional<Record> decode_record(std::string_view stored) {
    ByteReader reader{stored};
    Record record;
    const std::uint8_t parts = reader.u8();
    if ((parts & ~(kHasKey | kHasValue)) != 0) return std::nullopt;  // of a layout yet to come
    record.time = Instant{static_cast<std::int64_t>(reader.u64())};
    if ((parts & kHasKey) != 0) record.key = std::string{reader.bytes()};
    if ((parts & kHasValue) != 0) record.value = std::string{reader.bytes()};
    record.headers = Headers::read(reader);
    if (!reader.at_end()) return std::nullopt;
    return record;
}

}  // namespace sluice::log
