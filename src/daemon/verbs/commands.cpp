#include "daemon/verbs/commands.hpp"

#include "base/hash.hpp"
#include "runtime/domain/command_desk.hpp"

#include <fmt/format.h>

#include <array>
#include <mutex>
#include <random>
#include <utility>
#include <vector>

namespace sluice::daemon {

namespace {

using runtime::CommandFate;
using runtime::OutgoingCommand;
using State = CommandFate::State;

constexpr std::size_t kShown = 100;

/// Names what was looked at: another answer when anything of it has changed.
std::string view_of(const CommandRequest& request, const std::vector<Prepared>& commands) {
    CommandRequest bare;
    bare.subscription = request.subscription;
    std::uint64_t hash = hash64(request.verb);
    for (const Prepared& one : commands) {
        const Record record = record_of(bare, one, Instant{});
        hash = hash64({fmt::to_string(hash), one.subject, *record.value});
    }
    return fmt::format("{:016x}", hash);
}

runtime::CommandTopics topics_of(const CommandRequest& request, const std::string& domain) {
    return request.subscription.empty() ? runtime::sequencer_commands(domain)
                                        : runtime::subscription_commands(domain);
}

std::string new_id() {
    std::random_device random;
    const auto half = [&random] { return (std::uint64_t{random()} << 32U) | random(); };
    return fmt::format("{:016x}{:016x}", half(), half());
}

std::string_view to_string(State state) {
    switch (state) {
        case State::kPending: return "pending";
        case State::kDone: return "done";
        case State::kRefused: return "refused";
    }
    return "pending";
}

std::string place_of(const CommandRequest& request) {
    return fmt::format("command {}", request.id);
}

std::vector<OutgoingCommand> outgoing_of(
    const CommandRequest& request, const std::vector<Prepared>& commands, Instant now
) {
    std::vector<OutgoingCommand> outgoing;
    outgoing.reserve(commands.size());
    for (const Prepared& one : commands) {
        outgoing.push_back({one.home, request.id, one.subject, record_of(request, one, now)});
    }
    return outgoing;
}

/// What has become of the commands of one request.
class Summary {
public:
    void add(const std::string& subject, const CommandFate& fate) {
        ++counts_.at(static_cast<std::size_t>(fate.state));
        if (fate.state == State::kRefused && refusal_.empty()) {
            refusal_ = subject.empty() ? fate.detail : subject + ": " + fate.detail;
        }
        if (shown_.size() == kShown) return;
        shown_.push_back(
            {{"subject", subject}, {"state", to_string(fate.state)}, {"detail", fate.detail}}
        );
    }

