#include "base/bytes.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace sluice {
namespace {

std::string written(const std::function<void(ByteWriter&)>& write) {
    std::string out;
    ByteWriter writer{out};
    write(writer);
    return out;
}

struct Varint {
    std::uint64_t value;
    std::string_view bytes;
};

class Varints : public testing::TestWithParam<Varint> {};

TEST_P(Varints, AreLeb128) {
    const std::uint64_t value = GetParam().value;
    const std::string_view bytes = GetParam().bytes;
    EXPECT_EQ(written([&](ByteWriter& writer) { writer.varint(value); }), bytes);
    ByteReader reader{bytes};
    EXPECT_EQ(reader.varint(), value);
    EXPECT_TRUE(reader.at_end());
}

INSTANTIATE_TEST_SUITE_P(
    Boundaries,
    Varints,
    testing::Values(
        Varint{0, std::string_view{"\x00", 1}},
        Varint{1, "\x01"},
        Varint{127, "\x7F"},
        Varint{128, "\x80\x01"},
        Varint{300, "\xAC\x02"},
        Varint{16'383, "\xFF\x7F"},
        Varint{16'384, "\x80\x80\x01"},
        Varint{624'485, "\xE5\x8E\x26"},
        Varint{std::numeric_limits<std::uint32_t>::max(), "\xFF\xFF\xFF\xFF\x0F"},
        Varint{std::uint64_t{1} << 63, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"},
        Varint{
            std::numeric_limits<std::uint64_t>::max(), "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"}
    )
);

TEST(Varint, TakesAByteForEverySevenBits) {
    for (int bit = 0; bit < 64; ++bit) {
        const std::uint64_t value = std::uint64_t{1} << bit;
        const std::string bytes = written([&](ByteWriter& writer) { writer.varint(value); });
        EXPECT_EQ(bytes.size(), static_cast<std::size_t>(bit / 7 + 1)) << value;
    }
}

TEST(Varint, BeyondSixtyFourBitsIsRefused) {
    for (const std::string_view bytes : {
             std::string_view{"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02"},
             std::string_view{"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F"},
             std::string_view{"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"},
             std::string_view{"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"},
         }) {
        ByteReader reader{bytes};
        EXPECT_EQ(reader.varint(), 0U);
        EXPECT_FALSE(reader.ok());
    }
}

TEST(Bytes, IntegersAreLittleEndian) {
    EXPECT_EQ(written([](ByteWriter& writer) { writer.u32(0x01020304); }), "\x04\x03\x02\x01");
    EXPECT_EQ(
        written([](ByteWriter& writer) { writer.u64(0x0102030405060708); }),
        "\x08\x07\x06\x05\x04\x03\x02\x01"
    );
    EXPECT_EQ(
        written([](ByteWriter& writer) { writer.bytes("ab"); }), (std::string{"\x02"} + "ab")
    );
}

TEST(Bytes, AreWrittenBehindWhatIsThere) {
    std::string out{"kept"};
    ByteWriter{out}.u8(7);
    EXPECT_EQ(out, "kept\x07");
}

TEST(ByteReader, ViewsPointIntoTheInput) {
    const std::string in = written([](ByteWriter& writer) { writer.bytes("payload"); });
    ByteReader reader{in};
    EXPECT_EQ(reader.bytes().data(), in.data() + 1);
}

TEST(ByteReader, NothingIsTheEnd) {
    ByteReader reader{""};
    EXPECT_TRUE(reader.ok());
    EXPECT_TRUE(reader.at_end());
    EXPECT_EQ(reader.u8(), 0U);
    EXPECT_FALSE(reader.ok());
    EXPECT_FALSE(reader.at_end()) << "a short input has no end that could be trusted";
}

TEST(ByteReader, ALengthBeyondTheInputIsRefusedWithoutReading) {
    for (const std::uint64_t length :
         {std::uint64_t{3}, std::uint64_t{1} << 40, std::numeric_limits<std::uint64_t>::max()}) {
        std::string in = written([&](ByteWriter& writer) { writer.varint(length); });
        in += "ab";
        ByteReader reader{in};
        EXPECT_EQ(reader.bytes(), "");
        EXPECT_FALSE(reader.ok()) << length;
    }
}

TEST(ByteReader, AfterTheFirstFailureEveryFieldIsEmpty) {
    ByteReader reader{"\x09only a few"};
    ByteReader spoilt{"\xFF"};
    EXPECT_EQ(reader.bytes(), "only a fe");
    static_cast<void>(spoilt.varint());
    EXPECT_EQ(spoilt.u8(), 0U);
    EXPECT_EQ(spoilt.u32(), 0U);
    EXPECT_EQ(spoilt.u64(), 0U);
    EXPECT_EQ(spoilt.varint(), 0U);
    EXPECT_EQ(spoilt.bytes(), "");
    EXPECT_FALSE(spoilt.ok());
    ByteReader halfway{
        "\x05"
        "ab"};
    EXPECT_EQ(halfway.bytes(), "");
    EXPECT_EQ(halfway.u8(), 0U) << "'a' is still there, but what it means is not known";
}

/// One field of a random record: how it is written, and whether it is read back.
struct Field {
    std::function<void(ByteWriter&)> write;
    std::function<bool(ByteReader&)> reads_back;
};

Field random_field(std::mt19937_64& random) {
    const std::uint64_t wide = random() >> (random() % 64);
    switch (random() % 5) {
        case 0: {
            const auto small = static_cast<std::uint8_t>(wide);
            return {
                [=](ByteWriter& writer) { writer.u8(small); },
                [=](ByteReader& reader) { return reader.u8() == small; }};
        }
        case 1: {
            const auto narrow = static_cast<std::uint32_t>(wide);
            return {
                [=](ByteWriter& writer) { writer.u32(narrow); },
                [=](ByteReader& reader) { return reader.u32() == narrow; }};
        }
        case 2:
            return {
                [=](ByteWriter& writer) { writer.u64(wide); },
                [=](ByteReader& reader) { return reader.u64() == wide; }};
        case 3:
            return {
                [=](ByteWriter& writer) { writer.varint(wide); },
                [=](ByteReader& reader) { return reader.varint() == wide; }};
        default: break;
    }
    std::string text(random() % 300, '\0');
    std::generate(text.begin(), text.end(), [&] { return static_cast<char>(random()); });
    return {
        [=](ByteWriter& writer) { writer.bytes(text); },
        [=](ByteReader& reader) { return reader.bytes() == text; }};
}

TEST(Bytes, AnyRecordIsReadBackAndNoCutOneIs) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 1'000; ++round) {
        std::vector<Field> fields(random() % 8 + 1);
        std::generate(fields.begin(), fields.end(), [&] { return random_field(random); });
        const std::string out = written([&](ByteWriter& writer) {
            for (const Field& field : fields) field.write(writer);
        });
        ByteReader reader{out};
        for (const Field& field : fields) ASSERT_TRUE(field.reads_back(reader));
        ASSERT_TRUE(reader.at_end());
        ByteReader cut{std::string_view{out}.substr(0, random() % out.size())};
        for (const Field& field : fields) static_cast<void>(field.reads_back(cut));
        ASSERT_FALSE(cut.ok());
    }
}

TEST(ByteReader, WhateverTheBytesItStaysWithinThem) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 5'000; ++round) {
        std::string in(random() % 40, '\0');
        std::generate(in.begin(), in.end(), [&] { return static_cast<char>(random()); });
        ByteReader reader{in};
        std::size_t taken = 0;
        while (reader.ok() && !reader.at_end()) {
            const std::string_view view = reader.bytes();
            taken += view.size();
            if (reader.ok()) {
                ASSERT_GE(view.data(), in.data());
                ASSERT_LE(view.data() + view.size(), in.data() + in.size());
            }
        }
        ASSERT_LE(taken, in.size());
    }
}

}  // namespace
}  // namespace sluice
