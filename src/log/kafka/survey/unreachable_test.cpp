#include "log/kafka/survey/survey_fixture.hpp"
#include "log/kafka/survey/surveyor.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::log::kafka {
namespace {

std::vector<Complaint> complaints_of(
    KafkaOptions options, Milliseconds patience = Milliseconds{3'000}
) {
    const auto surveyor = Surveyor::open(options, patience);
    EXPECT_TRUE(surveyor) << surveyor.error().message;
    if (!surveyor) return {};
    const auto cluster = surveyor.value().cluster();
    EXPECT_FALSE(cluster);
    EXPECT_TRUE(cluster || cluster.error().code == ErrorCode::kUnavailable);
    return surveyor.value().complaints();
}

bool has(const std::vector<Complaint>& complaints, std::string_view code) {
    return std::any_of(complaints.begin(), complaints.end(), [&](const Complaint& one) {
        return one.code == code;
    });
}

std::string all(const std::vector<Complaint>& complaints) {
    std::string text;
    for (const Complaint& one : complaints) text += one.code + ": " + one.text + "\n";
    return text;
}

TEST(KafkaUnreachable, AHostThatIsNotInTheDns) {
    const auto complaints = complaints_of({"no-such-host.invalid:9092", {}, {}, {}});
    EXPECT_TRUE(has(complaints, "_RESOLVE")) << all(complaints);
    EXPECT_NE(all(complaints).find("no-such-host.invalid"), std::string::npos) << all(complaints);
}

TEST(KafkaUnreachable, APortWhereNobodyListens) {
    const auto complaints = complaints_of({"127.0.0.1:1", {}, {}, {}});
    EXPECT_TRUE(has(complaints, "_TRANSPORT")) << all(complaints);
    EXPECT_NE(all(complaints).find("Connection refused"), std::string::npos) << all(complaints);
}

TEST(KafkaUnreachable, TlsWhereThereIsNone) {
    KafkaOptions options = test::shared_cluster();
    options.properties["security.protocol"] = "ssl";
    const auto complaints = complaints_of(options);
    EXPECT_TRUE(has(complaints, "_SSL") || has(complaints, "_TRANSPORT")) << all(complaints);
    EXPECT_NE(all(complaints).find("ssl://"), std::string::npos) << all(complaints);
}

TEST(KafkaUnreachable, ASettingThatIsNoneIsRefusedAtOnce) {
    KafkaOptions options = test::shared_cluster();
    options.properties["sasl.mechanism"] = "none-such";
    options.properties["security.protocol"] = "sasl_plaintext";
    const auto surveyor = Surveyor::open(options);
    ASSERT_FALSE(surveyor);
    EXPECT_EQ(surveyor.error().code, ErrorCode::kBadConfig);
}

}  // namespace
}  // namespace sluice::log::kafka