    [[nodiscard]] Result<Json> answer(
        const CommandRequest& request, const std::string& domain, bool repeated
    ) {
        const auto count = [this](State state) {
            return counts_.at(static_cast<std::size_t>(state));
        };
        if (count(State::kRefused) > 0 && count(State::kDone) + count(State::kPending) == 0) {
            return Error{
                ErrorCode::kConflict,
                fmt::format("{} (command {}); nothing was changed", refusal_, request.id)};
        }
        Json json{
            {"id", request.id},
            {"verb", request.verb},
            {"domain", domain},
            {"count", count(State::kDone) + count(State::kRefused) + count(State::kPending)},
            {"done", count(State::kDone)},
            {"refused", count(State::kRefused)},
            {"pending", count(State::kPending)}};
        if (repeated) json["repeated"] = true;
        json["outcomes"] = std::move(shown_);
        return json;
    }

private:
    std::array<std::uint64_t, 3> counts_{};
    std::string refusal_;
    Json shown_ = Json::array();
};

}  // namespace

Result<Json> Commands::preview(const CommandRequest& request) const {
    const auto facts = planner_.domain_of(request);
    if (!facts) return facts.error();
    const auto commands = planner_.plan(request, facts.value(), Instant{});
    if (!commands) return commands.error();
    Json about = Json::array();
    std::uint64_t behind = 0;
    for (const Prepared& one : commands.value()) {
        behind += one.behind;
        if (about.size() == kShown) continue;
        Json line{{"subject", one.subject}, {"cause", one.cause}};
        if (one.since != Instant{}) line["since"] = to_rfc3339(one.since);
        line["behind"] = one.behind;
        line["about"] = one.about;
        about.push_back(std::move(line));
    }
    const bool acts = !request.subscription.empty();
    return Json{
        {"verb", request.verb},
        {"domain", facts.value().name},
        {"count", commands.value().size()},
        {"events", behind},
        {"view", view_of(request, commands.value())},
        {"next", acts ? what_follows_act(request.verb) : what_follows(request.verb)},
        {"about", std::move(about)}};
}

/// The commands are those that were looked at; kConflict when they are others by now.
Result<std::vector<Prepared>> Commands::agreed(
    const CommandRequest& request, const runtime::DomainFacts& facts
) const {
    auto commands = planner_.plan(request, facts, Instant{});  // a preview knows no time
    if (!commands) return commands;
    if (!request.view.empty() && request.view != view_of(request, commands.value())) {
        return Error{
            ErrorCode::kConflict,
            fmt::format(
                "what was looked at has changed: {} now; look again", commands.value().size()
            )};
    }
    if (request.rate) commands = planner_.plan(request, facts, clock_.now());
    if (!commands || !commands.value().empty()) return commands;
    return Error{
        ErrorCode::kConflict,
        fmt::format("nothing in domain {} stands for {} (any more)", facts.name, request.cause)};
}

Result<Json> Commands::carry_out(CommandRequest request) {
    const auto facts = planner_.domain_of(request);
    if (!facts) return facts.error();
    const std::string& domain = facts.value().name;
    runtime::CommandDesk desk{log_, topics_of(request, domain), facts.value().homes};
    Ticket ticket;
    std::unique_lock one_at_a_time{sending_, std::defer_lock};
    if (request.id.empty()) {
        request.id = new_id();
    } else {
        one_at_a_time.lock();  // a caller's second try may overtake the first
        auto earlier = desk.earlier(request.id);
        if (!earlier) return earlier.error();
        ticket = std::move(earlier.value());
    }
    const bool repeated = !ticket.fates().empty();
    if (!repeated) {
        auto sent = send(desk, request, facts.value());
        if (!sent) return sent.error();
        ticket = std::move(sent.value());
    } else if (ticket.cut_short()) {
        const Status sent = send_rest(desk, ticket, request, facts.value());
        if (!sent) return sent.error().at(place_of(request));
    }
    if (one_at_a_time) one_at_a_time.unlock();
    if (const Status known = desk.await(ticket, patience_); !known) {
        return known.error().at(place_of(request));
    }
    Summary summary;
    for (std::size_t i = 0; i < ticket.fates().size(); ++i) {
        summary.add(ticket.subjects()[i], ticket.fates()[i]);
    }
    return summary.answer(request, domain, repeated);
}

Result<Commands::Ticket> Commands::send(
    runtime::CommandDesk& desk, const CommandRequest& request, const runtime::DomainFacts& facts
) const {
    const auto commands = agreed(request, facts);
    if (!commands) return commands.error();
    auto ticket = desk.send(outgoing_of(request, commands.value(), clock_.now()));
    if (!ticket) return ticket.error().at(place_of(request));
    return ticket;
}

/// Whoever sent them was cut short, and some were never sent. Of these, what stood when they were
/// given was agreed to, and is sent if it stands still.
Status Commands::send_rest(
    runtime::CommandDesk& desk,
    Ticket& ticket,
    const CommandRequest& request,
    const runtime::DomainFacts& facts
) const {
    const Instant now = clock_.now();
    auto commands = planner_.plan(request, facts, request.rate ? now : Instant{});
    if (!commands && commands.error().code == ErrorCode::kConflict) return ok();  // none stands
    if (!commands) return commands.error();
    std::erase_if(commands.value(), [&](const Prepared& one) {
        return one.since > ticket.given_at() || ticket.has(one.home, one.subject);
    });
    return desk.send_more(ticket, outgoing_of(request, commands.value(), now));
}

}  // namespace sluice::daemon
