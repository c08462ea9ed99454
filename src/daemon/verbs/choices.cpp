#include "daemon/verbs/choices.hpp"

#include "daemon/verbs/edited_event.hpp"
#include "event/kafka.hpp"
#include "event/text.hpp"
#include "runtime/inspect/inspect_subject.hpp"
#include "runtime/sequencing/classify.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace sluice::daemon {

namespace {

using sequence::Arrival;
using sequence::Subject;
using sequence::WaitingEvent;
using PlannedChoices = Result<std::vector<PlannedChoice>>;

constexpr std::size_t kArrivalsShown = 5;

std::string arrival_name(const Arrival& arrival) {
    const std::string number =
        arrival.number ? fmt::format(" {}", arrival.number->value) : std::string{};
    return fmt::format("{} {} ({}{})", arrival.type, arrival.id, arrival.source, number);
}

Error not_there(std::string what) {
    return Error{ErrorCode::kConflict, std::move(what)};
}

bool is_meant(const CommandRequest& request, const Arrival& arrival) {
    return (request.event.empty() || request.event == arrival.id) &&
           (request.source.empty() || request.source == arrival.source);
}

/// The one that is meant. Where the request names none, the preferred ones go first.
Result<const Arrival*> pick(
    const CommandRequest& request,
    const std::vector<const Arrival*>& all,
    const std::function<bool(const Arrival&)>& preferred,
    std::string_view what
) {
    std::vector<const Arrival*> found;
    for (const Arrival* one : all) {
        if (is_meant(request, *one)) found.push_back(one);
    }
    if (found.empty()) {
        return not_there(fmt::format(
            "{}: no event{} {} (any more)",
            request.subject,
            request.event.empty() ? "" : " with id " + event::shown(request.event),
            what
        ));
    }
    std::vector<const Arrival*> best;
    std::copy_if(found.begin(), found.end(), std::back_inserter(best), [&](const Arrival* one) {
        return preferred(*one);
    });
    if (found.size() == 1) return found.front();
    if (best.size() == 1) return best.front();
    std::vector<std::string> names;
    for (const Arrival* one : found) {
        if (names.size() < kArrivalsShown) names.push_back(arrival_name(*one));
    }
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format(
            "{}: {} events fit; say which by its id: {}{}",
            request.subject,
            found.size(),
            fmt::join(names, ", "),
            found.size() > kArrivalsShown ? ", …" : ""
        )};
}

std::vector<const Arrival*> all_of(const sequence::WaitingRoom& waiting) {
    std::vector<const Arrival*> all;
    for (const WaitingEvent& one : waiting) all.push_back(&one.arrival);
    return all;
}

std::vector<const Arrival*> all_of(const std::vector<WaitingEvent>& conflicts) {
    std::vector<const Arrival*> all;
    for (const WaitingEvent& one : conflicts) all.push_back(&one.arrival);
    return all;
}

PlannedChoice planned(
    const CommandRequest& request,
    const Subject& subject,
    std::string about,
    sequence::Choice choice
) {
    const runtime::WaitingCause cause = runtime::cause_of(subject);
    return {
        request.subject,
        cause.cause,
        std::move(about),
        cause.since,
        subject.waiting.size(),
        std::move(choice)};
}

PlannedChoices plan_skip(const CommandRequest& request, const Subject& subject) {
    const runtime::WaitingCause cause = runtime::cause_of(subject);
    std::vector<std::string> wanted;
    for (const sequence::Missing& one : cause.missing) {
        if (!one.cycle) wanted.push_back(one.wanted);
    }
    std::string chosen = request.missing;
    if (chosen.empty() && wanted.size() == 1) chosen = wanted.front();
    if (chosen.empty() && wanted.size() > 1) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "{}: more than one thing is missing; say which: {}",
                request.subject,
                fmt::join(wanted, ", ")
            )};
    }
    if (std::find(wanted.begin(), wanted.end(), chosen) == wanted.end()) {
        return not_there(fmt::format(
            "{}: nothing waits for {} (any more); {}",
            request.subject,
            chosen.empty() ? "anything that is not here" : chosen,
            cause.detail
        ));
    }
    std::string about = fmt::format("{} is given up", chosen);
    return std::vector{
        planned(request, subject, std::move(about), sequence::SkipMissing{std::move(chosen)})};
}

bool is_next(const Subject& subject, const Arrival& arrival) {
    return !arrival.number || arrival.number == subject.history.released(arrival.source).next();
}

