#pragma once

#include <sluice/result.hpp>

#include "deliver/pull/pull_sink.hpp"

#include <atomic>
#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::daemon {

/// The subscriptions whose events are pulled.
/// Threads:  `add` from one, before the first `find`; then any.
/// Lifetime: the sinks outlive it.
class PullDirectory {
public:
    struct Found {
        std::string_view domain;
        deliver::pull::PullSink* sink;  ///< never null
    };

    void add(const std::string& domain, const std::string& name, deliver::pull::PullSink& sink) {
        sinks_.insert_or_assign({name, domain}, &sink);
    }

    /// `domain` empty: the one that has it. kNotFound names what there is, kInvalidArgument those
    /// among which to choose.
    [[nodiscard]] Result<Found> find(std::string_view name, std::string_view domain) const;

    /// Nobody can answer any more: what clients have is taken back.
    void abandon() const {
        for (const auto& [name, sink] : sinks_) sink->abandon();
    }

    /// Nobody waits for events any more, nor watches.
    void close() {
        closed_ = true;
        for (const auto& [name, sink] : sinks_) sink->close();
    }

    /// Until clients have answered for what they have, or `longest` is over for all together.
    void wait_for_answers(std::chrono::milliseconds longest) const {
        const auto until = std::chrono::steady_clock::now() + longest;
        for (const auto& [name, sink] : sinks_) {
            const auto left = until - std::chrono::steady_clock::now();
            sink->wait_for_answers(std::chrono::duration_cast<Milliseconds>(left));
        }
    }

    [[nodiscard]] bool is_closed() const { return closed_; }

private:
    std::atomic<bool> closed_{false};
    std::map<std::pair<std::string, std::string>, deliver::pull::PullSink*> sinks_;
};

}  // namespace sluice::daemon
