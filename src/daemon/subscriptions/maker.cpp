#include "daemon/subscriptions/maker.hpp"

#include "base/assert.hpp"
#include "deliver/file_sink.hpp"
#include "deliver/push/push_sink.hpp"
#include "deliver/push/registration.hpp"
#include "deliver/shaped_sink.hpp"
#include "deliver/topic_sink.hpp"
#include "runtime/states/logged_states.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::daemon {

namespace {

using deliver::pull::PullSink;

/// The engine's half of a sink that clients pull from: one of them may still wait in it when the
/// subscription is deleted.
class HeldPullSink final : public deliver::Sink {
public:
    explicit HeldPullSink(std::shared_ptr<PullSink> sink) : sink_{std::move(sink)} {}

    [[nodiscard]] bool wants(std::string_view type) const override { return sink_->wants(type); }

    [[nodiscard]] project::Verdict judge(const Record& record) override {
        return sink_->judge(record);
    }

    [[nodiscard]] std::vector<dispatch::RunOutcome> deliver(std::span<const deliver::RunWork> runs
    ) override {
        return sink_->deliver(runs);
    }

    [[nodiscard]] Result<dispatch::RunOutcome> try_out(const deliver::RunWork& run) override {
        return sink_->try_out(run);
    }

    [[nodiscard]] std::vector<deliver::Figure> figures() const override { return sink_->figures(); }

    [[nodiscard]] deliver::AsyncSink* async() override { return sink_->async(); }

private:
    std::shared_ptr<PullSink> sink_;
};

class StandingSink final : public deliver::Sink {
public:
    [[nodiscard]] bool wants(std::string_view /*type*/) const override { return true; }

    [[nodiscard]] std::vector<dispatch::RunOutcome> deliver(std::span<const deliver::RunWork> runs
    ) override {
        constexpr Milliseconds kLater{60'000};
        return std::vector<dispatch::RunOutcome>(
            runs.size(),
            {0,
             dispatch::Failure{dispatch::FailureKind::kNotTried, "the subscription stands", kLater}}
        );
    }
};

/// A setup has one for each domain that a subscription names.
const ContractPtr& contract_for(const Setup& setup, std::string_view domain) {
    const auto found = std::find_if(
        setup.contracts.begin(),
        setup.contracts.end(),
        [domain](const LoadedContract& loaded) { return loaded.contract->domain == domain; }
    );
    SLUICE_ASSERT(found != setup.contracts.end());
    return found->contract;
}

deliver::Shape shape_for(const Setup& setup, const log::Log& log, const SubscriptionConfig& one) {
    constexpr Milliseconds kStatePatience{1'000};  // until it is folded that far
    const ContractPtr& contract = contract_for(setup, one.domain);
    deliver::Shape shape = shape_of(one.shape, contract);
    if (shape.state.as == deliver::StateAs::kNothing) return shape;
    shape.state.source =
        std::make_shared<runtime::LoggedStates>(log, one.domain, contract->homes, kStatePatience);
    shape.state.address = [domain = one.domain, name = one.name](
                              std::string_view subject, Position position
                          ) { return state_address(domain, name, subject, position); };
    return shape;
}

/// With what comes after it was opened here first.
Result<Offset> from_now_on(HomeId /*home*/, const log::Ends& ends) {
    return ends.committed;
}

}  // namespace

Result<SubscriptionMaker::SinkPtr> SubscriptionMaker::push_sink(const SubscriptionConfig& one
) const {
    deliver::push::PushOptions options = *one.push;
    const deliver::push::CourierOptions& courier = options.courier;
    if (const Status checked = check_target(courier.target, courier.guard); !checked) {
        return Error{ErrorCode::kBadConfig, checked.error().message};
    }
    options.domain = one.domain;
    options.subscription = one.name;
    options.types = one.types;
    options.limits = context_.limits;
    options.on_news = [&logger = context_.logger,
                       name = one.name,
                       at = courier.target.text()](std::string_view news) {
        logger.warn("push", {{"subscription", name}, {"target", at}, {"says", std::string{news}}});
    };
    auto sink = deliver::push::PushSink::open(std::move(options), context_.clock);
    if (!sink) return sink.error();
    return SinkPtr{std::move(sink).value()};
}

Result<SubscriptionMaker::SinkPtr> SubscriptionMaker::topic_sink(const SubscriptionConfig& one
) const {
    auto sink = deliver::TopicSink::open(
        context_.log, {one.topic, one.topic_partitions, one.types, context_.limits}
    );
    if (!sink) return sink.error();
    return SinkPtr{std::move(sink).value()};
}

Result<SubscriptionMaker::SinkPtr> SubscriptionMaker::file_sink(const SubscriptionConfig& one
) const {
    auto sink = deliver::FileSink::open({one.file, one.types, context_.limits});
    if (!sink) return sink.error();
    if (const std::uint64_t cut = sink.value()->bytes_cut(); cut > 0) {
        context_.logger.warn(
            "cut a torn last line", {{"file", one.file}, {"bytes", fmt::to_string(cut)}}
        );
    }
    return SinkPtr{std::move(sink).value()};
}

Result<runtime::Subscription> SubscriptionMaker::make(const SubscriptionConfig& one) const {
    std::shared_ptr<PullSink> pulled;
    if (one.pull_runs) {
        pulled = std::make_shared<PullSink>(PullSink::Options{
            *one.pull_runs, one.types, context_.limits});
    }
    auto sink = pulled               ? Result<SinkPtr>{std::make_unique<HeldPullSink>(pulled)}
                : one.push           ? push_sink(one)
                : !one.topic.empty() ? topic_sink(one)
                                     : file_sink(one);
    if (!sink) return sink.error();
    auto shaped = deliver::ShapedSink::open(
        std::move(sink).value(), shape_for(context_.setup, context_.log, one)
    );
    if (!shaped) return shaped.error();
    runtime::Subscription made;
    made.name = one.name;
    made.sink = std::move(shaped).value();
    made.options = one.dispatcher;
    made.breaker = one.breaker;
    if (one.start == Start::kNow) {
        made.begin = from_now_on;
        made.keeps_begin = true;
    }
    if (pulled) {
        context_.pulled.add(one.domain, one.name, std::move(pulled));
    } else {
        drop(one.domain, one.name);  // what stood there before may have been pulled from
    }
    return made;
}

void SubscriptionMaker::drop(const std::string& domain, const std::string& name) const {
    context_.pulled.remove(domain, name);
}

runtime::Subscription SubscriptionMaker::standing(std::string name) {
    runtime::Subscription made;
    made.name = std::move(name);
    made.sink = std::make_unique<StandingSink>();
    made.stands = true;
    return made;
}

}  // namespace sluice::daemon
