#pragma once

#include "deliver/sink.hpp"

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace sluice::runtime {

/// A sink that shares something with others, one SQLite file for instance: they are called one at
/// a time.
/// Threads:  as Sink.
/// Lifetime: the mutex outlives it.
class SerialSink final : public deliver::Sink {
public:
    SerialSink(std::unique_ptr<deliver::Sink> sink, std::mutex& mutex)
        : sink_{std::move(sink)},
          mutex_{mutex} {}

    [[nodiscard]] bool wants(std::string_view type) const override { return sink_->wants(type); }

    [[nodiscard]] project::Verdict judge(const Record& record) override {
        return sink_->judge(record);
    }

    [[nodiscard]] std::vector<dispatch::RunOutcome> deliver(std::span<const deliver::RunWork> runs
    ) override {
        const std::lock_guard lock{mutex_};
        return sink_->deliver(runs);
    }

    [[nodiscard]] Result<dispatch::RunOutcome> try_out(const deliver::RunWork& run) override {
        const std::lock_guard lock{mutex_};
        return sink_->try_out(run);
    }

private:
    std::unique_ptr<deliver::Sink> sink_;
    std::mutex& mutex_;
};

}  // namespace sluice::runtime
