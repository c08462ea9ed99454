#pragma once

#include "runtime/dispatching/dispatch_fixture.hpp"
#include "runtime/domain/command_desk.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace sluice::runtime::test {

/// Where an operator sits who chooses about the subscriptions of a rig.
class OperatorSeat {
public:
    OperatorSeat(RunnerRig& rig, std::uint32_t homes)
        : rig_{rig},
          homes_{homes},
          desk_{rig.log(), subscription_commands("shop"), homes} {}

    [[nodiscard]] OutgoingCommand outgoing(
        const std::string& subject,
        dispatch::Act act,
        const std::string& id,
        const std::string& subscription = "model"
    ) const {
        const dispatch::Command command{
            subscription, subject, id, "alice", "the deploy was bad", Instant{5}, std::move(act)};
        return {home_of(subject, homes_), id, subject, dispatch::to_record(command)};
    }

    CommandDesk::Ticket send(std::vector<OutgoingCommand> commands) {
        auto sent = desk_.send(std::move(commands));
        EXPECT_TRUE(sent) << sent.error().message;
        return sent ? std::move(sent.value()) : CommandDesk::Ticket{};
    }

    void await(
        CommandDesk::Ticket& ticket,
        std::chrono::milliseconds patience = std::chrono::milliseconds{20'000}
    ) {
        const Status looked = desk_.await(ticket, patience);
        ASSERT_TRUE(looked) << looked.error().message;
    }

    /// One command, and what has become of it.
    CommandFate give(OutgoingCommand command) {
        std::vector<OutgoingCommand> one;
        one.push_back(std::move(command));
        CommandDesk::Ticket ticket = send(std::move(one));
        await(ticket);
        return ticket.fates().empty() ? CommandFate{} : ticket.fates().front();
    }

    CommandFate give(const std::string& subject, dispatch::Act act, const std::string& id) {
        return give(outgoing(subject, std::move(act), id));
    }

    /// What the audit topic of a home holds.
    [[nodiscard]] std::vector<Record> audit(HomeId home) {
        const log::PartitionRef from{audit_topic("shop"), PartitionId{home.value}};
        const log::ReadLimits all{1'000'000, std::size_t{1} << 30};
        const auto read = rig_.log().read(from, Offset{0}, all);
        EXPECT_TRUE(read) << read.error().message;
        std::vector<Record> records;
        for (const log::StoredRecord& stored : read.value()) records.push_back(stored.record);
        return records;
    }

    [[nodiscard]] std::vector<Record> audit_of(const std::string& subject) {
        return audit(home_of(subject, homes_));
    }

    [[nodiscard]] CommandDesk& desk() { return desk_; }

private:
    RunnerRig& rig_;
    std::uint32_t homes_;
    CommandDesk desk_;
};

}  // namespace sluice::runtime::test
