#pragma once

#include <sluice/result.hpp>

#include "deliver/pull/pull_sink.hpp"

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::daemon {

/// The subscriptions whose events are pulled.
/// Threads:  any.
/// Lifetime: shared_ptr, since a subscription may be replaced or deleted while a client waits in its
///           sink.
class PullDirectory {
public:
    using SinkPtr = std::shared_ptr<deliver::pull::PullSink>;

    struct Found {
        std::string domain;
        SinkPtr sink;  ///< never null
    };

    /// Whoever waits in the one before it gets nothing, and its leases are over.
    void add(const std::string& domain, const std::string& name, SinkPtr sink);

    void remove(const std::string& domain, const std::string& name);

    /// `domain` empty: the one that has it. kNotFound names what there is, kInvalidArgument those
    /// among which to choose.
    [[nodiscard]] Result<Found> find(std::string_view name, std::string_view domain) const;

    /// Nobody can answer any more: what clients have is taken back.
    void abandon() const;

    /// Nobody waits for events any more, nor watches.
    void close();

    /// Until clients have answered for what they have, or `longest` is over for all together.
    void wait_for_answers(std::chrono::milliseconds longest) const;

    [[nodiscard]] bool is_closed() const { return closed_; }

private:
    [[nodiscard]] std::vector<SinkPtr> all() const;

    std::atomic<bool> closed_{false};
    mutable std::mutex mutex_;  ///< of what follows
    std::map<std::pair<std::string, std::string>, SinkPtr> sinks_;
};

}  // namespace sluice::daemon
