#include "base/test_seed.hpp"
#include "event/codec_fixture.hpp"
#include "event/random_event.hpp"
#include "event/validate.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace sluice::event {
namespace {

using test::codecs;
using test::good_event;

TEST(Codecs, AnyChainOfThemKeepsTheEvent) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 2'000; ++round) {
        const Event event = sluice::test::random_event(random);
        Event travelled = event;
        for (std::uint64_t left = random() % 6 + 1; left > 0; --left) {
            const test::Codec& codec = codecs().at(random() % codecs().size());
            if (!test::keeps_bytes(codec, travelled)) continue;
            auto next = codec.there_and_back(travelled);
            ASSERT_TRUE(next.has_value()) << codec.name << ": " << next.error().message;
            travelled = std::move(next).value();
            ASSERT_EQ(travelled, event) << codec.name;
        }
    }
}

/// Payloads on which a codec that looks into them goes wrong.
std::vector<std::string> difficult_payloads() {
    std::string every_byte;
    for (int byte = 0; byte < 256; ++byte) every_byte.push_back(static_cast<char>(byte));
    return {
        "",
        " ",
        "null",
        "\"\"",
        "\"",
        "{\"a\":1,\"a\":2}",
        "{ \"a\" : 1.50 , \"b\" : 1E+400 }",
        "123456789012345678901234567890",
        "-0",
        "[1]\n",
        " {}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\u0000\"}",
        "{\"a\":\"\xFF\"}",
        "\xEF\xBB\xBF{}",
        "data_base64",
        "aGk=",
        "a\nb\tc\r\n",
        "\x7F\xC2\x85\xEF\xBF\xBE",
        "주문 🛒",
        std::string{"\0\0\0\0\x07Obj\x01", 9},  // as Confluent's Avro begins
        std::string(3, '\0'),
        every_byte,
        every_byte + every_byte,
        std::string(510, '[') + std::string(510, ']'),
        std::string(511, '[') + std::string(511, ']'),
        std::string(100'000, '['),
        std::string(300'000, '\x01')};
}

TEST(Codecs, APayloadComesBackByteForByteWhateverItsContentType) {
    for (const std::string& payload : difficult_payloads()) {
        for (const auto& type :
             {std::optional<std::string>{},
              std::optional<std::string>{"application/json"},
              std::optional<std::string>{"text/plain; charset=iso-8859-1"},
              std::optional<std::string>{"application/avro"}}) {
            Event event = good_event();
            event.datacontenttype = type;
            event.data = payload;
            for (const test::Codec& codec : codecs()) {
                if (!test::keeps_bytes(codec, event)) continue;
                const auto back = codec.there_and_back(event);
                ASSERT_TRUE(back.has_value()) << codec.name << ": " << back.error().message;
                EXPECT_EQ(back->data, payload) << codec.name << " " << type.value_or("none");
                EXPECT_EQ(back->datacontenttype, type) << codec.name;
            }
        }
    }
}

TEST(Codecs, NoDataIsNotEmptyData) {
    for (const test::Codec& codec : codecs()) {
        Event event = good_event();
        EXPECT_EQ(codec.there_and_back(event)->data, std::nullopt) << codec.name;
        event.data = "";
        EXPECT_EQ(codec.there_and_back(event)->data, "") << codec.name;
    }
    EXPECT_FALSE(to_record(good_event(), "k").value.has_value()) << "a tombstone, with headers";
}

TEST(Codecs, EveryLineBreakOfALineIsBetweenTokens) {
    Event event = good_event();
    event.data = "{\"a\":\r\n[1,\n2]}";
    EXPECT_EQ(test::through_lines(event)->data, "{\"a\":  [1, 2]}");
    event.datacontenttype = "text/plain";
    EXPECT_EQ(test::through_lines(event)->data, event.data) << "a text keeps them, escaped";
}

TEST(Codecs, NoUnicodeNormalisationMakesTwoIdsOne) {
    const std::string composed = "caf\xC3\xA9";
    const std::string decomposed = "cafe\xCC\x81";
    for (const test::Codec& codec : codecs()) {
        Event event = good_event();
        event.id = composed;
        event.subject = decomposed;
        const Event back = codec.there_and_back(event).value();
        EXPECT_EQ(back.id, composed) << codec.name;
        EXPECT_EQ(back.subject, decomposed) << codec.name;
    }
}

// The names are those of docs/reference/extensions.md and of CloudEvents' own list of extensions.
TEST(Codecs, CarryTheExtensionsThatPeopleUse) {
    const std::map<std::string, std::string, std::less<>> known{
        {"sourcesequence", "18446744073709551615"},
        {"dependson", "/orders 3 /payments;2 1"},
        {"subjectposition", "57"},
        {"subjectinvalid", "data: /total: is missing"},
        {"subjectlate", "true"},
        {"partitionkey", "order-17"},
        {"sequence", "00000000000000000042"},
        {"correlationid", "txn-abc"},
        {"causationid", "77aa"},
        {"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
        {"tracestate", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"},
        {"recordedtime", "2026-11-22T21:01:14Z"},
        {"expirytime", "2026-11-23T00:00:00Z"},
        {"dataref", "https://example.org/v1/snapshots/order/order-17?at=57"},
        {"deprecated", "true"},
        {"severitytext", "WARN"},
        {"x", ""}};
    Event event = good_event();
    event.extensions = known;
    ASSERT_TRUE(validate(event, {}).has_value());
    for (const test::Codec& codec : codecs()) {
        EXPECT_EQ(codec.there_and_back(event)->extensions, known) << codec.name;
    }
    const Record record = to_record(event, std::nullopt);
    for (const auto& [name, value] : known) EXPECT_EQ(record.header("ce_" + name), value);
}

TEST(Codecs, AMapperOfKeysNeverChangesTheEvent) {
    Event event = good_event();
    event.extensions["partitionkey"] = "customer-9";
    for (const auto& key : {std::optional<std::string>{}, std::optional<std::string>{"other"}}) {
        const Record record = to_record(event, key);
        EXPECT_EQ(record.key, key);
        EXPECT_EQ(from_record(record, {}).value(), event);
    }
}

}  // namespace
}  // namespace sluice::event
