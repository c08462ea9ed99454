#include "doctor/examine.hpp"

#include <fmt/format.h>

namespace sluice::doctor {

namespace {

/// Answers whether something is wrong.
bool judge(
    const contract::Channel& channel,
    const KeySample& sample,
    const std::string& what,
    Checks& checks
) {
    bool wrong = false;
    const auto fail = [&](std::string detail, std::string advice) {
        wrong = true;
        checks.fail(what, std::move(detail), std::move(advice));
    };
    if (const auto count = sample.without_key(); count > 0) {
        fail(
            of_last(
                count,
                sample.records,
                "have no key: they lie anywhere, in no order among each other"
            ),
            "key them by the subject"
        );
    }
    const bool is_murmur2 = channel.partitioner == contract::Partitioner::kMurmur2;
    const std::uint64_t otherwise = is_murmur2 ? sample.by_crc32 : sample.by_murmur2;
    if (const auto count = sample.astray(channel.partitioner); count > 0) {
        fail(
            of_last(
                count,
                sample.keyed,
                fmt::format(
                    "do not lie where {} puts their key{}: each would be dead",
                    is_murmur2 ? "murmur2" : "crc32",
                    otherwise < sample.keyed ? "" : ", but where the other partitioner does"
                )
            ),
            otherwise < sample.keyed
                ? "let this domain be sequenced"
                : fmt::format("partitioner: {} in the contract", is_murmur2 ? "crc32" : "murmur2")
        );
    }
    if (const auto count = sample.keyed_by_another(); count > 0) {
        fail(
            of_last(count, sample.with_subject, "are keyed by something else than their subject"),
            "key them by the subject, as a string; or let this domain be sequenced"
        );
    }
    return wrong;
}

}  // namespace

void check_given_order(const Findings& findings, const Expectations& expected, Checks& checks) {
    for (const auto& contract : expected.contracts) {
        if (!contract->given) continue;
        const contract::Channel& channel = contract->channels.front();
        const std::string what = "order of " + channel.topic;
        const auto sample = findings.keys.find(expected.prefix + channel.topic);
        const bool seen = sample != findings.keys.end() && sample->second.records >= kSampleMin;
        if (seen && judge(channel, sample->second, what, checks)) continue;
        checks.ok(
            what,
            seen ? "its last records lie where their subjects belong"
                 : "as the contract says: there are too few records to tell"
        );
    }
}

}  // namespace sluice::doctor
