#pragma once

#include <sluice/result.hpp>

#include "log/kafka/client.hpp"
#include "log/kafka/topics.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace sluice::log::kafka {

/// Whether records may go: whoever consumes must have consumed them.
/// Threads:  any; one asks at a time.
/// Lifetime: `lister`, trouble, options and topics outlive it.
/// Failure:  kUnavailable: it is not known now; try again later.
class Retention {
public:
    Retention(
        rd_kafka_t* lister, const KafkaLogOptions& options, Trouble& trouble, const Topics& topics
    )
        : lister_{lister},
          options_{options},
          trouble_{trouble},
          topics_{topics} {}

    /// kConflict, naming the group, when a group under the prefix has committed an offset of the
    /// partition below `below`.
    [[nodiscard]] Status nobody_needs(const PartitionRef& of, Offset below);

private:
    [[nodiscard]] Result<std::vector<std::string>> groups() const;
    [[nodiscard]] Result<rd_kafka_t*> asker(const std::string& group);
    [[nodiscard]] Result<std::optional<Offset>> ask(
        const std::string& group, const PartitionRef& of
    );
    [[nodiscard]] Result<std::optional<Offset>> offset_of(
        const std::string& group, const PartitionRef& of
    );

    rd_kafka_t* lister_;
    const KafkaLogOptions& options_;
    Trouble& trouble_;
    const Topics& topics_;
    std::mutex mutex_;
    ClientHandle asker_;
};

}  // namespace sluice::log::kafka
