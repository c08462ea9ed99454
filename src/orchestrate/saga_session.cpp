#include "orchestrate/saga_session.hpp"

#include "base/assert.hpp"
#include "base/point.hpp"
#include "orchestrate/saga_tables.hpp"
#include "saga/state_codec.hpp"

#include <fmt/format.h>

#include <utility>
#include <variant>

namespace sluice::orchestrate {

namespace {

constexpr std::size_t kStepBytes = std::size_t{8} << 20;
constexpr std::size_t kForgottenAtOnce = 256;
constexpr Milliseconds kForgettingPause{60'000};

std::size_t bytes_of(const saga::Instance& instance) {
    std::size_t bytes = instance.input.size() + instance.subject.size() + 200;
    for (const saga::StepRecord& step : instance.steps) bytes += step.result.size() + 2;
    return bytes;
}

Error unknown_saga(const std::string& id) {
    return Error{
        ErrorCode::kNotFound,
        fmt::format("{}: no such saga is under way; it has ended, or never began", id)};
}

}  // namespace

Result<SagaSession::Answers> SagaSession::step(const std::vector<SagaInput>& inputs) {
    const Instant now = parts_.clock.now();
    Answers answers;
    answers.reserve(inputs.size());
    for (const SagaInput& input : inputs) {
        answers.push_back(std::visit([&](const auto& one) { return take(one, now); }, input));
        if (!broken_) return broken_.error();
        if (touched_bytes_ < kStepBytes) continue;
        if (Status stored = store(); !stored) return stored.error();
    }
    tick_due(now);
    if (Status forgotten = forget_old(now); !forgotten) return forgotten.error();
    if (Status stored = store(); !stored) return stored.error();
    return answers;
}

std::optional<Instant> SagaSession::next_due() const {
    if (due_.empty()) return std::nullopt;
    return due_.begin()->first;
}

// ---- inputs --------------------------------------------------------------------------------

Result<saga::Instance> SagaSession::take(const BeginSaga& begin, Instant now) {
    auto before = find(begin.id);
    if (!before) {
        broken_ = before.error();
        return before.error();
    }
    if (before->has_value()) {
        const saga::Instance& there = **before;
        const bool same = there.definition == begin.definition && there.subject == begin.subject &&
                          there.input == begin.input;
        if (same) return there;
        return Error{
            ErrorCode::kConflict,
            fmt::format("saga {} began with something else: choose another id", begin.id)};
    }
    auto rules = parts_.book.newest(begin.definition);
    if (!rules) return rules.error();
    if (open_.size() >= limits_.open_max) {
        return Error{
            ErrorCode::kFull,
            fmt::format("{} sagas have not ended, as many as may be: try later", open_.size())};
    }
    auto made = rules.value()->make(begin.id, begin.subject, begin.input, next_ticket_, now);
    if (!made) return made.error();
    const auto locked = lock(made.value());
    if (!locked) return locked.error();
    ++next_ticket_;
    saga::Instance& instance = open_[begin.id] = std::move(made).value();
    if (locked.value()) {
        took(instance, rules.value()->start(instance, now), now);
    } else {
        took(instance, saga::Decision{true, std::nullopt}, now);
    }
    return instance;
}

Result<saga::Instance> SagaSession::take(const AnswerSaga& answer, Instant now) {
    const auto found = open_.find(answer.saga);
    if (found == open_.end()) return unknown_saga(answer.saga);
    saga::Instance& instance = found->second;
    took(instance, parts_.book.rules(instance).reply(instance, answer.reply, now), now);
    return instance;
}

Result<saga::Instance> SagaSession::take(const TellSaga& tell, Instant now) {
    const auto found = open_.find(tell.saga);
    if (found == open_.end()) return unknown_saga(tell.saga);
    saga::Instance& instance = found->second;
    const saga::Saga& rules = parts_.book.rules(instance);
    const auto decide = [&] {
        switch (tell.verb) {
            case SagaVerb::kCancel: return rules.cancel(instance, tell.why, now);
            case SagaVerb::kCompensate: return rules.compensate(instance, tell.why, now);
            case SagaVerb::kRetry: return rules.retry(instance, now);
        }
        SLUICE_UNREACHABLE();
    };
    const auto decision = decide();
    if (!decision) return decision.error();
    took(instance, *decision, now);
    return instance;
}

/// Also one that has ended and is not forgotten yet.
Result<std::optional<saga::Instance>> SagaSession::find(const std::string& id) const {
    const auto found = open_.find(id);
    if (found != open_.end()) return std::optional{found->second};
    const auto stored = lease_->get(kSagaHome, table::kEnded, id);
    if (!stored) return stored.error();
    if (!stored->has_value()) return std::optional<saga::Instance>{};
    auto instance = saga::decode_instance(**stored);
    if (!instance) return instance.error();
    return std::optional{std::move(instance).value()};
}

/// Whether it may start at once; false: in line.
Result<bool> SagaSession::lock(const saga::Instance& instance) {
    const auto key = lock_of(instance);
    if (!key) return true;
    const saga::LockRule rule = parts_.book.rules(instance).definition().lock->rule;
    switch (locks_.take(*key, instance.id, instance.ticket, rule)) {
        case saga::LockAnswer::kYours: return true;
        case saga::LockAnswer::kQueued: return false;
        case saga::LockAnswer::kRefused:
            return Error{
                ErrorCode::kConflict,
                fmt::format(
                    "{} of {} is taken by saga {}: wait for its end",
                    key->lock,
                    key->subject,
                    *locks_.holder(*key)
                )};
        case saga::LockAnswer::kFull:
            return Error{
                ErrorCode::kFull,
                fmt::format(
                    "{} sagas wait for {} of {}, as many as may: try later",
                    limits_.line_max,
                    key->lock,
                    key->subject
                )};
    }
    SLUICE_UNREACHABLE();
}

void SagaSession::tick_due(Instant now) {
    std::vector<std::string> due;
    for (const auto& [at, id] : due_) {
        if (at > now) break;
        due.push_back(id);
    }
    for (const std::string& id : due) {
        const auto found = open_.find(id);
        if (found == open_.end()) continue;
        took(found->second, parts_.book.rules(found->second).tick(found->second, now), now);
    }
}

// ---- what an input has brought -------------------------------------------------------------

void SagaSession::took(saga::Instance& instance, const saga::Decision& decision, Instant now) {
    if (!decision.changed) return;
    if (touched_.insert(instance.id).second) touched_bytes_ += bytes_of(instance);
    schedule(instance);
    if (decision.send) sends_.push_back(*decision.send);
    if (instance.ended()) ended(instance, now);
}

void SagaSession::schedule(const saga::Instance& instance) {
    const auto before = due_of_.find(instance.id);
    if (before != due_of_.end()) {
        due_.erase({before->second, instance.id});
        due_of_.erase(before);
    }
    const auto due = saga::Saga::due(instance);
    if (!due) return;
    due_.emplace(*due, instance.id);
    due_of_.emplace(instance.id, *due);
}

/// Its lock goes to the next in line, which starts in the same step.
void SagaSession::ended(const saga::Instance& instance, Instant now) {
    ended_.push_back(instance);
    const auto key = lock_of(instance);
    if (!key) return;
    const auto next = locks_.give_back(*key, instance.id);
    if (!next) return;
    saga::Instance& waiting = open_.at(*next);
    took(waiting, parts_.book.rules(waiting).start(waiting, now), now);
}

std::optional<saga::LockKey> SagaSession::lock_of(const saga::Instance& instance) const {
    const auto& lock = parts_.book.rules(instance).definition().lock;
    if (!lock) return std::nullopt;
    return saga::LockKey{lock->name, instance.subject};
}

/// Durable; then the commands go out.
Status SagaSession::store() {
    for (const std::string& id : touched_) {
        const saga::Instance& instance = open_.at(id);
        if (!instance.ended()) {
            changes_.push_back({kSagaHome, table::kOpen, id, saga::encode(instance)});
            continue;
        }
        changes_.push_back({kSagaHome, table::kOpen, id, std::nullopt});
        changes_.push_back({kSagaHome, table::kEnded, id, saga::encode(instance)});
        changes_.push_back({kSagaHome, table::kEnds, end_key(instance), std::string{}});
    }
    if (!changes_.empty()) {
        log::Step step{{kSagaHome}, {}, {}, std::exchange(changes_, {})};
        SLUICE_POINT("saga.step.decided");
        auto committed = lease_->commit(std::move(step));
        if (!committed) return committed.error();
        SLUICE_POINT("saga.step.stored");
    }
    count_touched();
    for (const saga::Send& send : std::exchange(sends_, {})) {
        const auto found = open_.find(send.key.saga);
        if (found == open_.end()) continue;
        if (parts_.census != nullptr) parts_.census->count_command(found->second);
        parts_.port.send(send, parts_.book.rules(found->second).definition(), found->second);
    }
    for (const std::string& id : std::exchange(touched_, {})) {
        if (open_.at(id).ended()) open_.erase(id);
    }
    touched_bytes_ = 0;
    return ok();
}

void SagaSession::count_touched() const {
    if (parts_.census == nullptr) return;
    for (const std::string& id : touched_) parts_.census->count(open_.at(id));
}

/// Sagas whose ends are long ago.
Status SagaSession::forget_old(Instant now) {
    if (now < next_forgetting_) return ok();
    const auto page = lease_->scan(kSagaHome, table::kEnds, "", kForgottenAtOnce);
    if (!page) return page.error();
    std::size_t forgotten = 0;
    for (const auto& [key, value] : page.value()) {
        const auto entry = decode_end_key(key);
        if (!entry) return entry.error();
        if (now - entry->ended_at < limits_.ended_kept) break;
        changes_.push_back({kSagaHome, table::kEnds, key, std::nullopt});
        changes_.push_back({kSagaHome, table::kEnded, entry->id, std::nullopt});
        ++forgotten;
    }
    if (forgotten < kForgottenAtOnce) next_forgetting_ = now + kForgettingPause;
    return ok();
}

}  // namespace sluice::orchestrate
