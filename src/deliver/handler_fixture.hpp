#pragma once

#include "base/clock.hpp"
#include "deliver/handler_sink.hpp"
#include "event/kafka.hpp"
#include "store/sqlite_database.hpp"
#include "store/temp_dir.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sluice::deliver::test {

class FixedClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override { return Instant{1'000}; }
};

inline Event make_event(
    const std::string& subject, std::uint64_t position, const std::string& type
) {
    Event event;
    event.id = fmt::format("{}-{}", subject, position);
    event.source = "/orders";
    event.type = type;
    event.subject = subject;
    event.datacontenttype = "application/json";
    event.data = "{}";
    return event;
}

/// Runs with the records that they borrow.
class Work {
public:
    /// Types may name what the handler is to do with the event: "done", "dead", "throw", …
    Work& run(
        const std::string& subject, std::uint64_t first, const std::vector<std::string>& types
    ) {
        subjects_.push_back(subject);
        RunWork run;
        run.subject = subjects_.back();
        for (const std::string& type : types) {
            records_.push_back(event::to_record(make_event(subject, first, type), subject));
            run.events.push_back(
                {Position{first},
                 Offset{static_cast<std::int64_t>(records_.size())},
                 &records_.back()}
            );
            ++first;
        }
        runs_.push_back(std::move(run));
        return *this;
    }

    [[nodiscard]] std::span<const RunWork> runs() const { return runs_; }

    Record& last_record() { return records_.back(); }

private:
    std::deque<std::string> subjects_;
    std::deque<Record> records_;
    std::vector<RunWork> runs_;
};

/// Writes (subject, position) of each event that it handles; the type says how it ends.
inline Service recording_service(const std::string& name = "sales") {
    const auto record = [](const Event& event, Sql& sql) {
        const std::string position{event.extension(extension::kSubjectPosition).value()};
        sql.execute("insert into effects values (?, ?)", {event.subject, std::stoll(position)});
    };
    Service service{name};
    service.schema(
        "create table if not exists effects (subject text, position integer);"
        "create table if not exists strict (k integer primary key, "
        "parent integer references strict (k) deferrable initially deferred)"
    );
    service.on("done", [record](const Event& event, Sql& sql) {
        record(event, sql);
        return Handled::done();
    });
    service.on("retry", [record](const Event& event, Sql& sql) {
        record(event, sql);
        return Handled::retry("later", Milliseconds{7});
    });
    service.on("dead", [record](const Event& event, Sql& sql) {
        record(event, sql);
        return Handled::dead("never");
    });
    service.on("throw", [record](const Event& event, Sql& sql) -> Handled {
        record(event, sql);
        throw std::runtime_error{"no such item"};
    });
    service.on("orphan", [record](const Event& event, Sql& sql) {
        record(event, sql);
        sql.execute("insert into strict (parent) values (999)");  // found at the commit only
        return Handled::done();
    });
    service.on("syntax", [record](const Event& event, Sql& sql) {
        record(event, sql);
        sql.execute("insert into nowhere values (1)");
        return Handled::done();
    });
    return service;
}

/// A session that fails where a test says so, around a real one.
class FaultySession final : public store::Session {
public:
    enum class Call : std::uint8_t { kNone, kBegin, kSavepoint, kInbox, kHandler, kUndo, kRelease };

    struct Plan {
        enum class Commit : std::uint8_t { kWorks, kLostAfter, kLostBefore, kBusy };
        Commit commit{Commit::kWorks};
        std::string fail_statement;   ///< one that begins so fails …
        SqlError::Kind fail_kind{};   ///< … like this
        Call fail_call{Call::kNone};  ///< once, after `passing` calls of that kind
        int passing{0};
        bool transaction_ends{false};         ///< the failure takes the open transaction with it
        bool unreachable{false};              ///< no session opens
        std::vector<std::string> statements;  ///< all that were executed
    };

    FaultySession(std::unique_ptr<store::Session> real, Plan& plan)
        : real_{std::move(real)},
          plan_{plan} {}

    using store::Session::execute;
    using store::Session::query;

    std::int64_t execute(std::string_view statement, std::span<const SqlValue> values) override {
        if (!plan_.fail_statement.empty() && statement.starts_with(plan_.fail_statement)) {
            throw SqlError{plan_.fail_kind, "as planned"};
        }
        const bool is_inbox = statement.starts_with("insert into sluice_inbox");
        pass(is_inbox ? Call::kInbox : Call::kHandler);
        plan_.statements.emplace_back(statement);
        return real_->execute(statement, values);
    }

