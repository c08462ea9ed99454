#include "log/conformance_suite.hpp"

#include <chrono>
#include <thread>

namespace sluice::log::conformance {

void LogConformance::make(const std::string& topic, std::uint32_t partitions) {
    const Status made = log().create_topic(TopicSpec{topic, partitions});
    SLUICE_ASSERT_OK(made);
}

std::unique_ptr<Lease> LogConformance::take(const std::string& group, std::vector<HomeId> homes) {
    auto taken = log().take(group, std::move(homes));
    SLUICE_EXPECT_OK(taken);
    return taken ? std::move(taken).value() : nullptr;
}

Ends LogConformance::settled_ends(const PartitionRef& of) {
    constexpr int kLooksMax = 1'000;
    constexpr std::chrono::milliseconds kBetween{10};
    for (int look = 1;; ++look) {
        const Result<Ends> ends = log().ends(of);
        SLUICE_EXPECT_OK(ends);
        if (!ends) return {};
        if (ends.value().committed == ends.value().high_watermark || look == kLooksMax)
            return ends.value();
        std::this_thread::sleep_for(kBetween);
    }
}

std::vector<std::string> LogConformance::texts(const PartitionRef& of) {
    std::vector<std::string> all;
    Offset from = settled_ends(of).first;
    for (;;) {
        const auto read = log().read(of, from, ReadLimits{7, 1'000});
        SLUICE_EXPECT_OK(read);
        if (!read || read.value().next() == from) return all;
        for (const StoredRecord& stored : *read) {
            EXPECT_TRUE(may_be(stored.offset, from)) << stored.offset.value;
            all.push_back(stored.record.value.value_or("(null)"));
            from = stored.offset.next();
        }
        EXPECT_GE(read.value().next(), from);
        from = read.value().next();
    }
}

PartitionRef place(std::string topic, std::uint32_t partition) {
    return PartitionRef{std::move(topic), PartitionId{partition}};
}

Record text(std::string value) {
    Record record;
    record.value = std::move(value);
    return record;
}

Append append(const PartitionRef& to, const std::vector<std::string>& values) {
    Append made{to, {}};
    for (const std::string& value : values) made.records.push_back(text(value));
    return made;
}

}  // namespace sluice::log::conformance
