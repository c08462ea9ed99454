#include "doctor/examine.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <variant>

namespace sluice::doctor {

namespace {

struct Reason {
    std::string why;
    std::string cure;
};

/// Of plain records: whether the key's bytes are the subject's.
bool key_is_subject(const contract::PlainRecords& plain) {
    const auto* key = std::get_if<contract::FromKey>(&plain.subject);
    return key != nullptr && key->encoding == contract::Encoding::kString;
}

/// By what the contract says.
void add_stated(
    const contract::Channel& channel,
    std::uint32_t partitions,
    std::uint32_t homes,
    std::vector<Reason>& reasons
) {
    if (channel.partitioner == contract::Partitioner::kCrc32) {
        reasons.push_back(
            {"its producers choose the partition by crc32, librdkafka's default, and homes are "
             "murmur2's",
             "partitioner=murmur2_random in its producers, then partitioner: murmur2 in the "
             "contract"}
        );
    }
    if (partitions % homes != 0) {
        reasons.push_back(
            {fmt::format("its {} partitions are no multiple of the {} homes", partitions, homes),
             fmt::format("a topic of {} partitions", (partitions / homes + 1) * homes)}
        );
    }
    if (channel.plain && !key_is_subject(*channel.plain)) {
        reasons.push_back(
            {"its records' key is not the subject's text", "key them by the subject, as a string"}
        );
    }
}

/// By what its last records say.
void add_seen(
    const contract::Channel& channel, const KeySample& sample, std::vector<Reason>& reasons
) {
    if (const auto count = sample.without_key(); count > 0) {
        reasons.push_back({of_last(count, sample.records, "have no key"), "key them by the subject"}
        );
    }
    constexpr auto kMurmur2 = contract::Partitioner::kMurmur2;
    const auto astray = channel.partitioner == kMurmur2 ? sample.astray(kMurmur2) : 0;
    if (astray > 0) {
        reasons.push_back(
            {of_last(
                 astray,
                 sample.keyed,
                 fmt::format(
                     "do not lie where murmur2 puts their key{}",
                     sample.by_crc32 == sample.keyed ? ", but where crc32 does" : ""
                 )
             ),
             "partitioner=murmur2_random in its producers, or partitioner: crc32 in the contract"}
        );
    }
    if (const auto count = sample.keyed_by_another(); count > 0) {
        reasons.push_back(
            {of_last(count, sample.with_subject, "are keyed by something else than their subject"),
             "key them by the subject, as a string"}
        );
    }
}

}  // namespace

void check_detours(const Findings& findings, const Expectations& expected, Checks& checks) {
    for (const auto& contract : expected.contracts) {
        if (contract->given) continue;  // nothing takes a detour: check_given_order
        for (const contract::Channel& channel : contract->channels) {
            const auto* topic = findings.topic(expected.prefix + channel.topic);
            const auto there =
                topic == nullptr ? 0 : static_cast<std::uint32_t>(topic->partitions.size());
            std::vector<Reason> reasons;
            add_stated(channel, there > 0 ? there : channel.partitions, contract->homes, reasons);
            const auto sample = findings.keys.find(expected.prefix + channel.topic);
            if (sample != findings.keys.end()) add_seen(channel, sample->second, reasons);
            const std::string what = "detour " + channel.topic;
            if (reasons.empty()) {
                checks.ok(what, "none, for records that are keyed by the subject");
                continue;
            }
            std::vector<std::string> why;
            std::vector<std::string> cures;
            for (const Reason& reason : reasons) {
                why.push_back(reason.why);
                cures.push_back(reason.cure);
            }
            checks.warn(
                what,
                fmt::format(
                    "its events are read twice: {}; order holds all the same",
                    fmt::join(why, ", and ")
                ),
                fmt::format("{}", fmt::join(cures, "; "))
            );
        }
    }
}

}  // namespace sluice::doctor