PlannedChoices plan_release(const CommandRequest& request, const Subject& subject) {
    const auto next = [&](const Arrival& arrival) { return is_next(subject, arrival); };
    const auto event = pick(request, all_of(subject.waiting), next, "waits");
    if (!event) return event.error();
    const Arrival& arrival = *event.value();
    std::string about = fmt::format("{} goes without what it waits for", arrival_name(arrival));
    if (!arrival.invalid.empty()) {
        about =
            fmt::format("{} goes though it is invalid: {}", arrival_name(arrival), arrival.invalid);
    }
    return std::vector{planned(
        request, subject, std::move(about), sequence::ReleaseNow{sequence::ref_of(arrival)}
    )};
}

PlannedChoices plan_drop(const CommandRequest& request, const Subject& subject) {
    const auto event = pick(
        request, all_of(subject.waiting), [](const Arrival&) { return false; }, "waits"
    );
    if (!event) return event.error();
    const bool gives_up = event.value()->number && is_next(subject, *event.value());
    std::string about = fmt::format(
        "{} goes aside{}",
        arrival_name(*event.value()),
        gives_up ? ", and its number is given up" : " as if it had not come"
    );
    return std::vector{planned(
        request, subject, std::move(about), sequence::DropWaiting{sequence::ref_of(*event.value())}
    )};
}

PlannedChoices plan_settle(const CommandRequest& request, const Subject& subject) {
    const bool first = request.winner == "first";
    std::vector<const Arrival*> newcomers;
    if (request.cause.empty()) {
        const auto event = pick(
            request,
            all_of(subject.conflicts),
            [](const Arrival&) { return false; },
            "is the newcomer of a conflict"
        );
        if (!event) return event.error();
        newcomers.push_back(event.value());
    } else {
        newcomers = all_of(subject.conflicts);
    }
    std::vector<PlannedChoice> all;
    for (const Arrival* one : newcomers) {
        std::string about = fmt::format(
            "{} {}",
            arrival_name(*one),
            first ? "goes aside, the first stays" : "takes the place, or comes last as late"
        );
        all.push_back(planned(
            request,
            subject,
            std::move(about),
            sequence::SettleConflict{
                sequence::ref_of(*one),
                first ? sequence::Winner::kFirst : sequence::Winner::kNewcomer}
        ));
    }
    return all;
}

/// The edited event, as the sequencer would take it from its channel.
Result<Arrival> arrival_of(
    const std::string& copy,
    const sequence::Origin& origin,
    const std::string& mark,
    const runtime::DomainPlan& plan
) {
    auto event = parse_edited(copy, plan.limits);
    if (!event) return event.error();
    const std::string subject = event.value().subject;
    Record record = event::to_record(event.value(), subject);
    record.headers.push_back({runtime::kEditedHeader, mark});
    const runtime::ChannelPlan* channel = plan.channel(origin.channel);
    static const runtime::ChannelPlan kNone;
    auto classified = runtime::classify(
        plan,
        channel != nullptr ? *channel : kNone,
        std::move(record),
        origin,
        runtime::Depth::kWhole
    );
    if (auto* unreadable = std::get_if<runtime::Unreadable>(&classified.what)) {
        return Error{ErrorCode::kInvalidEvent, "copy: " + unreadable->reason};
    }
    auto* arrival = std::get_if<Arrival>(&classified.what);
    if (arrival == nullptr) {
        return Error{ErrorCode::kInvalidEvent, "copy: is no event of this domain"};
    }
    std::string broken = arrival->invalid;
    if (broken.empty() && plan.check) broken = plan.check(arrival->type, arrival->record);
    if (!broken.empty()) {
        return Error{ErrorCode::kInvalidEvent, "copy: breaks its contract: " + broken};
    }
    return std::move(*arrival);
}

PlannedChoices plan_repair(
    const CommandRequest& request, const Subject& subject, const runtime::DomainPlan& plan
) {
    const auto broken = [](const Arrival& arrival) { return !arrival.invalid.empty(); };
    const auto event = pick(request, all_of(subject.waiting), broken, "waits");
    if (!event) return event.error();
    const Arrival& original = *event.value();
    auto copy = arrival_of(request.copy, original.origin, "", plan);
    if (!copy) return copy.error();
    const Arrival& edited = copy.value();
    if (edited.subject != request.subject || edited.source != original.source ||
        edited.id != original.id || edited.number != original.number) {
        return Error{
            ErrorCode::kInvalidEvent,
            fmt::format(
                "copy: subject, source, id and sourcesequence stay as they are: {} of {}",
                arrival_name(original),
                request.subject
            )};
    }
    std::string about = fmt::format("an edited copy takes the place of {}", arrival_name(original));
    return std::vector{planned(
        request,
        subject,
        std::move(about),
        sequence::Repair{sequence::ref_of(original), std::move(copy.value())}
    )};
}

