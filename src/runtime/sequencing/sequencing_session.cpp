#include "runtime/sequencing/sequencing_session.hpp"

#include "base/hash.hpp"
#include "base/point.hpp"
#include "event/command_frame.hpp"
#include "runtime/domain/aside.hpp"
#include "runtime/domain/origin.hpp"
#include "runtime/domain/retry_open.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/inspect/inspect_subject.hpp"
#include "sequence/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace sluice::runtime {

namespace {

/// For events forwarded by a contract that still had their channel.
const ChannelPlan& gone_channel() {
    static const ChannelPlan kGone;
    return kGone;
}

}  // namespace

Result<bool> SequencingSession::step() {
    version_ = context_.log.version();
    const Instant now = context_.clock.now();
    context_.probe.alive_ms = static_cast<std::uint64_t>(now.ms);
    store_->begin_step(now);
    const auto carry_out = [&](SubjectEntry& entry, sequence::Decisions decisions) {
        trace_.decided(nullptr, decisions, entry.subject, now);
        if (decisions_.write(entry.home, std::move(decisions), now)) store_->changed(entry);
        return ok();
    };
    if (const Status done = gaps_->advance(now, carry_out); !done) return done.error();
    if (gaps_->take_adopted()) note_adoption(kAdoptionDone);
    if (closed_ != nullptr) {
        if (const Status done = closed_->advance(now, more_changes_); !done) return done.error();
    }
    if (const Status done = follow_growth(now); !done) return done.error();
    if (const Status done = read_portion(now); !done) return done.error();
    auto committed = commit(now);
    if (!committed) return committed;
    if (now >= trimmed_at_ && now - trimmed_at_ < options_.trim_interval) return committed;
    trimmed_at_ = now;
    log::Step nothing;  // an idle domain has no other, with which what is held back could go
    nothing.homes = options_.homes;
    if (const auto held = lease_->commit(std::move(nothing)); !held) return held.error();
    // Brokers that cannot be asked now keep their records for longer, and stop nobody.
    const Status done = trim(now);
    if (!done && done.error().code != ErrorCode::kUnavailable) return done.error();
    return committed;
}

Status SequencingSession::fill(std::size_t index, Instant now) {
    Source& source = sources_[index];
    PartitionFeed& feed = source.feed;
    if (const Status done = feed.fill(version_); !done) {
        const std::string group = sequencer_group(context_.plan.name);
        return after_failed_read(context_.log, group, feed.from(), feed.next(), done.error());
    }
    if (source.gate != nullptr && !feed.empty()) {
        const Status done = source.gate->advance(feed.front(), feed.behind(), now);
        if (!done) return done;
    }
    chooser_.head(
        index, source.is_ready() ? std::optional{feed.front().record.time} : std::nullopt
    );
    return ok();
}

Status SequencingSession::read_portion(Instant now) {
    read_records_ = 0;
    read_bytes_ = 0;
    const auto has_room = [this] {
        const std::size_t bytes = read_bytes_ + outputs_.bytes() + store_->dirty_bytes();
        return read_records_ < options_.step_records_max && bytes < options_.step_bytes_max;
    };
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        if (const Status done = fill(i, now); !done) return done;
    }
    while (has_room()) {
        const auto turn = chooser_.next(now);
        if (!turn) break;
        Source& source = sources_[*turn];
        for (std::size_t n = 0; n < options_.turn_records_max && has_room(); ++n) {
            if (!source.is_ready()) break;
            if (const Status done = process(source, source.feed.take(), now); !done) return done;
        }
        if (const Status done = fill(*turn, now); !done) return done;
    }
    add(context_.probe.read, read_records_);
    return ok();
}

