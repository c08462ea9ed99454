#pragma once

#include <sluice/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

/// Appends little-endian integers, LEB128 varints and length-prefixed bytes to a string.
/// Every stored format of Sluice is written with this and read with ByteReader.
class ByteWriter {
public:
    explicit ByteWriter(std::string& out) : out_{out} {}

    void u8(std::uint8_t value);
    void u32(std::uint32_t value);
    void u64(std::uint64_t value);
    void varint(std::uint64_t value);
    void bytes(std::string_view value);  ///< varint length, then the bytes

    void raw(std::string_view value) { out_.append(value); }  ///< what is encoded already

private:
    std::string& out_;
};

/// Reads what ByteWriter wrote. After the first short or bad field every getter answers zero or
/// empty, and `ok()` says so: check once, at the end. Views point into the input, which must
/// outlive them.
class ByteReader {
public:
    explicit ByteReader(std::string_view in) : rest_{in} {}

    [[nodiscard]] std::uint8_t u8();
    [[nodiscard]] std::uint32_t u32();
    [[nodiscard]] std::uint64_t u64();
    [[nodiscard]] std::uint64_t varint();

    [[nodiscard]] std::string_view bytes() {
        // Nearly all are shorter than 128 bytes: their length is one byte.
        if (ok_ && !rest_.empty()) {
            const auto size = static_cast<std::uint8_t>(rest_.front());
            if (size < 0x80 && size < rest_.size()) {
                const std::string_view taken = rest_.substr(1, size);
                rest_.remove_prefix(std::size_t{1} + size);
                return taken;
            }
        }
        return take(varint());
    }

    [[nodiscard]] std::string_view rest() const { return rest_; }  ///< what was not read yet

    [[nodiscard]] bool ok() const { return ok_; }

    void fail() { ok_ = false; }  ///< for who finds a field that cannot be

    [[nodiscard]] bool at_end() const { return ok_ && rest_.empty(); }

private:
    [[nodiscard]] std::string_view take(std::size_t size);
    std::string_view rest_;
    bool ok_{true};
};

}  // namespace sluice
