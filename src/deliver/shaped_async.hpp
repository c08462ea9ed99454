#pragma once

#include "deliver/async_sink.hpp"
#include "deliver/shaper.hpp"

#include <map>
#include <vector>

namespace sluice::deliver {

/// A shape in front of a sink whose answers take a while: as ShapedSink.
/// Threads:  one caller at a time.
/// Lifetime: the shaper and the inner sink outlive it.
/// Limits:   those of the inner sink; it keeps a word per run under way.
class ShapedAsync final : public AsyncSink {
public:
    ShapedAsync(Shaper& shaper, AsyncSink& inner) : shaper_{shaper}, inner_{inner} {}

    [[nodiscard]] std::size_t room() override { return inner_.room(); }

    void begin(std::span<const RunBegun> runs) override;

    [[nodiscard]] std::vector<RunEnded> ended() override;

    void wait(Milliseconds longest) override;

    void drain() override { inner_.drain(); }

    void abandon() override { inner_.abandon(); }

    [[nodiscard]] std::optional<std::string> refused_for_good() override {
        return inner_.refused_for_good();
    }

private:
    Shaper& shaper_;
    AsyncSink& inner_;
    std::map<RunTicket, dispatch::Failure> after_;  ///< of runs that were cut short
    std::vector<RunEnded> at_once_;                 ///< nothing of them could be handed on
};

}  // namespace sluice::deliver
