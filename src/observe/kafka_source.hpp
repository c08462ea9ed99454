#pragma once

#include "log/kafka/options.hpp"
#include "log/kafka/survey/surveyor.hpp"
#include "observe/source.hpp"

namespace sluice::observe {

/// Over a Kafka cluster.
/// Failure:  kUnavailable: nothing came within `patience`.
class KafkaSource final : public Source {
public:
    [[nodiscard]] static Result<KafkaSource> open(
        const log::kafka::KafkaOptions& options, Milliseconds patience
    );

    [[nodiscard]] Result<std::map<std::string, Extent>> read(
        const std::vector<std::string>& topics, Instant since, const Take& take
    ) override;

    [[nodiscard]] Result<std::map<std::string, Milliseconds>> lag_of(
        const std::string& group, const std::vector<std::string>& topics, Instant now
    ) override;

private:
    KafkaSource(
        log::kafka::KafkaOptions options, Milliseconds patience, log::kafka::Surveyor surveyor
    );

    [[nodiscard]] Result<std::vector<log::PartitionRef>> partitions_of(
        const std::vector<std::string>& topics
    ) const;

    log::kafka::KafkaOptions options_;
    Milliseconds patience_;
    log::kafka::Surveyor surveyor_;
};

}  // namespace sluice::observe