Status SequencingSession::process(Source& source, log::StoredRecord stored, Instant now) {
    Record& record = stored.record;
    ++read_records_;
    read_bytes_ += record.size_bytes();
    sequence::Origin origin{source.feed.from().topic, source.feed.from().partition, stored.offset};
    const ChannelPlan* channel = source.channel;
    if (channel == nullptr && event::is_command(record)) {
        return choose(std::move(record), origin, source.home, now);
    }
    if (channel == nullptr) {
        auto taken = take_origin(record);
        if (!taken) return taken.error().at(to_text(origin));
        origin = std::move(taken.value());
        channel = context_.plan.channel(origin.channel);
        if (channel == nullptr) channel = &gone_channel();
    }
    const auto subject = record.header("ce_subject");
    const bool elsewhere = subject && home_of(*subject, context_.plan.homes) != source.home;
    Classified classified = classify(
        context_.plan,
        *channel,
        std::move(record),
        origin,
        elsewhere ? Depth::kPlaceOnly : Depth::kWhole
    );
    if (!classified.warning.empty()) add(context_.probe.invalid_warned);
    if (auto* arrival = std::get_if<sequence::Arrival>(&classified.what)) {
        return offer(std::move(*arrival), source.home, now);
    }
    if (auto* unreadable = std::get_if<Unreadable>(&classified.what)) {
        add(context_.probe.unreadable);
        if (const Notify& notify = context_.probe.notify) {
            const auto name = unreadable->record.header("ce_subject").value_or("");
            notify(
                {NoticeKind::kUnreadable,
                 {},
                 {},
                 origin.channel,
                 origin.partition,
                 origin.offset,
                 std::string{name},
                 unreadable->reason}
            );
        }
        outputs_.aside(
            source.home,
            to_aside(
                std::move(unreadable->record), origin, AsideCause::kUnreadable, unreadable->reason
            )
        );
        return ok();
    }
    const bool foreign = std::holds_alternative<Foreign>(classified.what);
    add(foreign ? context_.probe.foreign : context_.probe.tombstones);
    return ok();
}

Status SequencingSession::offer(sequence::Arrival arrival, HomeId read_at, Instant now) {
    const HomeId home = home_of(arrival.subject, context_.plan.homes);
    if (home != read_at) {
        add(context_.probe.repartitioned);
        outputs_.repartition(home, with_origin(std::move(arrival.record), arrival.origin));
        return ok();
    }
    auto found = store_->find_head(home, arrival.subject);
    if (!found) return found.error();
    SubjectEntry& entry = *found.value();
    if (entry.tombstone && !std::exchange(entry.reopened, true)) {
        entry.subject = sequence::Sequencer::reopen(*entry.tombstone, arrival.source);
    }
    auto span = trace_.arrived(arrival, now);
    auto decided = decide(entry, std::move(arrival), now);
    if (!decided) return decided.error();
    sequence::Decisions& decisions = decided.value();
    trace_.decided(std::move(span), decisions, entry.subject, now);
    if (decisions_.write(home, std::move(decisions), now)) store_->changed(entry);
    return ok();
}

/// An event that only joins the line of its subject does so without the line being read.
Result<sequence::Decisions> SequencingSession::decide(
    SubjectEntry& entry, sequence::Arrival arrival, Instant now
) {
    const sequence::Sequencer& sequencer = context_.sequencer;
    const bool full =
        store_->waiting().census().is_full(arrival.source, arrival.size_bytes(), source_limits_);
    const auto room = full ? sequence::SourceRoom::kNone : sequence::SourceRoom::kLeft;
    if (!entry.subject.waiting.is_read()) {
        const auto in_line = store_->look_up(entry, arrival);
        if (!in_line) return in_line.error();
        auto joined = sequencer.join(entry.subject, arrival, in_line.value(), now, room);
        if (joined) return *std::move(joined);
        if (const Status read = store_->read_line(entry); !read) return read.error();
    }
    return sequencer.offer(entry.subject, std::move(arrival), now, gaps_->next_sweep(), room);
}

/// An operator's choice, in its place among the subject's events. The command lies aside
/// afterwards, done or refused: repartition forgets what was read.
Status SequencingSession::choose(
    Record record, const sequence::Origin& at, HomeId home, Instant now
) {
    auto decoded = sequence::command_of(record);
    if (!decoded) return decoded.error().at(to_text(at));
    sequence::Command& command = decoded.value();
    if (home_of(command.subject, context_.plan.homes) != home) {
        return Error{ErrorCode::kCorrupt, "command record: its subject has another home"}.at(
            to_text(at)
        );
    }
    auto found = store_->find(home, command.subject);
    if (!found) return found.error();
    SubjectEntry& entry = *found.value();
    const auto* back = std::get_if<sequence::TakeBack>(&command.choice);
    if (back != nullptr && entry.tombstone && !std::exchange(entry.reopened, true)) {
        entry.subject = sequence::Sequencer::reopen(*entry.tombstone, back->event.source);
    }
    const std::string before = summary_of(entry.subject);
    auto decisions =
        context_.sequencer.choose(entry.subject, std::move(command), now, gaps_->next_sweep());
    if (const auto* refused = std::get_if<sequence::Refused>(&decisions.front())) {
        outputs_.aside(home, to_aside(std::move(record), at, AsideCause::kRefused, refused->why));
        return ok();
    }
    const std::string changed =
        fmt::format("carried out; before: {}; after: {}", before, summary_of(entry.subject));
    outputs_.aside(home, to_aside(std::move(record), at, AsideCause::kChosen, changed));
    trace_.decided(nullptr, decisions, entry.subject, now);
    if (decisions_.write(home, std::move(decisions), now)) store_->changed(entry);
    return ok();
}

