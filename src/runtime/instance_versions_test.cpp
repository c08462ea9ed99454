// Services that ask for a version of a type, in a whole instance: from publishing to the row.

#include <sluice/instance.hpp>
#include <sluice/rebuild.hpp>

#include "contract/test_versions.hpp"
#include "log/embedded/embedded.hpp"
#include "log/embedded/test_log.hpp"
#include "runtime/inspect/inspect.hpp"
#include "store/sqlite_database.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace sluice {
namespace {

using VersionLines = std::vector<std::string>;

const std::string kUri = "https://shop.example/placed/";

/// Writes down what it gets, as it gets it.
Service noting(std::optional<std::uint32_t> version) {
    Service service{"noting"};
    service.schema("create table if not exists seen (id text primary key, schema text, data text)");
    service.on("order.placed", [](const Event& event, Sql& sql) {
        sql.execute(
            "insert into seen values (?, ?, ?)",
            {event.id, event.dataschema.value_or("-"), event.data.value_or("")}
        );
        return Handled::done();
    });
    if (version) service.version("order.placed", *version);
    return service;
}

class InstanceVersions : public testing::Test {
protected:
    void open() {
        InstanceOptions options;
        options.directory = log_directory();
        options.survive_power_cut = false;
        options.jq_worker = worker_;
        options.cast_max = Milliseconds{30'000};
        auto opened = Instance::open(options);
        ASSERT_TRUE(opened.has_value()) << opened.error().message;
        instance_ = std::move(opened.value());
        const Status domain = instance_->add_domain_text(contract::test::kVersioned, "order.yaml");
        ASSERT_TRUE(domain) << domain.error().message;
    }

    void start_with(const Service& service) {
        open();
        const Status added = instance_->add_service("order", service, file());
        ASSERT_TRUE(added) << added.error().message;
        ASSERT_TRUE(instance_->start());
    }

    /// Event `number` of the order, in that version.
    static Event order(
        const std::string& id, int number, std::uint32_t version, const std::string& country = "KR"
    ) {
        Event event;
        event.id = id + "." + std::to_string(number);
        event.source = "/orders";
        event.type = "order.placed";
        event.subject = id;
        event.datacontenttype = "application/json";
        event.extensions["sourcesequence"] = std::to_string(number);
        if (version > 1) event.dataschema = kUri + std::to_string(version);
        const std::string name =
            version == 1 ? R"("name":"Kim Mina")" : R"("first":"Kim","last":"Mina")";
        const std::string price =
            version < 3 ? R"("price":12)" : R"("cents":1200,"currency":"KRW")";
        event.data = "{" + name + "," + price + R"(,"country":")" + country + "\"}";
        return event;
    }

