#include "runtime/dispatching/subscription_worker.hpp"
#include "runtime/domain/command_desk.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/record_codec.hpp"
#include "runtime/domain/topics.hpp"

#include <fmt/format.h>

#include <chrono>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

// What operators choose about a subscription, carried out by its worker between calls of its sink:
// what they change, how far they were read and what became of them are parts of one step.

namespace sluice::runtime {

namespace {

constexpr std::chrono::milliseconds kLookEvery{50};
constexpr std::size_t kCommandsAtOnce = 500;
constexpr std::size_t kTriedAtOnce = 64;

}  // namespace

Status SubscriptionWorker::obey(bool& moved) {
    const auto now = std::chrono::steady_clock::now();
    const bool looks = !moved || now - commands_looked_at_ >= kLookEvery;
    if (looks) commands_looked_at_ = now;
    for (const auto& home : homes_) {
        pause_for_good(*home);
        if (looks && home->commands.empty()) {
            if (Status read = read_commands(*home); !read) return read;
        }
        while (!home->commands.empty() && home->dispatcher.takes_commands()) {
            Status done = carry_out(*home, home->commands.front());
            if (!done) return done;
            home->commands_read = home->commands.front().offset.next();
            home->commands_moved = true;
            home->commands.pop_front();
            dirty_ = true;
            moved = true;
        }
    }
    return ok();
}

Status SubscriptionWorker::read_commands(Home& home) {
    const log::PartitionRef from{commands_topic(context_.domain), PartitionId{home.id.value}};
    log::ReadLimits limits;
    limits.records_max = kCommandsAtOnce;
    auto read = context_.log.read(from, home.commands_read, limits);
    if (!read) return read.error();
    if (read.value().empty()) home.commands_read = read.value().next();  // over what is no record
    for (log::StoredRecord& stored : read.value()) home.commands.push_back(std::move(stored));
    return ok();
}

Status SubscriptionWorker::carry_out(Home& home, const log::StoredRecord& stored) {
    const auto place = [&] {
        return fmt::format(
            "{}/{} at {}", commands_topic(context_.domain), home.id.value, stored.offset.value
        );
    };
    const auto command = dispatch::command_of(stored.record);
    if (!command) return command.error().at(place());
    if (command.value().subscription != entry_.subscription.name) return ok();
    std::optional<Record> original;
    if (const auto* edit = std::get_if<dispatch::EditHead>(&command.value().act)) {
        auto found = copies_from(home, command.value().subject, edit->head, 1);
        if (!found) return found.error();
        if (!found.value().empty()) original = std::move(found.value().begin()->second);
    }
    dispatch::Answer answer = home.dispatcher.command(command.value(), context_.clock.now());
    if (answer.done && std::holds_alternative<dispatch::TryOut>(command.value().act)) {
        auto tried = try_out(home, command.value());
        if (!tried) return tried.error();
        answer = std::move(tried.value());
    }
    Record outcome = stored.record;
    outcome.headers.push_back(
        {kOutcomeHeader, fmt::format("{}: {}", answer.done ? "done" : "refused", answer.text)}
    );
    home.audit.push_back(std::move(outcome));
    if (answer.done && original) {
        original->headers.push_back({kOriginalHeader, command.value().id});
        home.audit.push_back(std::move(*original));
    }
    return ok();
}

/// The head of a backlog and what lies behind it, ascending: what is stored, and what is on its way
/// there. Nothing if that is not its head.
Result<std::map<Position, Record>> SubscriptionWorker::copies_from(
    const Home& home, const std::string& subject, Position head, std::size_t limit
) const {
    const std::string& name = entry_.subscription.name;
    const std::string prefix = line_key(name, subject);
    const std::string from = backlog_key(name, subject, head);
    std::map<Position, Record> copies;
    const auto add = [&](std::string_view key, Record record) {
        copies.insert_or_assign(position_of(key), std::move(record));
    };
    const auto stored = context_.log.peek(context_.group, home.id, table::kBacklog, from, limit);
    if (!stored) return stored.error();
    for (const auto& [key, value] : stored.value()) {
        if (!key.starts_with(prefix)) break;
        auto record = decode_record(value);
        if (!record) return record.error().at(subject);
        add(key, std::move(record.value()));
    }
    auto unwritten = unwritten_copies_.lower_bound(from);
    for (std::size_t i = 0; i < limit && unwritten != unwritten_copies_.end(); ++i, ++unwritten) {
        if (!unwritten->first.starts_with(prefix)) break;
        add(unwritten->first, unwritten->second);
    }
    while (copies.size() > limit) copies.erase(std::prev(copies.end()));
    if (!copies.empty() && copies.begin()->first != head) copies.clear();
    return copies;
}

Result<dispatch::Answer> SubscriptionWorker::try_out(
    const Home& home, const dispatch::Command& command
) {
    const Position head = std::get<dispatch::TryOut>(command.act).head;
    const auto copies = copies_from(home, command.subject, head, kTriedAtOnce);
    if (!copies) return copies.error();
    if (copies.value().empty()) {
        return dispatch::Answer{false, "its backlog is not written yet; ask again"};
    }
    deliver::RunWork run{command.subject, {}, 1};
    for (const auto& [position, record] : copies.value()) {
        run.events.push_back({position, Offset{}, &record});
    }
    const auto outcome = entry_.subscription.sink->try_out(run);
    if (!outcome) return dispatch::Answer{false, outcome.error().message};
    std::string text =
        fmt::format("{} of {} events would be handled", outcome.value().handled, run.events.size());
    if (outcome.value().failure) {
        text += fmt::format(
            "; position {} would fail: {}",
            run.events[outcome.value().handled].position.value,
            outcome.value().failure->reason
        );
    }
    return dispatch::Answer{true, std::move(text) + "; nothing of it was kept"};
}

void SubscriptionWorker::hand_over_commands(Home& home, ChangePart& part) {
    if (!std::exchange(home.commands_moved, false)) return;
    part.changes.push_back(
        {home.id,
         table::kCommands,
         subscription_key(entry_.subscription.name),
         encode_commands_read(home.commands_read)}
    );
    part.commands.emplace_back(home.id, home.commands_read);
    for (Record& record : std::exchange(home.audit, {})) {
        part.audit.emplace_back(home.id, std::move(record));
    }
}

}  // namespace sluice::runtime