Result<bool> SequencingSession::commit(Instant now) {
    log::Step step;
    outputs_.move_to(step.appends);
    for (log::StateChange& change : std::exchange(more_changes_, {})) {
        step.changes.push_back(std::move(change));
    }
    for (const Source& source : sources_) {
        const Offset next = source.feed.next();
        if (source.known && next == source.committed) continue;
        step.consumed.push_back({source.home, source.feed.from(), next});
    }
    store_->write(step);
    count_state(now);
    if (step.empty()) return false;
    const auto begun = std::chrono::steady_clock::now();
    if (const Status written = write(std::move(step)); !written) return written.error();
    const auto took = std::chrono::steady_clock::now() - begun;
    for (Source& source : sources_) {
        source.committed = source.feed.next();
        source.known = true;
    }
    trace_.committed(context_.clock.now());
    SequencingProbe& probe = context_.probe;
    probe.commits.took(took);
    add(probe.steps);
    return true;
}

/// The step that the store has written its part of.
Status SequencingSession::write(log::Step step) {
    struct Ordered {
        std::size_t last;  // of its records, among all of the step
        HomeId home;
    };

    std::vector<Ordered> ordered;
    std::size_t records = 0;
    for (const log::Append& append : step.appends) {
        records += append.records.size();
        if (append.to.topic != outputs_.ordered_name()) continue;
        ordered.push_back({records - 1, HomeId{append.to.partition.value}});
    }
    // All homes of the lease, written or not: that is what fences each of them.
    step.homes = options_.homes;
    SLUICE_POINT("sequencer.before_commit");
    const auto written = lease_->commit(std::move(step));
    if (!written) return written.error();
    SLUICE_POINT("sequencer.after_commit");
    for (const Ordered& one : ordered) {
        store_->histories().ends_at(one.home, written.value()[one.last].next());
    }
    store_->committed();
    return ok();
}

Status SequencingSession::close() {
    store_->begin_step(context_.clock.now());
    while (true) {
        log::Step step;
        store_->write(step, HistoryQueue::Due::kAll);
        if (step.empty()) return ok();
        if (Status written = write(std::move(step)); !written) return written;
    }
}

/// Before the commit: whoever sees it done sees these as well.
void SequencingSession::count_state(Instant now) {
    SequencingProbe& probe = context_.probe;
    add(probe.sweeps, gaps_->sweeps() - std::exchange(sweeps_counted_, gaps_->sweeps()));
    add(probe.subjects_spilled,
        store_->spilled() - std::exchange(spilled_counted_, store_->spilled()));
    const WaitingIndex& waiting = store_->waiting();
    probe.waiting_now = waiting.waiting_events();
    raise_to(probe.waiting_max, waiting.waiting_events());
    probe.waiting_subjects_now = waiting.subjects();
    probe.gaps_now = waiting.gaps();
    const std::optional<Instant> oldest = waiting.oldest_gap();
    probe.gap_oldest_ms_now = oldest ? static_cast<std::uint64_t>(oldest->ms) : 0;
    probe.subjects_cached_now = store_->cached();
    probe.histories_ahead_now = store_->histories().ahead();
    if (now >= census_at_ && now - census_at_ < options_.tick_interval) return;
    census_at_ = now;
    probe.source_fullest_now = store_->waiting().census().fullest_per_mille(source_limits_);
    probe.shared_gaps.set(store_->waiting().census().shared_gaps(SharedGapsNow::kMax));
}

Status SequencingSession::trim(Instant now) {
    const std::string group = sequencer_group(context_.plan.name);
    for (const Source& source : sources_) {
        if (source.channel != nullptr || source.committed.value == 0) continue;
        // What everybody sees as consumed, not what this session knows: until the offsets of its
        // last steps are seen, another owner would begin before them.
        const auto consumed = context_.log.consumed_by(group, source.feed.from());
        if (!consumed) return consumed.error();
        if (!consumed.value() || consumed.value()->value == 0) continue;
        const Status trimmed = context_.log.trim(source.feed.from(), *consumed.value());
        if (!trimmed) return trimmed;
    }
    return retention_.advance(now);
}

}  // namespace sluice::runtime
