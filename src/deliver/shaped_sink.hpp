#pragma once

#include "deliver/shaped_async.hpp"
#include "deliver/shaped_runs.hpp"
#include "deliver/shaper.hpp"
#include "deliver/sink.hpp"

#include <memory>
#include <utility>

namespace sluice::deliver {

/// A sink behind a subscription's shape: its filter, and what its events are cut to. Whatever
/// comes, live, retried or from a backlog, is cut here and nowhere else; backlogs keep the whole
/// event.
/// Threads:  as the sink that it stands before.
/// Failure:  an event that cannot be cut is dead, with the reason; the events of its subject before
///           it go on. When a jq program cannot be run at all: kNotTried.
class ShapedSink final : public Sink {
public:
    /// kBadConfig, kUnavailable: as Shaper::open.
    [[nodiscard]] static Result<std::unique_ptr<ShapedSink>> open(
        std::unique_ptr<Sink> inner, const Shape& shape
    );

    [[nodiscard]] bool wants(std::string_view type) const override { return inner_->wants(type); }

    [[nodiscard]] project::Verdict judge(const Record& record) override;

    [[nodiscard]] std::vector<dispatch::RunOutcome> deliver(std::span<const RunWork> runs) override;

    [[nodiscard]] Result<dispatch::RunOutcome> try_out(const RunWork& run) override;

    [[nodiscard]] std::vector<Figure> figures() const override { return inner_->figures(); }

    [[nodiscard]] AsyncSink* async() override { return async_ ? &*async_ : nullptr; }

private:
    ShapedSink(
        std::unique_ptr<Sink> inner, std::shared_ptr<const project::Filter> filter, Shaper shaper
    )
        : inner_{std::move(inner)},
          filter_{std::move(filter)},
          reads_data_{filter_ != nullptr && !filter_->fields().empty()},
          shaper_{std::move(shaper)} {
        if (AsyncSink* inner_async = inner_->async()) async_.emplace(shaper_, *inner_async);
    }

    [[nodiscard]] std::vector<dispatch::RunOutcome> deliver_cut(std::vector<ShapedRun> shaped);

    std::unique_ptr<Sink> inner_;
    std::shared_ptr<const project::Filter> filter_;  ///< null: all pass
    bool reads_data_;  ///< the filter, which then sees the version that is asked for
    Shaper shaper_;
    std::optional<ShapedAsync> async_;  ///< where the inner sink is one whose answers take a while
    project::cesql::Scratch scratch_;
};

}  // namespace sluice::deliver
