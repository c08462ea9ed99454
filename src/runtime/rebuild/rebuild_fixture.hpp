#pragma once

#include <sluice/instance.hpp>
#include <sluice/rebuild.hpp>

#include "log/embedded/test_log.hpp"
#include "store/sqlite_database.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sluice::test {

inline constexpr std::string_view kTillContract = R"(
asyncapi: 3.0.0
info: {title: Till, version: 1.0.0}
x-sluice: {domain: till, homes: 3}
channels:
  paid:
    address: till.paid
    messages: {paid: {name: till.paid}}
    bindings: {kafka: {partitions: 2}}
)";

/// Number `number` of a till: so much was paid, on such a day.
inline Event paid(const std::string& till, int number, int amount, const std::string& day) {
    Event event;
    event.id = fmt::format("{}.{}", till, number);
    event.source = "/tills";
    event.type = "till.paid";
    event.subject = till;
    event.datacontenttype = "application/json";
    event.data = fmt::format(R"({{"amount":{},"day":"{}"}})", amount, day);
    event.extensions["sourcesequence"] = std::to_string(number);
    return event;
}

/// What the service under test set off outside, by event id.
struct Letters {
    void sent(const std::string& id) {
        const std::lock_guard lock{mutex};
        ++by_id[id];
    }

    [[nodiscard]] std::map<std::string, int> all() const {
        const std::lock_guard lock{mutex};
        return by_id;
    }

    mutable std::mutex mutex;
    std::map<std::string, int> by_id;
};

/// A till's takings by day. From its effective day on each payment counts double: the policy that
/// changes. Amounts of -1 are refused, unless `forgiving`.
struct Takings {
    Letters* letters{nullptr};  ///< none: it has no effects
    std::atomic<bool>* forgiving{nullptr};
    std::string closed_day_bug;  ///< a day whose payments a rebuild gets wrong

    Service operator()(const Filling& filling) const {
        Service service{"takings"};
        service
            .schema(
                "create table if not exists taking (day text primary key, amount integer not "
                "null)"
            )
            .dated("taking", "day");
        service.on("till.paid", [filling, self = *this](const Event& event, Sql& sql) {
            const std::string& data = *event.data;
            const std::int64_t amount = std::stoll(data.substr(data.find(':') + 1));
            const std::string day = data.substr(data.size() - 12, 10);
            const bool bad = amount < 0 && (self.forgiving == nullptr || !*self.forgiving);
            if (bad) return Handled::dead("nobody pays less than nothing");
            std::int64_t counted = amount;
            if (!filling.effective.empty() && day >= filling.effective) counted *= 2;
            if (!filling.effective.empty() && day == self.closed_day_bug) counted += 1;
            sql.execute(
                "insert into taking values (?, ?) on conflict (day) do update set amount = amount "
                "+ excluded.amount",
                {day, counted}
            );
            return Handled::done();
        });
        if (letters != nullptr) {
            service.effect("till.paid", [all = letters](const Event& event, Sql&) {
                all->sent(event.id);
                return Handled::done();
            });
        }
        return service;
    }
};

/// A platform of one service that can be rebuilt, in a directory of its own.
class RebuildTest : public testing::Test {
protected:
    void open() {
        InstanceOptions options;
        options.directory = (scratch_.path() / "log").string();
        options.survive_power_cut = false;
        options.sweep_interval = Milliseconds{5};
        options.kafka = kafka_;
        options.kafka_prefix = kafka_prefix_;
        auto opened = Instance::open(options);
        ASSERT_TRUE(opened.has_value()) << opened.error().message;
        instance_ = std::move(opened.value());
        const Status domain = instance_->add_domain_text(contract_, "till.yaml");
        ASSERT_TRUE(domain) << domain.error().message;
        const Status added = instance_->add_service("till", "takings", takings_, file());
        ASSERT_TRUE(added) << added.error().message;
        const Status started = instance_->start();
        ASSERT_TRUE(started) << started.error().message;
    }

    void restart() {
        const Status stopped = instance_->stop();
        EXPECT_TRUE(stopped) << stopped.error().message;
        instance_.reset();
        open();
    }

    [[nodiscard]] std::string file() const { return (scratch_.path() / "takings.sqlite").string(); }

    void publish(const std::vector<Event>& events) {
        for (const auto& answer : instance_->publish(events)) {
            ASSERT_TRUE(answer.has_value()) << answer.error().message;
        }
    }

    void settle() {
        ASSERT_TRUE(instance_->wait_until_idle(Milliseconds{30'000}))
            << (instance_->failure() ? "not idle" : instance_->failure().error().message);
    }

    [[nodiscard]] ReadModels models() const { return ReadModels::open(file()).value(); }

    RebuildOutcome ask(RebuildWish::Verb verb, const std::string& into, RebuildWish wish = {}) {
        wish.verb = verb;
        wish.into = into;
        wish.by = "ada";
        wish.reason = "test";
        auto book = models();
        wish_ = book.ask(wish).value();
        return book.wait_for(wish_, Milliseconds{60'000}).value();
    }

    static RebuildWish since(const std::string& text) {
        RebuildWish wish;
        wish.since = text;
        return wish;
    }

    static RebuildWish effective(const std::string& day) {
        RebuildWish wish;
        wish.effective = day;
        return wish;
    }

    [[nodiscard]] ReadModel model(const std::string& name) const {
        for (ReadModel& one : models().all().value()) {
            if (one.name == name) return std::move(one);
        }
        return {};
    }

    void wait_for_phase(const std::string& name, const std::string& phase) const {
        for (int look = 0; look < 3'000 && model(name).phase != phase; ++look)
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        ASSERT_EQ(model(name).phase, phase);
    }

    /// "2024-01-01 10; …" of one file.
    static std::string rows_of(const std::string& file) {
        std::string text;
        auto session = store::SqliteDatabase{{file}}.open_session().value();
        for (const SqlRow& row : session->query("select day, amount from taking order by day"))
            text += fmt::format("{} {}; ", row.text(0), row.integer(1));
        return text;
    }

    [[nodiscard]] std::string live_rows() const { return rows_of(models().live_file().value()); }

    ::sluice::log::test::ScratchDirectory scratch_;
    std::string contract_{kTillContract};
    std::string kafka_;  ///< empty: on the embedded log
    std::string kafka_prefix_;
    Takings takings_;
    std::int64_t wish_{0};
    std::unique_ptr<Instance> instance_;
};

}  // namespace sluice::test
