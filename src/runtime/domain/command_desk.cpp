#include "runtime/domain/command_desk.hpp"

#include "event/command_frame.hpp"
#include "runtime/domain/aside.hpp"
#include "runtime/domain/topics.hpp"

#include <algorithm>
#include <functional>
#include <optional>

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

using Visit = std::function<void(const Record& record, const CommandFate& fate)>;

/// Commands of one partition from `from` to its end; answers the end.
Result<Offset> visit_fates(
    const log::Log& log, const log::PartitionRef& at, Offset from, const Visit& visit
) {
    while (true) {
        const auto read = log.read(at, from, log::ReadLimits{});
        if (!read) return read.error();
        if (read.value().next() == from) return from;
        from = read.value().next();
        for (const log::StoredRecord& stored : read.value()) {
            if (const auto fate = fate_in(stored.record)) visit(stored.record, *fate);
        }
    }
}

std::string id_of(const Record& record) {
    return std::string{record.header("ce_id").value_or("")};
}

}  // namespace

CommandTopics sequencer_commands(std::string_view domain) {
    return {repartition_topic(domain), aside_topic(domain)};
}

CommandTopics subscription_commands(std::string_view domain) {
    return {commands_topic(domain), audit_topic(domain)};
}

Result<CommandDesk::Ticket> CommandDesk::send(std::vector<OutgoingCommand> commands) {
    Ticket ticket;
    ticket.fates_.resize(commands.size());
    for (std::size_t i = 0; i < commands.size(); ++i) {
        const OutgoingCommand& one = commands[i];
        ticket.open_.emplace(Ticket::Key{one.home, {one.id, one.subject}}, i);
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
    return ticket;
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

Result<std::vector<std::pair<std::string, CommandFate>>> CommandDesk::earlier(std::string_view id
) const {
    std::vector<std::pair<std::string, CommandFate>> found;
    for (HomeId home{0}; home.value < homes_; home = home.next()) {
        const log::PartitionRef at{topics_.out, PartitionId{home.value}};
        const auto ends = log_.ends(at);
        if (!ends) return ends.error();
        const Offset back{ends.value().committed.value - kLookBack};
        const Offset from = std::max(ends.value().first, back);
        const auto end = visit_fates(log_, at, from, [&](const Record& record, const auto& fate) {
            if (id_of(record) == id) found.emplace_back(record.key.value_or(""), fate);
        });
        if (!end) return end.error();
    }
    return found;
}

}  // namespace sluice::runtime
