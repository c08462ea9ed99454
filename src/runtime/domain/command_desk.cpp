#include "runtime/domain/command_desk.hpp"

#include "base/hash.hpp"
#include "event/command_frame.hpp"
#include "event/number.hpp"
#include "runtime/domain/aside.hpp"
#include "runtime/domain/topics.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <set>

namespace sluice::runtime {

namespace {

constexpr std::size_t kPublishedAtOnce = 500;
constexpr std::chrono::milliseconds kLookForFate{50};

using State = CommandFate::State;

/// What a record of the outcome topic says; nothing if it is no command.
std::optional<CommandFate> fate_in(const Record& record) {
    if (!record.header(event::kCommandHeader)) return std::nullopt;
    const auto outcome = record.header(kOutcomeHeader);
    const Note note = note_of(outcome.value_or(record.header(kAsideHeader).value_or("")));
    const std::string detail{note.detail};
    if (note.word == "done" || note.word == to_string(AsideCause::kChosen)) {
        return CommandFate{State::kDone, detail};
    }
    if (note.word == to_string(AsideCause::kRefused)) return CommandFate{State::kRefused, detail};
    return std::nullopt;
}

/// Records of one partition from `from` to its end, about `most` of them; answers where it stopped.
Result<Offset> visit_records(
    const log::Log& log,
    const log::PartitionRef& at,
    Offset from,
    std::int64_t most,
    const std::function<void(const Record&)>& visit
) {
    for (std::int64_t left = most; left > 0;) {
        const auto read = log.read(at, from, log::ReadLimits{});
        if (!read) return read.error();
        if (read.value().next() == from) return from;
        left -= read.value().next().value - from.value;
        from = read.value().next();
        for (const log::StoredRecord& stored : read.value()) visit(stored.record);
    }
    return from;
}

/// Commands of one partition from `from` to its end; answers the end.
Result<Offset> visit_fates(
    const log::Log& log,
    const log::PartitionRef& at,
    Offset from,
    const std::function<void(const Record&, const CommandFate&)>& visit
) {
    constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();
    return visit_records(log, at, from, kAll, [&](const Record& record) {
        if (const auto fate = fate_in(record)) visit(record, *fate);
    });
}

std::string id_of(const Record& record) {
    return std::string{record.header("ce_id").value_or("")};
}

/// Tells two commands of one id and subject apart, where it lies unread and where it lies decided:
/// the subject, and a hash of what is chosen.
using Identity = std::pair<std::string, std::uint64_t>;

Identity identity_of(const Record& record) {
    return {record.key.value_or(""), hash64(record.value.value_or(""))};
}

}  // namespace

CommandTopics sequencer_commands(std::string_view domain) {
    return {repartition_topic(domain), sequencer_group(domain), aside_topic(domain)};
}

CommandTopics subscription_commands(std::string_view domain) {
    return {commands_topic(domain), runner_group(domain), audit_topic(domain)};
}

void CommandDesk::Ticket::add(Key key, CommandFate fate) {
    subjects_.push_back(key.second.second);
    sent_.emplace(key.first, key.second.second);
    if (fate.state == State::kPending) open_.emplace(std::move(key), fates_.size());
    fates_.push_back(std::move(fate));
}

void CommandDesk::Ticket::found(const Record& command) {
    if (const auto count = event::parse_number(command.header(event::kCommandsHeader).value_or("")))
        meant_ = std::max<std::size_t>(meant_, *count);
    if (const auto at = parse_rfc3339(command.header("ce_time").value_or("")))
        given_at_ = std::min(given_at_, at.value());
}

Result<CommandDesk::Ticket> CommandDesk::send(std::vector<OutgoingCommand> commands) {
    Ticket ticket;
    ticket.meant_ = commands.size();
    const Status sent = send_more(ticket, std::move(commands));
    if (!sent) return sent.error();
    return ticket;
}

Status CommandDesk::send_more(Ticket& ticket, std::vector<OutgoingCommand> commands) {
    for (OutgoingCommand& one : commands) {
        if (ticket.meant_ > 1) event::mark_as_one_of(one.record, ticket.meant_);
        ticket.add({one.home, {one.id, one.subject}}, {});
        if (ticket.looked_up_to_.contains(one.home)) continue;
        const auto ends = log_.ends({topics_.out, PartitionId{one.home.value}});
        if (!ends) return ends.error();
        ticket.looked_up_to_.emplace(one.home, ends.value().committed);
    }
    for (std::size_t first = 0; first < commands.size(); first += kPublishedAtOnce) {
        std::map<HomeId, std::vector<Record>> by_home;
        const std::size_t end = std::min(first + kPublishedAtOnce, commands.size());
        for (std::size_t i = first; i < end; ++i) {
            by_home[commands[i].home].push_back(std::move(commands[i].record));
        }
        std::vector<log::Append> appends;
        for (auto& [home, records] : by_home) {
            appends.push_back({{topics_.in, PartitionId{home.value}}, std::move(records)});
        }
        if (const auto sent = log_.publish(std::move(appends)); !sent) return sent.error();
    }
    return ok();
}

Status CommandDesk::await(Ticket& ticket, std::chrono::milliseconds patience) const {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (true) {
        const std::uint64_t seen = log_.version();
        if (Status looked = look(ticket); !looked) return looked;
        const auto left = deadline - std::chrono::steady_clock::now();
        if (ticket.all_known() || left <= left.zero()) return ok();
        const auto most = std::chrono::ceil<std::chrono::milliseconds>(left);
        log_.wait_for_change(seen, std::min(most, kLookForFate));
    }
}

Status CommandDesk::look(Ticket& ticket) const {
    for (auto& [home, next] : ticket.looked_up_to_) {
        const HomeId here = home;
        const auto visit = [&](const Record& record, const CommandFate& fate) {
            const Ticket::Key key{here, {id_of(record), record.key.value_or("")}};
            const auto found = ticket.open_.find(key);
            if (found == ticket.open_.end()) return;
            ticket.fates_[found->second] = fate;
            ticket.open_.erase(found);
        };
        auto end = visit_fates(log_, {topics_.out, PartitionId{here.value}}, next, visit);
        if (!end) return end.error();
        next = end.value();
    }
    return ok();
}

Result<CommandDesk::Ticket> CommandDesk::earlier(std::string_view id) const {
    Ticket ticket;
    for (HomeId home{0}; home.value < homes_; home = home.next()) {
        if (const Status looked = look_for(id, home, ticket); !looked) return looked.error();
    }
    return ticket;
}

/// Those of a home that nobody has read yet. What is read is forgotten soon, also while it is
/// looked at: then from where reading goes on now.
Status CommandDesk::visit_unread(HomeId home, const std::function<void(const Record&)>& visit)
    const {
    constexpr int kTries = 5;
    const log::PartitionRef in{topics_.in, PartitionId{home.value}};
    for (int tries = 1;; ++tries) {
        const auto unread = log_.ends(in);
        if (!unread) return unread.error();
        const auto next = log_.consumed_by(topics_.group, in);
        if (!next) return next.error();
        const Offset begin = std::max(next.value().value_or(Offset{0}), unread.value().first);
        const auto seen = visit_records(log_, in, begin, kLookBack, visit);
        if (seen) return ok();
        if (seen.error().code != ErrorCode::kNotFound || tries == kTries) return seen.error();
    }
}

/// First what is unread, then what is done: a command that is carried out in between is in both.
Status CommandDesk::look_for(std::string_view id, HomeId home, Ticket& ticket) const {
    std::set<Identity> pending;
    const auto lies_there = [&](const Record& record) {
        if (!record.header(event::kCommandHeader) || id_of(record) != id) return;
        pending.insert(identity_of(record));
        ticket.found(record);
    };
    if (const Status seen = visit_unread(home, lies_there); !seen) return seen.error();

    const log::PartitionRef out{topics_.out, PartitionId{home.value}};
    const auto ends = log_.ends(out);
    if (!ends) return ends.error();
    const Offset back{ends.value().committed.value - kLookBack};
    const Offset from = std::max(ends.value().first, back);
    const auto carried_out = [&](const Record& record, const CommandFate& fate) {
        if (id_of(record) != id) return;
        pending.erase(identity_of(record));
        ticket.found(record);
        ticket.add({home, {std::string{id}, record.key.value_or("")}}, fate);
    };
    const auto end = visit_fates(log_, out, from, carried_out);
    if (!end) return end.error();
    for (const auto& [subject, choice] : pending) {
        ticket.add({home, {std::string{id}, subject}}, {});
    }
    if (!pending.empty()) ticket.looked_up_to_.emplace(home, end.value());
    return ok();
}

}  // namespace sluice::runtime
