#include "doctor/key_sample.hpp"

#include "base/hash.hpp"
#include "event/kafka.hpp"

#include <optional>
#include <string>

namespace sluice::doctor {

namespace {

/// Nothing: it says none, or it lies in a structured value, which is not opened here.
std::optional<std::string> subject_of(const contract::Channel& channel, const Record& record) {
    switch (event::mode_of(record)) {
        case event::ContentMode::kBinary: {
            const auto subject = record.header("ce_subject");
            return subject ? std::optional{std::string{*subject}} : std::nullopt;
        }
        case event::ContentMode::kStructured: return std::nullopt;
        case event::ContentMode::kNone: break;
    }
    if (!channel.plain) return std::nullopt;
    const auto headers = contract::event_headers(*channel.plain, record, "sample", {});
    if (!headers) return std::nullopt;
    for (const Header& header : headers.value()) {
        if (header.name == "ce_subject") return std::string{header.value};
    }
    return std::nullopt;
}

}  // namespace

void add_record(
    KeySample& sample,
    const contract::Channel& channel,
    std::uint32_t partitions,
    PartitionId partition,
    const Record& record
) {
    if (event::is_tombstone(record)) return;
    ++sample.records;
    if (!record.key) return;
    ++sample.keyed;
    if (partition_by_murmur2(*record.key, partitions) == partition) ++sample.by_murmur2;
    if (partition_by_crc32(*record.key, partitions) == partition) ++sample.by_crc32;
    const auto subject = subject_of(channel, record);
    if (!subject) return;
    ++sample.with_subject;
    if (*subject == *record.key) ++sample.subject_keyed;
}

}  // namespace sluice::doctor
