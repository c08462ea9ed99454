#pragma once

#include <sluice/result.hpp>

#include "log/kafka/client.hpp"
#include "log/kafka/state_record.hpp"
#include "log/kafka/topics.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sluice::log::kafka {

/// What a group has committed for a partition.
struct Committed {
    Offset next;
    std::optional<CommitMark> mark;

    /// Nothing: the offset is there to fence, and the group has consumed nothing.
    [[nodiscard]] std::optional<Offset> consumed() const {
        return mark && mark->fence_only ? std::nullopt : std::optional{next};
    }
};

/// The offsets of one group, whoever committed them.
/// Threads:  any.
/// Lifetime: options, trouble and topics outlive it.
class GroupOffsets {
public:
    GroupOffsets(
        const KafkaLogOptions& options, Trouble& trouble, const Topics& topics, std::string group
    );

    /// Asks the brokers, and waits while a transaction is pending on one of them. Nothing where the
    /// group never committed.
    [[nodiscard]] Result<std::vector<std::optional<Committed>>> ask(std::span<const PartitionRef> of
    );

    /// The same, as it was at most `kFresh` ago: for sweeps, trimming and status, which may see an
    /// offset late but never early. Asks for all partitions that were ever asked for at once.
    [[nodiscard]] Result<std::optional<Offset>> recent(const PartitionRef& of);

    /// This process has committed there.
    void moved(const PartitionRef& of, Offset next);

    static constexpr std::chrono::milliseconds kFresh{20};

private:
    using SteadyClock = std::chrono::steady_clock;

    [[nodiscard]] Result<rd_kafka_t*> client();
    [[nodiscard]] Status refresh();

    const KafkaLogOptions& options_;
    Trouble& trouble_;
    const Topics& topics_;
    std::string group_;
    std::mutex client_mutex_;
    ClientHandle client_;
    std::mutex mutex_;
    std::map<PartitionRef, std::optional<Offset>> recent_;
    std::optional<SteadyClock::time_point> asked_at_;
};

}  // namespace sluice::log::kafka
