#include "daemon/verbs/acts.hpp"

#include <sluice/event.hpp>

#include "daemon/verbs/edited_event.hpp"
#include "event/kafka.hpp"
#include "runtime/inspect/aside_ledger.hpp"
#include "runtime/inspect/inspect_subject.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace sluice::daemon {

namespace {

using Planned = Result<PlannedAct>;

Error conflict(std::string what) {
    return Error{ErrorCode::kConflict, std::move(what)};
}

PlannedAct planned(const dispatch::Line& line, std::string about, dispatch::Act act) {
    return {
        std::string{runtime::cause_of(line)},
        std::move(about),
        line.since,
        line.events,
        std::move(act)};
}

/// How many times the event was edited, this time included.
std::string next_revision(const Record& record) {
    const std::string_view before = record.header("ce_subjectrevision").value_or("0");
    std::uint64_t number = 0;
    static_cast<void>(std::from_chars(before.data(), before.data() + before.size(), number));
    return fmt::to_string(number + 1);
}

/// The edited event with everything that Sluice has put beside the original.
Result<Record> edited_copy(
    const CommandRequest& request, const Record& original, const runtime::DomainPlan& plan
) {
    auto event = parse_edited(request.copy, plan.limits);
    if (!event) return event.error();
    const auto same = [&](std::string_view header, const std::string& value) {
        return original.header(header).value_or("") == value;
    };
    if (!same("ce_subject", event.value().subject) || !same("ce_source", event.value().source) ||
        !same("ce_id", event.value().id)) {
        return Error{ErrorCode::kInvalidEvent, "copy: subject, source and id stay as they are"};
    }
    event.value().extensions["subjectrevision"] = next_revision(original);
    Record copy = event::to_record(event.value(), original.key);
    copy.time = original.time;
    if (plan.check) {
        if (std::string broken = plan.check(event.value().type, copy); !broken.empty()) {
            return Error{ErrorCode::kInvalidEvent, "copy: breaks its contract: " + broken};
        }
    }
    for (const Header& header : original.headers) {
        const bool ours = header.name == "ce_subjectposition" || header.name == "ce_subjectlate" ||
                          header.name == "sluice" || header.name == "sluice-chosen";
        if (ours) copy.headers.push_back(header);
    }
    return copy;
}

Planned plan_pause(const CommandRequest& request, const std::optional<dispatch::Line>& line) {
    if (request.subject.empty()) {
        PlannedAct all;
        all.cause = "flows";
        all.about = fmt::format("{} stands still and reads no further", request.subscription);
        all.act = dispatch::PauseAll{};
        return all;
    }
    if (line && line->hold) {
        return conflict(fmt::format(
            "{}: {} has paused it already: {}", request.subject, line->hold->by, line->hold->why
        ));
    }
    if (line) return planned(*line, "nothing of it is handled", dispatch::PauseSubject{});
    PlannedAct flowing;
    flowing.cause = "flows";
    flowing.about = "nothing of it is handled";
    flowing.act = dispatch::PauseSubject{};
    return flowing;
}

Planned plan_resume(const CommandRequest& request, const std::optional<dispatch::Line>& line) {
    if (request.subject.empty()) {
        PlannedAct all;
        all.cause = "paused";
        all.about = fmt::format("{} goes on", request.subscription);
        all.act = dispatch::ResumeAll{};
        return all;
    }
    if (!line || !line->hold) return conflict(request.subject + ": it is not paused (any more)");
    return planned(*line, "it goes on", dispatch::ResumeSubject{});
}

}  // namespace

Planned plan_act(
    const CommandRequest& request, const BacklogView& view, const runtime::DomainPlan& plan
) {
    const std::optional<dispatch::Line>& line = view.line;
    if (request.verb == "pause") return plan_pause(request, line);
    if (request.verb == "resume") return plan_resume(request, line);
    if (!line || !line->in_backlog || line->events == 0) {
        return conflict(fmt::format(
            "{}: it has no backlog in {} (any more)", request.subject, request.subscription
        ));
    }
    const Position head = line->head;
    if (request.verb == "skip") {
        std::string about = fmt::format("position {} is never handled", head.value);
        return planned(*line, std::move(about), dispatch::SkipHead{head});
    }
    if (line->state != dispatch::LineState::kParked) {
        return conflict(fmt::format(
            "{}: it is not parked (any more): {}", request.subject, runtime::what_next(*line)
        ));
    }
    if (request.verb == "redrive") {
        std::string about =
            fmt::format("goes again from position {}: {}", head.value, line->reason);
        return planned(*line, std::move(about), dispatch::Redrive{head, {}});
    }
    if (request.verb == "try") {
        std::string about = fmt::format("is tried from position {}: {}", head.value, line->reason);
        return planned(*line, std::move(about), dispatch::TryOut{head});
    }
    if (!view.head) return conflict(request.subject + ": its head is not written yet; ask again");
    auto copy = edited_copy(request, *view.head, plan);
    if (!copy) return copy.error();
    std::string about = fmt::format("an edited copy takes the place of position {}", head.value);
    return planned(*line, std::move(about), dispatch::EditHead{head, std::move(copy.value())});
}

std::string_view what_follows_act(std::string_view verb) {
    if (verb == "redrive") {
        return "each subject goes in order from its head, and parks again at its first new "
               "failure; what comes meanwhile queues behind";
    }
    if (verb == "skip")
        return "it is done for good, without being handled; what is behind it goes on";
    if (verb == "edit")
        return "the subject stays parked: redrive it; the original lies in the audit";
    if (verb == "try")
        return "the handler runs in a transaction that is rolled back; nothing changes";
    if (verb == "pause") return "what comes is kept, in order, until somebody resumes it";
    return "what was kept goes, in order";
}

Instant turn_of(std::uint64_t index, std::optional<std::uint64_t> rate, Instant now) {
    if (!rate) return now;
    return now + Milliseconds{static_cast<std::int64_t>(index * 1'000 / *rate)};
}

}  // namespace sluice::daemon
