#include "runtime/domain/topics.hpp"
#include "runtime/sequencing/sequencing_session.hpp"
#include "runtime/subjects/domain_facts.hpp"
#include "runtime/subjects/history_fold.hpp"

#include <algorithm>
#include <utility>

namespace sluice::runtime {

Result<std::unique_ptr<SequencingSession>> SequencingSession::open(
    const TaskContext& context, const TaskOptions& options
) {
    std::unique_ptr<SequencingSession> session{new SequencingSession{context, options}};
    if (const Status opened = session->open_all(); !opened) return opened.error();
    return session;
}

SequencingSession::SequencingSession(const TaskContext& context, const TaskOptions& options)
    : context_{context},
      options_{options},
      source_limits_{context.plan.source_waiting.share(options.homes.size(), context.plan.homes)},
      owned_(context.plan.homes),
      growth_{context.log, context.plan, options.growth},
      outputs_{context.plan.name, context.plan.homes},
      decisions_{outputs_, context.probe},
      retention_{context.log, context.plan, options.homes, context.probe},
      trace_{context.tracer, context.plan.name} {
    for (const HomeId home : options_.homes) owned_[home.value] = true;
}

Status SequencingSession::open_all() {
    auto lease = context_.log.take(sequencer_group(context_.plan.name), options_.homes);
    if (!lease) return lease.error();
    lease_ = std::move(lease.value());
    store_ = std::make_unique<SubjectStore>(
        *lease_, SubjectStore::Options{options_.cached, options_.histories, outputs_.ordered_name()}
    );
    context_.probe.subjects_cached_max = options_.cached.subjects_max;
    if (const Status loaded = store_->load(); !loaded) return loaded;
    store_->begin_step(context_.clock.now());
    const FoldContext fold{context_.log, *lease_, context_.plan.name, context_.probe};
    if (const Status folded = fold_histories(fold, *store_); !folded) return folded;
    if (const Status read = read_facts(); !read) return read;
    if (const Status opened = open_sources(); !opened) return opened;
    if (const Status noted = note_facts(); !noted) return noted;
    const auto adopt = must_adopt();
    if (!adopt) return adopt.error();
    const DomainPlan& plan = context_.plan;
    GapKeeper::Options gaps;
    gaps.tick_interval = options_.tick_interval;
    gaps.clock_runs = plan.sequencer.gap_action != sequence::GapAction::kWait;
    gaps.adopt = adopt.value();
    Sweeper sweeper{
        context_.log, {plan.name, plan.channel_topics(), options_.homes}, options_.sweep_interval};
    gaps_ = std::make_unique<GapKeeper>(context_.sequencer, *store_, std::move(sweeper), gaps);
    if (plan.closes_subjects()) {
        ClosedKeeper::Options closed{plan.closed_kept, plan.tombstone_kept, options_.tick_interval};
        closed_ = std::make_unique<ClosedKeeper>(*lease_, *store_, context_.probe, closed);
    }
    return ok();
}

Status SequencingSession::open_sources() {
    const DomainPlan& plan = context_.plan;
    for (const HomeId home : options_.homes) {
        const log::PartitionRef from{repartition_topic(plan.name), PartitionId{home.value}};
        if (const Status opened = open_source(from, home, nullptr); !opened) return opened;
    }
    return open_channels();
}

/// What is not open yet, now and whenever a channel has grown; and the gates of what has settled
/// go.
Status SequencingSession::open_channels() {
    if (!options_.channels) return ok();
    for (const ChannelGrowth::Channel& channel : growth_.channels()) {
        for (PartitionId p{0}; p.value < channel.partitions; p = p.next()) {
            const HomeId home = reader_of(p, context_.plan.homes);
            if (!owns(home)) continue;
            const log::PartitionRef from{channel.plan->topic, p};
            const bool settled = p.value < channel.settled;
            const auto open = std::find_if(sources_.begin(), sources_.end(), [&](const auto& one) {
                return one.feed.from() == from;
            });
            if (open != sources_.end()) {
                if (settled) open->gate.reset();
                continue;
            }
            const Status opened = open_source(from, home, channel.plan);
            if (!opened) return opened;
            if (settled) continue;
            sources_.back().gate = std::make_unique<GrowthGate>(
                context_.log, context_.plan.name, channel.older_than(p), home
            );
        }
    }
    return ok();
}

Status SequencingSession::open_source(
    log::PartitionRef from, HomeId home, const ChannelPlan* channel
) {
    const auto consumed = lease_->consumed(home, from);
    if (!consumed) return consumed.error();
    const auto ends = context_.log.ends(from);
    if (!ends) return ends.error();
    const bool known = consumed.value().has_value();
    const Offset next = consumed.value().value_or(ends.value().first);
    sources_.push_back(
        {{context_.log, std::move(from), next, options_.read}, home, channel, next, known}
    );
    chooser_.add();
    return ok();
}

/// Between two steps. No rebalance: who owns a home reads what is new of it.
Status SequencingSession::follow_growth(Instant now) {
    const auto moved = growth_.advance(now);
    if (!moved) return moved.error();
    if (!moved.value()) return ok();
    if (const Status opened = open_channels(); !opened) return opened;
    return note_facts();
}

/// How many partitions the channels had, as far as whoever had these homes before has settled it.
Status SequencingSession::read_facts() {
    std::vector<DomainFacts> before;
    for (const HomeId home : options_.homes) {
        const auto stored = lease_->get(home, table::kDomain, kFactsKey);
        if (!stored) return stored.error();
        if (!stored.value()) continue;
        auto facts = decode_facts(*stored.value());
        if (!facts) return facts.error();
        before.push_back(std::move(facts.value()));
    }
    return growth_.open(before);
}

Status SequencingSession::note_facts() {
    DomainFacts now = facts_of(context_.plan);
    for (std::size_t i = 0; i < now.channels.size(); ++i) {
        now.channels[i].partitions = growth_.channels()[i].settled;
    }
    const std::string facts = encode_facts(now);
    for (const HomeId home : options_.homes) {
        const auto stored = lease_->get(home, table::kDomain, kFactsKey);
        if (!stored) return stored.error();
        if (stored.value() == facts) continue;
        more_changes_.push_back({home, table::kDomain, std::string{kFactsKey}, facts});
    }
    return ok();
}

/// Whether subjects are to be adopted when the first sweep has ended. Decided at the first start
/// and written down, so that a restart in between does not forget it.
Result<bool> SequencingSession::must_adopt() {
    bool decided = false;
    bool adopt = false;
    for (const HomeId home : options_.homes) {
        const auto state = lease_->get(home, table::kDomain, kAdoptionKey);
        if (!state) return state.error();
        if (!state.value()) continue;
        decided = true;
        if (*state.value() == kAdoptionDue) adopt = true;
    }
    if (decided) return adopt;
    auto cut = channels_are_cut();
    if (!cut) return cut;
    adopt = cut.value() && context_.plan.assume_older;
    note_adoption(adopt ? kAdoptionDue : kAdoptionDone);
    return adopt;
}

Result<bool> SequencingSession::channels_are_cut() const {
    for (const ChannelGrowth::Channel& channel : growth_.channels()) {
        for (PartitionId p{0}; p.value < channel.partitions; p = p.next()) {
            const auto ends = context_.log.ends({channel.plan->topic, p});
            if (!ends) return ends.error();
            if (ends.value().first.value > 0) return true;
        }
    }
    return false;
}

void SequencingSession::note_adoption(std::string_view state) {
    for (const HomeId home : options_.homes) {
        more_changes_.push_back(
            {home, table::kDomain, std::string{kAdoptionKey}, std::string{state}}
        );
    }
}

}  // namespace sluice::runtime
