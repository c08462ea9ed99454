#pragma once

#include <sluice/event.hpp>

#include "daemon/operations/backend.hpp"
#include "log/embedded/files.hpp"
#include "log/embedded/test_log.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::daemon::test {

using log::test::ScratchDirectory;

inline constexpr std::string_view kShopContract = R"(asyncapi: 3.0.0
info: {title: Shop orders, version: 1.0.0}
x-sluice: {domain: shop, homes: 3, sources: [/orders]}
channels:
  placed:
    address: order.placed
    messages: {placed: {$ref: '#/components/messages/placed'}}
    bindings: {kafka: {partitions: 2}}
  cancelled:
    address: order.cancelled
    messages: {cancelled: {$ref: '#/components/messages/cancelled'}}
    bindings: {kafka: {partitions: 1}}
components:
  messages:
    placed: {name: order.placed, payload: {type: object}}
    cancelled: {name: order.cancelled, payload: {type: object}}
)";

inline constexpr std::string_view kShopConfig = R"(data: data
listen: 127.0.0.1:0
management: 127.0.0.1:0
contracts: [shop.yaml]
limits: {reserve: 0KiB}
subscriptions:
  - {name: audit, domain: shop, file: audit.jsonl}
)";

inline Event made_event(
    const std::string& subject, int number, const std::string& type = "order.placed"
) {
    Event event;
    event.id = fmt::format("{}-{}", subject, number);
    event.source = "/orders";
    event.type = type;
    event.subject = subject;
    event.datacontenttype = "application/json";
    event.extensions["sourcesequence"] = fmt::to_string(number);
    event.data = fmt::format(R"({{"n":{}}})", number);
    return event;
}

/// A directory with the shop's configuration and contract.
class ShopDirectory {
public:
    ShopDirectory() {
        write("shop.yaml", kShopContract);
        write("sluice.yaml", kShopConfig);
    }

    void write(const std::string& name, std::string_view text) const {
        ASSERT_TRUE(log::write_file_durably(scratch_.path() / name, text));
    }

    [[nodiscard]] std::string path(const std::string& name) const {
        return (scratch_.path() / name).string();
    }

    [[nodiscard]] std::string config() const { return path("sluice.yaml"); }

private:
    ScratchDirectory scratch_;
};

/// One topic, `t`, whose records are lines; and a publisher that answers as it is told.
class FakeBackend : public Backend {
public:
    explicit FakeBackend(std::size_t partitions = 1) : lines(partitions) {}

    [[nodiscard]] Result<Json> status() const override { return Json::object(); }

    [[nodiscard]] Result<Json> stuck(
        std::string_view /*cursor*/, std::size_t /*limit*/, const runtime::StuckFilter& /*filter*/
    ) const override {
        return Json::object();
    }

    [[nodiscard]] Result<RecordPage> show(const ShowQuery& /*query*/) const override {
        return RecordPage{};
    }

    [[nodiscard]] Result<Json> why(std::string_view /*subject*/) const override {
        return Json::object();
    }

    [[nodiscard]] Result<Json> trace(std::string_view /*subject*/, std::size_t /*limit*/)
        const override {
        return Json::object();
    }

    [[nodiscard]] Result<StateReply> state(const StateQuery& /*query*/) const override {
        return StateReply{};
    }

    [[nodiscard]] Result<Json> preview(const CommandRequest& /*request*/) const override {
        return Json::object();
    }

    [[nodiscard]] Result<Json> command(const CommandRequest& /*request*/) override {
        return Json::object();
    }

    [[nodiscard]] Result<Json> topics() const override { return Json::object(); }

    [[nodiscard]] Result<TopicEnds> ends(
        const std::string& topic, std::optional<std::uint64_t> /*seen*/
    ) const override {
        if (topic != "t") return Error{ErrorCode::kNotFound, "no topic " + topic};
        TopicEnds all;
        for (const auto& partition : lines) {
            const Offset end{static_cast<std::int64_t>(partition.size())};
            all.partitions.push_back({Offset{0}, end, end});
            all.version += partition.size();
        }
        return all;
    }

    /// A subject is a line's first letter.
    [[nodiscard]] Result<RecordPage> records(const RecordQuery& query) const override {
        const auto& partition = lines.at(query.partition.value);
        RecordPage page{{}, query.from, false};
        const auto end = static_cast<std::int64_t>(partition.size());
        for (std::size_t seen = 0; seen < scan_max && page.next.value < end; ++seen) {
            if (page.lines.size() == query.limit) break;
            const std::string& line = partition.at(static_cast<std::size_t>(page.next.value));
            page.next = page.next.next();
            if (!query.subject || line.starts_with(*query.subject)) page.lines.push_back(line);
        }
        page.at_end = page.next.value >= end;
        return page;
    }

    [[nodiscard]] Result<std::vector<Result<Published>>> publish(std::span<const Event> events
    ) override {
        batches.push_back(events.size());
        if (gone) return Error{ErrorCode::kUnavailable, "gone"};
        std::vector<Result<Published>> answers;
        for (const Event& event : events) {
            if (const auto no = std::find(refused.begin(), refused.end(), event.id);
                no != refused.end()) {
                answers.emplace_back(Error{refusal, "refused " + event.id});
                continue;
            }
            published.push_back(event.id);
            answers.emplace_back(Published{"t", PartitionId{0}, Offset{0}});
        }
        return answers;
    }

    std::vector<std::vector<std::string>> lines;  ///< by partition
    std::size_t scan_max{1'000};                  ///< records looked at for one page
    std::vector<std::string> refused;             ///< ids
    ErrorCode refusal{ErrorCode::kInvalidEvent};
    bool gone{false};
    std::vector<std::string> published;
    std::vector<std::size_t> batches;
};

}  // namespace sluice::daemon::test
