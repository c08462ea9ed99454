#pragma once

#include "contract/load.hpp"
#include "event/kafka.hpp"
#include "runtime/domain/faulty_log_fixture.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/engine/runtime_fixture.hpp"
#include "runtime/states/state_lookup.hpp"
#include "runtime/states/state_session.hpp"
#include "runtime/states/state_tables.hpp"
#include "sequence/ordered.hpp"
#include "state/entry.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice::runtime::test {

using ContractPtr = std::shared_ptr<const contract::Contract>;

inline ContractPtr contract_with_reducer(const std::string& reducer) {
    const std::string text =
        "asyncapi: 3.0.0\nx-sluice:\n  domain: shop\n  homes: 1\n  reducer: " + reducer + R"(
channels:
  a:
    address: shop.a
    messages: {placed: {$ref: '#/components/messages/placed'}}
components:
  messages:
    placed: {name: placed}
)";
    auto loaded = contract::load_contract_text("shop.yaml", text);
    EXPECT_TRUE(loaded) << loaded.error().message;
    return std::make_shared<const contract::Contract>(std::move(loaded).value());
}

inline project::JqPrograms::Options jq_child() {
    project::JqPrograms::Options options;
    options.worker = {SLUICE_JQ_CHILD};
    options.event_timeout = std::chrono::milliseconds{30'000};
    options.start_timeout = std::chrono::milliseconds{60'000};
    return options;
}

/// An event that comes next for its subject.
struct StatesTestNext {
    std::string subject;
    std::string data;
    std::int64_t at_ms{1'000};
    bool closes{false};
    std::string id{};  ///< empty: <subject>-<position>
    std::string type{"placed"};
};

/// The ordered topic of a domain with one home, written by hand, and a session over it.
class StatesTest : public testing::Test {
protected:
    using Next = StatesTestNext;

    explicit StatesTest(const std::string& reducer = "merge-patch")
        : log_{open_or_fail(test_options(scratch_.path()))} {
        EXPECT_TRUE(ensure_topics(log_, "shop", 1, {}));
        use(reducer);
    }

    void use(const std::string& reducer) {
        contract_ = contract_with_reducer(reducer);
        open();
    }

    /// Whoever held the home before is gone.
    void open() {
        session_.reset();
        auto fold = state::StateFold::open(contract_, jq_child());
        ASSERT_TRUE(fold) << fold.error().message;
        fold_ = std::make_unique<state::StateFold>(std::move(fold).value());
        lease_ = log_.take(state_group("shop"), {kHome}).value();
        auto session =
            StateSession::open(log_, *lease_, "shop", *fold_, state::fingerprint_of(*contract_));
        ASSERT_TRUE(session) << session.error().message;
        session_ = std::make_unique<StateSession>(std::move(session).value());
    }

    static Record ordered_record(const Next& next, std::uint64_t position) {
        Event event;
        event.id = next.id.empty() ? fmt::format("{}-{}", next.subject, position) : next.id;
        event.source = "/orders";
        event.type = next.type;
        event.subject = next.subject;
        event.time = to_rfc3339(Instant{next.at_ms});
        event.datacontenttype = "application/json";
        event.data = next.data;
        sequence::Release release;
        release.facts.subject = next.subject;
        release.facts.position = Position{position};
        release.facts.source = event.source;
        release.facts.closes = next.closes;
        release.facts.released_at = Instant{1'800'000'000'000};
        release.record = event::to_record(event, event.subject);
        release.type = event.type;
        return sequence::to_ordered(std::move(release));
    }

    void append(const std::vector<Next>& events) {
        std::vector<Record> records;
        for (const Next& one : events) {
            records.push_back(ordered_record(one, ++positions_[one.subject]));
        }
        std::vector<log::Append> appends{{kPlace, std::move(records)}};
        ASSERT_TRUE(log_.publish(std::move(appends)));
    }

    /// Until it comes to rest.
    void fold() {
        int quiet = 0;
        for (int i = 0; i < 10'000 && quiet < 2; ++i) {
            const auto moved = session_->step();
            ASSERT_TRUE(moved) << moved.error().message;
            quiet = moved.value() ? 0 : quiet + 1;
        }
        ASSERT_EQ(quiet, 2) << "it never comes to rest";
    }

    [[nodiscard]] Result<StateAnswer> answer(const std::string& subject, const std::string& at) {
        return state_at(log_, {"shop", 1, subject}, state::parse_at(at).value(), Milliseconds{0});
    }

    /// The state, or "none: …", "gone: …", "behind: …", "unknown: …", "!…".
    std::string look(const std::string& subject, const std::string& at) {
        const auto found = answer(subject, at);
        if (!found) return "!" + found.error().message;
        if (found->view) {
            if (found->view->unknown) return "unknown: " + *found->view->unknown;
            return found->view->state;
        }
        switch (found->why) {
            case NoState::kNone: return "none: " + found->text;
            case NoState::kGone: return "gone: " + found->text;
            case NoState::kBehind: return "behind: " + found->text;
        }
        return "?";
    }

    std::size_t entries() { return lease_->scan(kHome, table::kStates, "", 100'000)->size(); }

    void trim(std::int64_t below) { ASSERT_TRUE(log_.trim(kPlace, Offset{below})); }

    static constexpr HomeId kHome{0};
    const log::PartitionRef kPlace{ordered_topic("shop"), PartitionId{0}};

    ScratchDirectory scratch_;
    FaultyLog log_;
    ContractPtr contract_;
    std::unique_ptr<state::StateFold> fold_;
    std::unique_ptr<log::Lease> lease_;
    std::unique_ptr<StateSession> session_;
    std::map<std::string, std::uint64_t> positions_;
};

}  // namespace sluice::runtime::test
