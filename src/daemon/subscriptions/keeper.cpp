#include "daemon/subscriptions/keeper.hpp"

#include "daemon/config/trace_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::daemon {

namespace {

constexpr std::chrono::milliseconds kLookEvery{500};  // for what other daemons have written
constexpr std::chrono::seconds kTryEvery{30};         // what stands

/// Where it was made to begin; a domain that has got more homes since begins with the oldest.
runtime::BeginAt begin_of(std::vector<Offset> begin, std::size_t homes) {
    if (begin.size() != homes) return {};
    return [begin = std::move(begin)](HomeId home, const log::Ends& ends) {
        return Result<Offset>{std::clamp(begin[home.value], ends.first, ends.committed)};
    };
}

}  // namespace

SubscriptionKeeper::SubscriptionKeeper(const Context& context)
    : context_{context},
      book_{context.log, [&logger = context.logger](std::string_view what) {
                logger.warn(
                    "a change of a subscription is passed over", {{"what", std::string{what}}}
                );
            }} {}

SubscriptionKeeper::~SubscriptionKeeper() {
    stop();
}

Status SubscriptionKeeper::load() {
    const std::lock_guard lock{mutex_};
    Status read = sync();
    if (read || read.error().code != ErrorCode::kBadConfig) return read;
    // A cluster that grants no such topic: then nobody has made one there.
    context_.logger.warn(
        "no subscription can be made by the API", {{"reason", read.error().message}}
    );
    return ok();
}

void SubscriptionKeeper::start() {
    thread_ = std::jthread{[this](const std::stop_token& stop) { follow(stop); }};
}

void SubscriptionKeeper::stop() noexcept {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

void SubscriptionKeeper::follow(const std::stop_token& stop) {
    bool told = false;
    std::unique_lock lock{mutex_};
    while (!stop.stop_requested()) {
        const Status read = sync();
        if (!read && !std::exchange(told, true)) {
            context_.logger.warn(
                "changes of subscriptions cannot be read; they are tried again",
                {{"reason", read.error().message}}
            );
        }
        if (read) told = false;
        wake_.wait_for(lock, stop, kLookEvery, [] { return false; });
    }
}

Status SubscriptionKeeper::sync() {
    if (Status read = book_.catch_up(); !read) return read;
    carry_out();
    return ok();
}

void SubscriptionKeeper::carry_out() {
    for (const auto& [name, ended] : book_.catalog().ended()) end_one(name, ended);
    const auto now = std::chrono::steady_clock::now();
    for (const auto& [name, entry] : book_.catalog().entries()) {
        Carried& carried = carried_[name];
        const bool is_same = carried.revision == entry.revision;
        if (is_same && (carried.problem.empty() || now < carried.look_again)) continue;
        run_one(entry, carried);
    }
    note_standing();
}

void SubscriptionKeeper::end_one(const std::string& name, const Catalog::Ended& ended) {
    std::uint64_t& last = ended_[name];
    if (last >= ended.life) return;
    last = ended.life;
    const auto found = carried_.find(name);
    const bool was_here = found != carried_.end() && found->second.life <= ended.life;
    // A domain that has no contract here keeps what it has, until a daemon has it.
    static_cast<void>(context_.engine.retire_subscription(ended.domain, name, ended.life));
    if (!was_here) return;
    if (found->second.in_engine) {
        context_.maker.drop(ended.domain, name);
        context_.operations.forget(ended.domain, name);
    }
    carried_.erase(found);
    context_.logger.info("a subscription was deleted", {{"subscription", name}});
}

Surroundings SubscriptionKeeper::around() const {
    return {context_.setup, book_.catalog(), process_environment()};
}

Result<SubscriptionConfig> SubscriptionKeeper::read(std::string_view body) const {
    auto read = read_body(body);
    if (!read) return read.error();
    return define(read.value(), around());
}

Result<runtime::Subscription> SubscriptionKeeper::make(const Entry& entry) const {
    if (in_file(context_.setup, entry.name) != nullptr) {
        return Error{
            ErrorCode::kConflict,
            "sluice.yaml has a subscription of that name, which goes before it: delete this one, "
            "or "
            "take that one out of the file"};
    }
    const auto read = this->read(to_text(entry.definition));
    if (!read) return read.error();
    auto made = context_.maker.make(read.value());
    if (made) context_.operations.cut_states_for(entry.domain, entry.name, read->shape);
    return made;
}

void SubscriptionKeeper::run_one(const Entry& entry, Carried& carried) {
    const bool is_known = carried.revision == entry.revision;
    auto made = make(entry);
    carried.domain = entry.domain;
    carried.life = entry.life;
    carried.look_again = std::chrono::steady_clock::now() + kTryEvery;
    const bool stood = !carried.problem.empty();
    std::string problem = made ? std::string{} : made.error().message;
    carried.revision = entry.revision;
    const bool in_the_way = in_file(context_.setup, entry.name) != nullptr;
    if (!in_the_way && (made || !stood || !is_known)) {
        runtime::Subscription one =
            made ? std::move(made).value() : SubscriptionMaker::standing(entry.name);
        if (const Status done = put(entry, carried, std::move(one)); !done && problem.empty()) {
            problem = done.error().message;
        }
    }
    if (problem == carried.problem) return;
    if (!stood) carried.since = context_.clock.now();
    carried.problem = std::move(problem);
    if (carried.problem.empty()) {
        context_.logger.info("a subscription goes on", {{"subscription", entry.name}});
    } else {
        context_.logger.warn(
            "a subscription stands", {{"subscription", entry.name}, {"reason", carried.problem}}
        );
    }
}

Status SubscriptionKeeper::put(const Entry& entry, Carried& carried, runtime::Subscription made) {
    const auto& domains = context_.engine.domains();
    const auto found = std::find_if(domains.begin(), domains.end(), [&](const auto& one) {
        return one->plan.name == entry.domain;
    });
    if (found == domains.end()) {
        return Error{
            ErrorCode::kNotFound, fmt::format("no contract has the domain '{}'", entry.domain)};
    }
    if (made.stands) context_.maker.drop(entry.domain, entry.name);
    made.life = entry.life;
    made.keeps_begin = true;
    made.begin = begin_of(entry.begin, (*found)->plan.homes);
    if (carried.in_engine) {
        return context_.engine.replace_subscription(entry.domain, std::move(made));
    }
    Status added = context_.engine.add_subscription(entry.domain, std::move(made));
    if (added) {
        carried.in_engine = true;
        context_.operations.expect(entry.domain, entry.name);
    }
    return added;
}

void SubscriptionKeeper::note_standing() {
    std::vector<Operations::Standing> all;
    for (const auto& [name, carried] : carried_) {
        if (carried.problem.empty()) continue;
        all.push_back({carried.domain, name, carried.since, carried.problem});
    }
    const std::lock_guard lock{standing_mutex_};
    standing_ = std::move(all);
}

std::vector<Operations::Standing> SubscriptionKeeper::standing() const {
    const std::lock_guard lock{standing_mutex_};
    return standing_;
}

}  // namespace sluice::daemon