PlannedChoices plan_one(
    const CommandRequest& request, const Subject& subject, const runtime::DomainPlan& plan
) {
    if (request.verb == "skip") return plan_skip(request, subject);
    if (request.verb == "release") return plan_release(request, subject);
    if (request.verb == "drop") return plan_drop(request, subject);
    if (request.verb == "settle") return plan_settle(request, subject);
    if (request.verb == "repair") return plan_repair(request, subject, plan);
    if (request.verb == "adopt") {
        return std::vector{
            planned(request, subject, "starts where it is", sequence::AdoptSubject{})};
    }
    return std::vector{planned(
        request, subject, "what went aside in the flood is not looked for", sequence::ClearFlood{}
    )};
}

}  // namespace

std::string try_choice(
    const sequence::Choice& choice, Subject& subject, const runtime::DomainPlan& plan
) {
    sequence::Command command;
    command.choice = choice;
    const sequence::Sequencer sequencer{plan.sequencer};
    const auto decisions = sequencer.choose(subject, std::move(command), Instant{}, {});
    const auto* refused = std::get_if<sequence::Refused>(&decisions.front());
    return refused != nullptr ? refused->why : std::string{};
}

PlannedChoices plan_choices(
    const CommandRequest& request, const Subject& subject, const runtime::DomainPlan& plan
) {
    PlannedChoices choices = plan_one(request, subject, plan);
    if (!choices) return choices;
    for (const PlannedChoice& one : choices.value()) {
        Subject as_it_stands = subject;
        std::string why = try_choice(one.choice, as_it_stands, plan);
        if (!why.empty()) return not_there(fmt::format("{}: {}", request.subject, why));
    }
    return choices;
}

Result<PlannedChoice> plan_take_back(
    const CommandRequest& request, const runtime::AsideEvent& aside, const runtime::DomainPlan& plan
) {
    const std::string mark = runtime::edited_header(aside.home, aside.offset);
    Result<Arrival> arrival = [&]() -> Result<Arrival> {
        if (request.verb == "repair") return arrival_of(request.copy, aside.origin, mark, plan);
        const runtime::ChannelPlan* channel = plan.channel(aside.origin.channel);
        static const runtime::ChannelPlan kNone;
        auto classified = runtime::classify(
            plan,
            channel != nullptr ? *channel : kNone,
            aside.record,
            aside.origin,
            runtime::Depth::kWhole
        );
        if (auto* found = std::get_if<Arrival>(&classified.what)) return std::move(*found);
        return not_there(fmt::format(
            "{}/{} aside at {} cannot be read as it is: {}; repair it",
            plan.name,
            aside.home.value,
            aside.offset.value,
            aside.detail
        ));
    }();
    if (!arrival) return arrival.error();
    PlannedChoice choice;
    choice.subject = arrival.value().subject;
    choice.cause = aside.cause;
    choice.about = fmt::format(
        "{} comes back from aside ({} at {}): into its place, or to the end as late",
        arrival_name(arrival.value()),
        aside.home.value,
        aside.offset.value
    );
    choice.since = aside.record.time;
    choice.choice = sequence::TakeBack{std::move(arrival.value())};
    return choice;
}

std::string_view what_follows(std::string_view verb) {
    if (verb == "skip") {
        return "a sluice.gap stands in its place, what waits for it goes; if it comes later it "
               "goes aside as late";
    }
    if (verb == "release")
        return "it goes at once; what it went without stands in front as sluice.gap";
    if (verb == "drop") return "nobody receives it; it stays in the aside topic";
    if (verb == "settle") return "the subject goes on; the one that lost stays in the aside topic";
    if (verb == "take-back") return "subscriptions receive it at its new position";
    if (verb == "adopt") return "a sluice.gap stands for what lies before the beginning";
    if (verb == "unflood") return "the subject goes on with what it has";
    return "the copy is sequenced like any event; the original stays in the aside topic";
}

}  // namespace sluice::daemon