    std::vector<SqlRow> query(std::string_view text, std::span<const SqlValue> values) override {
        return real_->query(text, values);
    }

    void begin() override {
        pass(Call::kBegin);
        real_->begin();
    }

    void commit() override {
        const auto how = std::exchange(plan_.commit, Plan::Commit::kWorks);
        if (how == Plan::Commit::kBusy) throw SqlError{SqlError::Kind::kBusy, "busy"};
        if (how == Plan::Commit::kLostBefore)
            real_->rollback();
        else
            real_->commit();
        if (how != Plan::Commit::kWorks) throw SqlError{SqlError::Kind::kConnection, "answer lost"};
    }

    void rollback() noexcept override { real_->rollback(); }

    void savepoint() override {
        pass(Call::kSavepoint);
        real_->savepoint();
    }

    void release() override {
        pass(Call::kRelease);
        real_->release();
    }

    void rollback_to_savepoint() override {
        pass(Call::kUndo);
        real_->rollback_to_savepoint();
    }

    [[nodiscard]] bool in_transaction() const override { return real_->in_transaction(); }

    void require_usable() const override { real_->require_usable(); }

    void run_script(std::string_view script) override { real_->run_script(script); }

    [[nodiscard]] const store::InboxSql& inbox_sql() const override { return real_->inbox_sql(); }

private:
    /// Fails in its place, once.
    void pass(Call call) {
        if (plan_.fail_call != call || plan_.passing-- > 0) return;
        plan_.fail_call = Call::kNone;
        if (plan_.transaction_ends) real_->rollback();
        throw SqlError{plan_.fail_kind, "as planned"};
    }

    std::unique_ptr<store::Session> real_;
    Plan& plan_;
};

class FaultyDatabase final : public store::Database {
public:
    explicit FaultyDatabase(std::string path) : real_{{std::move(path)}} {}

    [[nodiscard]] Result<std::unique_ptr<store::Session>> open_session() const override {
        if (after_lost_commit) std::exchange(after_lost_commit, {})();
        if (plan.unreachable) return Error{ErrorCode::kUnavailable, "unreachable"};
        auto opened = real_.open_session();
        if (!opened) return opened.error();
        return std::unique_ptr<store::Session>{
            std::make_unique<FaultySession>(std::move(opened).value(), plan)};
    }

    mutable FaultySession::Plan plan;
    mutable std::function<void()> after_lost_commit;  ///< before the next session opens

private:
    store::SqliteDatabase real_;
};

/// The last position of each subject that a sink has answered as handled.
using Told = std::map<std::string, std::uint64_t>;

/// Takes in the outcomes of runs that began at `firsts`.
inline void raise(
    Told& told,
    std::span<const RunWork> runs,
    const std::vector<std::uint64_t>& firsts,
    const std::vector<dispatch::RunOutcome>& outcomes
) {
    for (std::size_t at = 0; at < outcomes.size(); ++at) {
        std::uint64_t& last = told[std::string{runs[at].subject}];
        last = std::max(last, firsts[at] + outcomes[at].handled - 1);
    }
}

/// Every position up to the last, in the words of HandlerSinkTest::effects.
inline std::string all_up_to(const Told& told) {
    std::string all;
    for (const auto& [subject, last] : told) {
        for (std::uint64_t position = 1; position <= last; ++position) {
            all += fmt::format("{}{}{}", all.empty() ? "" : " ", subject, position);
        }
    }
    return all;
}

class HandlerSinkTest : public ::testing::Test {
protected:
    void SetUp() override { sink_ = open_sink(); }

    /// Another sink on the same database: another owner, another subscription or another domain.
    std::unique_ptr<HandlerSink> open_sink(
        const std::string& name = "sales", const std::string& domain = "order"
    ) {
        auto opened = HandlerSink::open(recording_service(name), database_, clock_, {domain, {}});
        EXPECT_TRUE(opened.has_value()) << opened.error().message;
        return std::move(opened.value());
    }

    /// "a1 a2 b1": what the handlers have written.
    std::string effects() {
        auto session = store::SqliteDatabase{{path_}}.open_session();
        std::string all;
        for (const SqlRow& row : session.value()->query(
                 "select subject, position from effects order by subject, position"
             )) {
            all += fmt::format("{}{}{}", all.empty() ? "" : " ", row.text(0), row.integer(1));
        }
        return all;
    }

    sluice::test::TempDir dir_;
    std::string path_{dir_.file("read.db")};
    FaultyDatabase database_{path_};
    FixedClock clock_;
    std::unique_ptr<HandlerSink> sink_;
};

}  // namespace sluice::deliver::test
