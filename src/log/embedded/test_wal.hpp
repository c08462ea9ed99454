#pragma once

#include "base/bytes.hpp"
#include "log/embedded/crc32c.hpp"
#include "log/embedded/keys.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::log::test {

/// Writes a write-ahead log file as RocksDB does, to have one of any shape.
class WalWriter {
public:
    struct Span {
        std::uint64_t number;
        std::size_t begin;
        std::size_t end;
    };

    /// A group whose batch carries `filling` bytes behind its number.
    void group(std::uint64_t number, const std::string& filling) {
        std::string batch;
        ByteWriter writer{batch};
        writer.u64(0);
        writer.u32(1);
        writer.u8(1);
        writer.bytes(kLastGroupKey);
        writer.bytes(number_value(number));
        batch += filling;
        const std::size_t rest = kBlock - bytes_.size() % kBlock;
        if (rest < kHeader) bytes_.append(rest, '\0');
        const std::size_t begin = bytes_.size();
        write(batch);
        groups_.push_back(Span{number, begin, bytes_.size()});
    }

    [[nodiscard]] const std::string& bytes() const { return bytes_; }

    [[nodiscard]] const std::vector<Span>& groups() const { return groups_; }

private:
    static constexpr std::size_t kBlock = 32'768;
    static constexpr std::size_t kHeader = 7;

    void write(std::string_view batch) {
        bool first = true;
        do {
            const std::size_t rest = kBlock - bytes_.size() % kBlock - kHeader;
            const std::string_view part = batch.substr(0, rest);
            batch.remove_prefix(part.size());
            const int type = first ? (batch.empty() ? 1 : 2) : (batch.empty() ? 4 : 3);
            fragment(static_cast<char>(type), part);
            first = false;
        } while (!batch.empty());
    }

    void fragment(char type, std::string_view payload) {
        std::string covered{type};
        covered += payload;
        const std::uint32_t crc = crc32c(covered);
        ByteWriter writer{bytes_};
        writer.u32(((crc >> 15) | (crc << 17)) + 0xa282ead8U);
        writer.u8(static_cast<std::uint8_t>(payload.size() & 0xFFU));
        writer.u8(static_cast<std::uint8_t>(payload.size() >> 8));
        bytes_ += covered;
    }

    std::string bytes_;
    std::vector<Span> groups_;
};

}  // namespace sluice::log::test
