#include "base/test_seed.hpp"
#include "contract/plain.hpp"
#include "event/kafka.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <random>
#include <string>

namespace sluice::contract {
namespace {

using Random = std::mt19937_64;

std::string any_bytes(Random& random, std::size_t most) {
    std::string bytes(random() % (most + 1), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

PlainField any_field(Random& random) {
    const auto encoding = static_cast<Encoding>(random() % 3);
    switch (random() % 4) {
        case 0: return FromKey{encoding};
        case 1: return FromHeader{random() % 2 == 0 ? "h" : "other", encoding};
        case 2: return JsonPointer::parse(random() % 2 == 0 ? "/a" : "/b/0").value();
        default: return Constant{"t"};
    }
}

PlainRecords any_mapping(Random& random) {
    PlainRecords plain{any_field(random), any_field(random), "/s", {}, {}};
    if (random() % 2 == 0) plain.id = any_field(random);
    if (random() % 2 == 0) plain.number = any_field(random);
    return plain;
}

std::string any_value(Random& random) {
    switch (random() % 4) {
        case 0: return any_bytes(random, 40);
        case 1: return nlohmann::json{{"a", random() % 100}, {"b", {"x", 1}}}.dump();
        case 2: return nlohmann::json{{"a", "o-1"}, {"b", nullptr}}.dump();
        default: {
            std::string text = nlohmann::json{{"a", "o-1"}, {"b", {true}}}.dump();
            text[random() % text.size()] = static_cast<char>(random());
            return text;
        }
    }
}

// Whatever a legacy producer sends: an event that any consumer takes, or a reason of one line.
TEST(PlainModel, AnyRecordIsAnEventOrAReason) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    Random random{seed};
    const event::EventLimits limits;
    int events = 0;
    constexpr int kRounds = 20'000;
    for (int round = 0; round < kRounds; ++round) {
        const PlainRecords plain = any_mapping(random);
        Record record;
        if (random() % 4 != 0) record.key = random() % 2 == 0 ? any_bytes(random, 9) : "o-1";
        if (random() % 4 != 0) record.value = any_value(random);
        if (random() % 2 == 0) record.headers.push_back({"h", any_bytes(random, 9)});
        auto headers = event_headers(plain, record, "0-1-2", limits);
        if (!headers) {
            const std::string& why = headers.error().message;
            ASSERT_EQ(headers.error().code, ErrorCode::kInvalidEvent);
            ASSERT_FALSE(why.empty());
            ASSERT_LT(why.size(), 300U) << why;
            ASSERT_EQ(why.find('\n'), std::string::npos) << why;
            continue;
        }
        ++events;
        for (const Header& header : headers.value()) record.headers.push_back(header);
        // A number is looked at by the sequencer, which puts the event aside when it is none.
        if (plain.number) record.headers.pop_back();
        const auto event = event::from_record(record, limits);
        ASSERT_TRUE(event) << event.error().message;
        ASSERT_FALSE(event.value().subject.empty());
    }
    EXPECT_GT(events, kRounds / 20);
    EXPECT_LT(events, kRounds);
}

// What Java's LongSerializer writes comes back as the number.
TEST(PlainModel, EveryInt64KeyIsItsNumber) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    Random random{seed};
    const PlainRecords plain{FromKey{Encoding::kInt64}, Constant{"t"}, "/s", {}, {}};
    for (int round = 0; round < 2'000; ++round) {
        const auto number = static_cast<std::int64_t>(random() >> (random() % 64));
        std::string key;
        for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(number >> shift);
        const auto headers = event_headers(plain, {key, {}, {}, {}}, "i", {});
        ASSERT_TRUE(headers);
        ASSERT_EQ(headers.value().back().value, std::to_string(number));
    }
}

}  // namespace
}  // namespace sluice::contract
