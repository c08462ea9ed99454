#include "daemon/operations/publish_lines.hpp"

#include "base/assert.hpp"
#include "event/json_lines.hpp"
#include "event/validate.hpp"

#include <istream>
#include <optional>
#include <utility>
#include <vector>

namespace sluice::daemon {

namespace {

/// Whether an event's refusal says nothing about the event: no later one will fare better.
bool ends_publishing(ErrorCode code) {
    switch (code) {
        case ErrorCode::kUnavailable:
        case ErrorCode::kFenced:
        case ErrorCode::kFull:
        case ErrorCode::kCorrupt:
        case ErrorCode::kIo:
        case ErrorCode::kCancelled: return true;
        case ErrorCode::kInvalidArgument:
        case ErrorCode::kInvalidEvent:
        case ErrorCode::kTooLarge:
        case ErrorCode::kNotFound:
        case ErrorCode::kAlreadyExists:
        case ErrorCode::kConflict:
        case ErrorCode::kBadConfig:
        case ErrorCode::kUnsupported: return false;
    }
    SLUICE_UNREACHABLE();
}

class Batch {
public:
    Batch(Backend& backend, const LineReport& report) : backend_{backend}, report_{report} {}

    void add(event::JsonLine line) {
        if (line.event) {
            bytes_ += event::size_bytes(line.event.value());
            events_.push_back(std::move(line.event).value());
            lines_.push_back({line.number, std::nullopt});
        } else {
            lines_.push_back({line.number, line.event.error()});
        }
    }

    [[nodiscard]] bool full() const {
        return lines_.size() >= kBatchEvents || bytes_ >= kBatchBytes;
    }

    Status write(PublishTotals& totals) {
        std::vector<Result<Published>> answers;
        if (!events_.empty()) {
            auto answered = backend_.publish(events_);
            if (!answered) return answered.error();
            answers = std::move(answered).value();
        }
        SLUICE_ASSERT(answers.size() == events_.size());
        Status end = ok();
        auto next = answers.begin();
        for (const Line& line : lines_) {
            const Result<Published> answer =
                line.bad ? Result<Published>{*line.bad} : std::move(*next++);
            ++(answer ? totals.published : totals.refused);
            if (!answer && end && ends_publishing(answer.error().code)) end = answer.error();
            report_(line.number, answer);
        }
        events_.clear();
        lines_.clear();
        bytes_ = 0;
        return end;
    }

private:
    struct Line {
        std::uint64_t number;
        std::optional<Error> bad;  ///< nothing: the next of `events_`
    };

    Backend& backend_;
    const LineReport& report_;
    std::vector<Event> events_;
    std::vector<Line> lines_;
    std::size_t bytes_{0};
};

}  // namespace

Result<PublishTotals> publish_lines(
    Backend& backend, std::istream& in, const event::EventLimits& limits, const LineReport& report
) {
    event::JsonLines lines{in, limits};
    PublishTotals totals;
    Batch batch{backend, report};
    while (auto line = lines.next()) {
        batch.add(std::move(*line));
        if (!batch.full() && in.rdbuf()->in_avail() > 0) continue;
        if (const Status written = batch.write(totals); !written) return written.error();
    }
    if (const Status written = batch.write(totals); !written) return written.error();
    if (lines.failed()) return Error{ErrorCode::kIo, "reading the input failed"};
    return totals;
}

}  // namespace sluice::daemon
