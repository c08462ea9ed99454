#pragma once

#include "log/embedded/test_log.hpp"
#include "orchestrate/saga_session.hpp"
#include "orchestrate/saga_tables.hpp"
#include "runtime/domain/faulty_log_fixture.hpp"
#include "saga/saga_fixture.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sluice::orchestrate::test {

class HandClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override { return now_; }

    void advance(Milliseconds by) { now_ = now_ + by; }

private:
    Instant now_{1'800'000'000'000};
};

/// Keeps what was sent.
class RecordingPort final : public SagaPort {
public:
    void send(
        const saga::Send& command,
        const saga::Definition& definition,
        const saga::Instance& /*instance*/
    ) override {
        sent.push_back(saga::to_string(command.key));
        addresses.push_back(spec_of(command, definition).to);
    }

    std::vector<std::string> take() { return std::exchange(sent, {}); }

    std::vector<std::string> sent;
    std::vector<std::string> addresses;
};

/// Sessions over an embedded log, stepped by hand under a clock set by hand. The log's nth call can
/// be made to fail, and another process can open its directory.
class SagaRig {
public:
    explicit SagaRig(std::vector<saga::Definition> definitions, SagaLimits limits = {})
        : book_{SagaBook::make(std::move(definitions)).value()},
          limits_{limits},
          log_{open_log()} {
        open();
    }

    void open() {
        const Status opened = try_open();
        ASSERT_TRUE(opened) << opened.error().message;
    }

    Status try_open() {
        session_.reset();
        auto opened = SagaSession::open({log_, clock, book_, port}, limits_);
        if (!opened) return opened.error();
        session_ = std::move(opened).value();
        return ok();
    }

    /// As another process would find it.
    void restart_process() {
        session_.reset();
        log_.reopen([this] { return open_log(); });
        open();
    }

    void know(std::vector<saga::Definition> definitions) {
        book_ = SagaBook::make(std::move(definitions)).value();
    }

    Result<saga::Instance> step(SagaInput input) {
        auto answers = session_->step({std::move(input)});
        if (!answers) return answers.error();
        return std::move(answers.value().front());
    }

    Result<saga::Instance> begin(const std::string& id, const std::string& subject = "m-1") {
        return step(BeginSaga{"checkout", id, subject, "{}"});
    }

    Result<saga::Instance> done(
        const std::string& id,
        const std::string& step_name,
        saga::Direction direction = saga::Direction::kDo
    ) {
        return step(AnswerSaga{id, {step_name, direction, saga::Verdict::kDone}});
    }

    /// Nothing comes in, and the clock goes on.
    void time_passes(Milliseconds by) {
        clock.advance(by);
        const auto answers = session_->step({});
        ASSERT_TRUE(answers.has_value()) << answers.error().message;
    }

    [[nodiscard]] SagaSession& session() { return *session_; }

    [[nodiscard]] runtime::test::FaultyLog& log() { return log_; }

    HandClock clock;
    RecordingPort port;

private:
    std::unique_ptr<log::Log> open_log() {
        auto embedded = log::test::test_options(scratch_.path());
        embedded.durability = log::Durability::kProcessCrash;
        return log::test::open_or_fail(embedded);
    }

    log::test::ScratchDirectory scratch_;
    SagaBook book_;
    SagaLimits limits_;
    runtime::test::FaultyLog log_;
    std::unique_ptr<SagaSession> session_;  ///< before the log
};

}  // namespace sluice::orchestrate::test
