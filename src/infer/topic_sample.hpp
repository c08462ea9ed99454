#pragma once

#include "base/ids.hpp"
#include "doctor/key_sample.hpp"
#include "event/record.hpp"
#include "infer/sketch.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace sluice::infer {

/// Where a plain record may have a part of its event: a JSON pointer into its value, or a header.
struct Candidate {
    std::uint64_t seen{};              ///< records that have a text or whole number there
    std::uint64_t equals_key{};        ///< of them, those where it is the record's key
    std::set<std::uint64_t> distinct;  ///< hashes of what stands there
};

/// What some records of a topic say of it.
/// Threads: one. Pure: it keeps counts and shapes, never a value.
/// Limits:  of plain records, scalars of the first two levels and 64 candidates are looked at.
class TopicSample {
public:
    enum class Keys : std::uint8_t { kNone, kString, kInt64, kBytes };

    struct Type {
        Sketch data;
        std::uint64_t events{};
        std::uint64_t numbered{};   ///< with `sourcesequence`
        std::uint64_t depending{};  ///< with `dependson`
        std::uint64_t not_json{};   ///< data that is none
    };

    TopicSample(std::string topic, std::uint32_t partitions)
        : topic_{std::move(topic)},
          partitions_{partitions} {}

    void add(PartitionId partition, const Record& record);

    [[nodiscard]] const std::string& topic() const { return topic_; }

    [[nodiscard]] std::uint32_t partitions() const { return partitions_; }

    /// Tombstones are not counted.
    [[nodiscard]] std::uint64_t records() const { return records_; }

    [[nodiscard]] std::uint64_t plain_records() const { return plain_; }

    /// By CloudEvents type; plain records under the topic's name.
    [[nodiscard]] const std::map<std::string, Type, std::less<>>& types() const { return types_; }

    [[nodiscard]] const doctor::KeySample& keys() const { return keys_; }

    /// As its producers choose partitions, as far as it can be told: crc32 only where murmur2 is
    /// out of the question.
    [[nodiscard]] bool by_crc32() const;

    /// How keys of plain records are written.
    [[nodiscard]] Keys key_kind() const;

    /// Where plain records have their subject: "pointer: /orderId" if something there always is
    /// the key, else "key: string"; empty: nowhere.
    [[nodiscard]] std::string subject_place() const;

    /// Where plain records have an id, of those places that have a name like one and never the same
    /// value twice: "header: message-id". Empty: nowhere.
    [[nodiscard]] std::string id_place() const;

private:
    void add_plain(const Record& record);
    void add_candidate(const std::string& place, const std::string& text, const std::string& key);
    void add_candidates(
        const nlohmann::json& value, const std::string& pointer, const std::string& key
    );

    std::string topic_;
    std::uint32_t partitions_;
    std::uint64_t records_{0};
    std::uint64_t plain_{0};
    std::uint64_t keyed_plain_{0};
    std::uint64_t text_keys_{0};
    std::uint64_t long_keys_{0};  ///< of eight bytes
    std::map<std::string, Type, std::less<>> types_;
    std::map<std::string, Candidate, std::less<>> candidates_;  ///< by place: "pointer: /id"
    doctor::KeySample keys_;
};

}  // namespace sluice::infer