    void publish(const std::vector<Event>& events) {
        for (const auto& answer : instance_->publish(events))
            ASSERT_TRUE(answer.has_value()) << answer.error().message;
        ASSERT_TRUE(instance_->wait_until_idle(Milliseconds{60'000}));
    }

    VersionLines seen(const std::string& file) {
        VersionLines lines;
        const auto session = store::SqliteDatabase{{file}}.open_session().value();
        for (const SqlRow& row : session->query(
                 "select id || ' ' || schema || ' ' || (select group_concat(key || '=' || value, "
                 "' ') from (select key, value from json_each(data) order by key)) from seen order "
                 "by id"
             ))
            lines.push_back(row.text(0));
        return lines;
    }

    [[nodiscard]] std::string log_directory() const { return (scratch_.path() / "log").string(); }

    [[nodiscard]] std::string file() const { return (scratch_.path() / "n.sqlite").string(); }

    log::test::ScratchDirectory scratch_;
    std::vector<std::string> worker_{SLUICE_JQ_CHILD};
    std::unique_ptr<Instance> instance_;
};

TEST_F(InstanceVersions, AHandlerSeesTheVersionThatItAsksForWhateverWasPublished) {
    start_with(noting(3));
    publish({order("a", 3, 3), order("a", 1, 1), order("b", 1, 2), order("a", 2, 2)});
    const std::string now = kUri + "3 cents=1200 country=KR currency=KRW first=Kim last=Mina";
    EXPECT_EQ(seen(file()), (VersionLines{"a.1 " + now, "a.2 " + now, "a.3 " + now, "b.1 " + now}));
    EXPECT_EQ(instance_->counts().parked_now, 0U);
}

TEST_F(InstanceVersions, AnOldConsumerIsServedByCastsDown) {
    start_with(noting(1));
    publish({order("a", 1, 3), order("a", 2, 1)});
    const std::string then = "- country=KR name=Kim Mina price=12";
    EXPECT_EQ(seen(file()), (VersionLines{"a.1 " + then, "a.2 " + then}));
}

TEST_F(InstanceVersions, WhoAsksForNoneGetsWhatWasPublished) {
    worker_ = {"/nonexistent/sluice"};  // which nobody needs
    start_with(noting(std::nullopt));
    publish({order("a", 1, 1), order("a", 2, 3)});
    EXPECT_EQ(
        seen(file()),
        (VersionLines{
            "a.1 - country=KR name=Kim Mina price=12",
            "a.2 " + kUri + "3 cents=1200 country=KR currency=KRW first=Kim last=Mina"})
    );
}

TEST_F(InstanceVersions, WhatCannotBeCastParksItsSubjectWithTheProgramsMessage) {
    start_with(noting(3));
    publish({order("a", 1, 1, "XX"), order("a", 2, 3), order("b", 1, 1)});
    EXPECT_EQ(instance_->counts().parked_now, 1U);
    EXPECT_EQ(seen(file()).size(), 1U) << "b goes on, what follows in a waits";
    ASSERT_TRUE(instance_->stop());
    instance_.reset();
    const auto log = log::open_embedded_log({.directory = log_directory()}).value();
    const auto page = runtime::stuck(*log, std::nullopt, 10);
    ASSERT_TRUE(page.has_value()) << page.error().message;
    ASSERT_EQ(page.value().items.size(), 1U);
    const runtime::Stuck& parked = page.value().items.front();
    EXPECT_EQ(parked.cause, "parked");
    EXPECT_EQ(parked.subject, "a");
    EXPECT_NE(parked.detail.find("order.placed 2 to 3: no currency for XX"), std::string::npos)
        << parked.detail;
}

TEST_F(InstanceVersions, MistakesAreNamedWhenTheServiceIsAdded) {
    open();
    const auto refusal = [&](const Service& service) {
        const Status added = instance_->add_service("order", service, file());
        return added ? "taken" : added.error().message;
    };
    EXPECT_EQ(
        refusal(noting(7)),
        "service noting: versions: order.placed has no version 7; there are 1 to 3"
    );
    EXPECT_NE(
        refusal(noting(3).version("order.palced", 1)).find("did you mean 'order.placed'?"),
        std::string::npos
    );
    const Status nowhere = instance_->add_service("elsewhere", noting(3), file());
    ASSERT_FALSE(nowhere);
    EXPECT_EQ(nowhere.error().code, ErrorCode::kNotFound) << nowhere.error().message;
    const ServiceOf make = [](const Filling&) { return noting(7); };
    const Status rebuilt = instance_->add_service("order", "noting", make, file() + "2");
    ASSERT_FALSE(rebuilt);
    EXPECT_NE(rebuilt.error().message.find("has no version 7"), std::string::npos);
}

TEST_F(InstanceVersions, AWorkerIsNeededAndNamed) {
    worker_ = {"/nonexistent/sluice", "jq-worker"};
    open();
    const Status added = instance_->add_service("order", noting(3), file());
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, ErrorCode::kUnavailable);
    EXPECT_NE(added.error().message.find("InstanceOptions::jq_worker"), std::string::npos);
    InstanceOptions options;
    options.directory = (scratch_.path() / "other").string();
    options.jq_worker.clear();
    EXPECT_EQ(Instance::open(options).error().code, ErrorCode::kInvalidArgument);
    options.jq_worker = {"sluice"};
    options.cast_max = Milliseconds{0};
    EXPECT_EQ(Instance::open(options).error().code, ErrorCode::kInvalidArgument);
}

/// As where the package is installed.
TEST_F(InstanceVersions, TheWorkerIsFoundByPath) {
    const auto bin = scratch_.path() / "bin";
    std::filesystem::create_directories(bin);
    std::filesystem::create_symlink(SLUICE_JQ_CHILD, bin / "sluice");
    const char* const before = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): one thread
    ASSERT_NE(before, nullptr);
    const std::string path{before};
    ::setenv("PATH", (bin.string() + ":" + path).c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    worker_ = InstanceOptions{}.jq_worker;
    start_with(noting(3));
    ::setenv("PATH", path.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    publish({order("a", 1, 1)});
    EXPECT_EQ(seen(file()).size(), 1U);
}

/// How a consumer moves to another version: a filling that asks for it, beside the live one.
TEST_F(InstanceVersions, ARebuildMayAskForAnotherVersion) {
    open();
    const ServiceOf make = [](const Filling& filling) {
        return noting(filling.name == "noting" ? 1U : 3U);
    };
    const Status added = instance_->add_service("order", "noting", make, file());
    ASSERT_TRUE(added) << added.error().message;
    ASSERT_TRUE(instance_->start());
    publish({order("a", 1, 1), order("b", 1, 3)});
    const std::string then = "- country=KR name=Kim Mina price=12";
    EXPECT_EQ(seen(file()), (VersionLines{"a.1 " + then, "b.1 " + then}));
    auto models = ReadModels::open(file()).value();
    RebuildWish wish;
    wish.verb = RebuildWish::Verb::kBegin;
    wish.into = "noting3";
    wish.by = "alice";
    wish.reason = "version 3";
    const auto outcome = models.wait_for(models.ask(wish).value(), Milliseconds{60'000}).value();
    ASSERT_EQ(outcome.state, RebuildOutcome::State::kDone) << outcome.text;
    for (int look = 0; look < 6'000 && models.all().value().back().phase != "ready"; ++look)
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    ASSERT_EQ(models.all().value().back().phase, "ready");
    ASSERT_TRUE(instance_->wait_until_idle(Milliseconds{60'000}));
    const std::string now = kUri + "3 cents=1200 country=KR currency=KRW first=Kim last=Mina";
    EXPECT_EQ(seen(models.all().value().back().file), (VersionLines{"a.1 " + now, "b.1 " + now}));
    EXPECT_EQ(seen(file()), (VersionLines{"a.1 " + then, "b.1 " + then})) << "the live one stays";
}

}  // namespace
}  // namespace sluice
