#include "commerce/cases/resequencer.hpp"

#include "base/assert.hpp"
#include "commerce/contract/contract.hpp"
#include "contract/load.hpp"
#include "event/kafka.hpp"
#include "runtime/domain/plan_of.hpp"
#include "runtime/sequencing/classify.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

namespace sluice::commerce::test {

namespace {

runtime::DomainPlan load(std::string_view contract) {
    auto loaded = contract::load_contract_text("contract", contract);
    EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
    return runtime::plan_of(std::make_shared<const contract::Contract>(std::move(loaded).value()));
}

const runtime::DomainPlan& order_plan() {
    static const runtime::DomainPlan plan = load(order_contract());
    return plan;
}

const runtime::DomainPlan& calendar_plan() {
    static const runtime::DomainPlan plan = load(calendar_contract());
    return plan;
}

const runtime::ChannelPlan& channel_of(const runtime::DomainPlan& plan, std::string_view type) {
    const auto found =
        std::find_if(plan.channels.begin(), plan.channels.end(), [&](const auto& channel) {
            return std::find(channel.types.begin(), channel.types.end(), type) !=
                   channel.types.end();
        });
    SLUICE_ASSERT(found != plan.channels.end());
    return *found;
}

}  // namespace

Prepared prepare(const Event& event) {
    const bool of_calendar = event.source == "/calendar";
    const runtime::DomainPlan& plan = of_calendar ? calendar_plan() : order_plan();
    const runtime::ChannelPlan& channel = channel_of(plan, event.type);
    auto read = runtime::classify(
        plan,
        channel,
        event::to_record(event, event.subject),
        {channel.topic, PartitionId{0}, Offset{0}},
        runtime::Depth::kWhole
    );
    auto* arrival = std::get_if<sequence::Arrival>(&read.what);
    EXPECT_NE(arrival, nullptr) << event.id;
    if (arrival == nullptr) return {};
    EXPECT_EQ(arrival->invalid, "") << event.id;
    return {of_calendar, std::move(*arrival)};
}

Resequencer::Resequencer()
    : domains_{
          Domain{sequence::Sequencer{order_plan().sequencer}, {}},
          Domain{sequence::Sequencer{calendar_plan().sequencer}, {}}} {}

std::vector<std::string> Resequencer::arrive(const Prepared& event) {
    Domain& domain = domains_.at(event.of_calendar ? 1 : 0);
    sequence::Arrival arrival = event.arrival;
    arrival.origin.offset = Offset{++arrived_};
    std::vector<std::string> released;
    for (const sequence::Decision& decision : domain.sequencer.offer(
             domain.subjects[event.arrival.subject],
             std::move(arrival),
             Instant{arrived_},
             sequence::SweepId{1}
         )) {
        if (std::holds_alternative<sequence::Duplicate>(decision)) {
            ++duplicates_;
        } else if (const auto* release = std::get_if<sequence::Release>(&decision)) {
            released.emplace_back(release->record.header("ce_id").value_or("no id"));
        } else {
            EXPECT_TRUE(std::holds_alternative<sequence::Waits>(decision)) << event.arrival.id;
        }
    }
    return released;
}

std::size_t Resequencer::waiting() const {
    std::size_t count = 0;
    for (const Domain& domain : domains_) {
        for (const auto& [name, subject] : domain.subjects)
            count += domain.sequencer.missing(subject).empty() ? 0 : 1;
    }
    return count;
}

}  // namespace sluice::commerce::test
