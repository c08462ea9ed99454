#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "log/kafka/options.hpp"
#include "log/kafka/survey/facts.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::log::kafka {

/// Asks a cluster what is there. Reads only; joins no group and writes nothing.
/// Threads:  one at a time.
/// Failure:  kUnavailable: no answer within `patience`, or not allowed; `complaints()` say how far
///           it came. What one topic or broker refuses stands in its own fact. kNotFound: no such
///           topic or group.
class Surveyor {
public:
    /// Connects to nothing yet. kBadConfig: a setting that librdkafka refuses.
    [[nodiscard]] static Result<Surveyor> open(
        const KafkaOptions& options, Milliseconds patience = Milliseconds{10'000}
    );

    ~Surveyor();
    Surveyor(Surveyor&&) noexcept;
    Surveyor& operator=(Surveyor&&) noexcept;

    /// Brokers and topics, without their settings.
    [[nodiscard]] Result<ClusterFact> cluster() const;

    /// Fills in the settings of these topics, and of all brokers.
    void add_settings(ClusterFact& cluster, std::span<const std::string> topics) const;

    [[nodiscard]] Result<Ends> ends(const PartitionRef& of) const;

    /// The first offset at or after a moment, of each of these; nothing where there is none that
    /// late.
    [[nodiscard]] Result<std::map<PartitionRef, std::optional<Offset>>> offsets_at(
        std::span<const PartitionRef> partitions, Instant moment
    ) const;

    /// All groups that one may see, without what they have committed.
    [[nodiscard]] Result<std::vector<GroupFact>> groups() const;

    [[nodiscard]] Result<std::map<PartitionRef, Offset>> committed(const std::string& group) const;

    /// Empty where nobody checks permissions, too: a broker's `authorizer.class.name` tells
    /// (librdkafka 2.0.2 does not).
    [[nodiscard]] Result<std::vector<AclFact>> acls() const;

    [[nodiscard]] std::vector<Complaint> complaints() const;

private:
    struct Parts;
    explicit Surveyor(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace sluice::log::kafka
