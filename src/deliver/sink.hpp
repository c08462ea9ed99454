#pragma once

#include <sluice/result.hpp>

#include "base/ids.hpp"
#include "dispatch/dispatcher.hpp"
#include "event/record.hpp"
#include "project/verdict.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::deliver {

/// An ordered event on its way into a sink.
struct Outgoing {
    Position position;
    Offset offset;
    const Record* record{};  ///< borrowed for the call; never null
};

/// Consecutive events of one subject.
struct RunWork {
    std::string_view subject;
    std::vector<Outgoing> events;
    std::uint32_t attempt{1};  ///< of the first event
};

/// What a sink counts, for the metrics page: a counter if the name ends in `_total`, else a gauge.
struct Figure {
    std::string_view name;
    std::string_view help;
    double value{};
    std::string_view result{};  ///< of several: the label `result`; empty: none

    bool operator==(const Figure&) const = default;
};

class AsyncSink;

/// Where a subscription's events go: a handler with SQL, an HTTP endpoint, a topic, a file.
/// Threads:  one caller at a time.
/// Failure:  answers per run; a sink that cannot work at all answers kNotTried for every run.
class Sink {
public:
    virtual ~Sink() = default;

    /// The sink's filter: events of other types are passed over without a delivery.
    [[nodiscard]] virtual bool wants(std::string_view type) const = 0;

    /// Asked of each event whose type it wants, but of no gap; what does not pass is passed over.
    [[nodiscard]] virtual project::Verdict judge(const Record& /*record*/) {
        return project::Verdict::kPasses;
    }

    /// Carries out many runs of different subjects, each in its order; one outcome per run, in the
    /// same order. A failing event ends its own run only.
    [[nodiscard]] virtual std::vector<dispatch::RunOutcome> deliver(std::span<const RunWork> runs
    ) = 0;

    /// What would become of the run; nothing of it is left. kUnsupported: this target cannot tell.
    [[nodiscard]] virtual Result<dispatch::RunOutcome> try_out(const RunWork& /*run*/) {
        return Error{ErrorCode::kUnsupported, "this target has no trial run"};
    }

    /// Threads: any.
    [[nodiscard]] virtual std::vector<Figure> figures() const { return {}; }

    /// Of a sink that waits for others: runs are begun there, in place of `deliver`. Null: none.
    [[nodiscard]] virtual AsyncSink* async() { return nullptr; }
};

}  // namespace sluice::deliver
