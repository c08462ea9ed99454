#include <sluice/instance.hpp>
#include <sluice/rebuild.hpp>

#include "log/embedded/test_log.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace sluice {
namespace {

using log::test::ScratchDirectory;

constexpr std::string_view kInstanceContract = R"(
asyncapi: 3.0.0
info: {title: Parcels, version: 1.0.0}
x-sluice: {domain: parcel, homes: 2}
channels:
  sent:
    address: parcel.sent
    messages:
      sent: {$ref: '#/components/messages/sent'}
    bindings: {kafka: {partitions: 2}}
  arrived:
    address: parcel.arrived
    messages:
      arrived: {$ref: '#/components/messages/arrived'}
    bindings: {kafka: {partitions: 3}}
components:
  messages:
    sent: {name: parcel.sent, payload: {type: object, required: [to], properties: {to: {type: string}}}}
    arrived: {name: parcel.arrived, payload: {type: object}}
)";

/// A whole service: where each parcel is.
Service tracking() {
    Service service{"tracking"};
    service.schema("create table if not exists parcel(id text primary key, place text not null)");
    service.on("parcel.sent", [](const Event& event, Sql& sql) {
        sql.execute("insert into parcel values(?, 'under way')", {event.subject});
        return Handled::done();
    });
    service.on("parcel.arrived", [](const Event& event, Sql& sql) {
        const auto moved =
            sql.execute("update parcel set place = 'there' where id = ?", {event.subject});
        return moved == 1 ? Handled::done() : Handled::dead("it was never sent");
    });
    return service;
}

Event parcel_event(std::string type, std::string parcel, std::uint64_t number) {
    Event event;
    event.id = parcel + "." + std::to_string(number);
    event.source = "/post";
    event.type = std::move(type);
    event.subject = std::move(parcel);
    event.datacontenttype = "application/json";
    event.data = R"({"to":"Ada"})";
    event.extensions["sourcesequence"] = std::to_string(number);
    return event;
}

class InstanceTest : public testing::Test {
protected:
    void open() {
        InstanceOptions options;
        options.directory = (scratch_.path() / "log").string();
        auto opened = Instance::open(options);
        ASSERT_TRUE(opened.has_value()) << opened.error().message;
        instance_ = std::move(opened.value());
        const Status domain = instance_->add_domain_text(kInstanceContract, "parcel.yaml");
        ASSERT_TRUE(domain) << domain.error().message;
        const Status service =
            instance_->add_service("parcel", tracking(), (scratch_.path() / "t.sqlite").string());
        ASSERT_TRUE(service) << service.error().message;
    }

    void start() { ASSERT_TRUE(instance_->start().has_value()); }

    void publish(const Event& event) {
        const auto answers = instance_->publish(std::span{&event, 1});
        ASSERT_EQ(answers.size(), 1U);
        ASSERT_TRUE(answers[0].has_value()) << answers[0].error().message;
    }

    void settle() { ASSERT_TRUE(instance_->wait_until_idle(Milliseconds{30'000})); }

    ScratchDirectory scratch_;
    std::unique_ptr<Instance> instance_;
};

TEST_F(InstanceTest, FromPublishingToARowInOrder) {
    open();
    start();
    publish(parcel_event("parcel.arrived", "p1", 2));
    settle();
    EXPECT_EQ(instance_->counts().delivered, 0U);
    publish(parcel_event("parcel.sent", "p1", 1));
    settle();
    const InstanceCounts counts = instance_->counts();
    EXPECT_EQ(counts.delivered, 2U);
    EXPECT_EQ(counts.parked_now, 0U);
    EXPECT_EQ(counts.waited, 1U);
}

TEST_F(InstanceTest, AnEventAgainstItsSchemaIsRefusedAtPublishing) {
    open();
    Event bad = parcel_event("parcel.sent", "p1", 1);
    bad.data = R"({"to":7})";
    const auto answers = instance_->publish(std::span{&bad, 1});
    ASSERT_FALSE(answers[0].has_value());
    EXPECT_EQ(answers[0].error().code, ErrorCode::kInvalidEvent);
    EXPECT_NE(answers[0].error().message.find("/to"), std::string::npos)
        << answers[0].error().message;
}

TEST_F(InstanceTest, AnotherProcessStartsWhereThisOneStopped) {
    open();
    start();
    publish(parcel_event("parcel.sent", "p1", 1));
    settle();
    EXPECT_TRUE(instance_->stop());
    instance_.reset();
    open();
    start();
    publish(parcel_event("parcel.arrived", "p1", 2));
    settle();
    EXPECT_EQ(instance_->counts().delivered, 1U);
    EXPECT_EQ(instance_->counts().parked_now, 0U) << "the row of the first event is there";
}

TEST_F(InstanceTest, ASecondOneOnTheDirectoryIsRefused) {
    open();
    InstanceOptions options;
    options.directory = (scratch_.path() / "log").string();
    const auto second = Instance::open(options);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code, ErrorCode::kUnavailable) << second.error().message;
}

TEST(Instance, MistakesAreNamed) {
    EXPECT_FALSE(Instance::open({}).has_value());
    ScratchDirectory scratch;
    InstanceOptions options;
    options.directory = (scratch.path() / "log").string();
    auto opened = Instance::open(options);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    Instance& instance = *opened.value();
    EXPECT_EQ(instance.add_domain("no-such.yaml").error().code, ErrorCode::kNotFound);
    const Status service =
        instance.add_service("nowhere", tracking(), (scratch.path() / "t.sqlite").string());
    ASSERT_FALSE(service);
    EXPECT_EQ(service.error().code, ErrorCode::kNotFound);
}

TEST_F(InstanceTest, AWrongDatabaseIsRefusedWithWhatIsAllowed) {
    open();
    const auto refusal = [&](const std::string& database) {
        const Status added = instance_->add_service("parcel", tracking(), database);
        EXPECT_FALSE(added);
        return added ? "taken" : added.error().message;
    };
    EXPECT_EQ(
        refusal("redis://a:secret@b/c"),
        "service tracking: redis://…: there is no such kind of database; a database is "
        "sqlite:FILE, postgresql://USER@HOST:PORT/DATABASE or mysql://USER@HOST:PORT/DATABASE"
    );
    EXPECT_NE(refusal("mysql://a:secret@b").find("names no database"), std::string::npos);
    const std::string away = refusal("postgresql://a:secret@127.0.0.1:1/c");
    EXPECT_NE(away.find("postgresql://a@127.0.0.1:1/c: "), std::string::npos) << away;
    EXPECT_EQ(away.find("secret"), std::string::npos);
}

TEST_F(InstanceTest, AServiceWithRebuildsStaysOnFiles) {
    open();
    const ServiceOf make = [](const Filling&) { return tracking(); };
    const Status added =
        instance_->add_service("parcel", "another", make, "postgresql://a@127.0.0.1:1/c");
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, ErrorCode::kBadConfig);
    EXPECT_NE(added.error().message.find("it needs sqlite:FILE"), std::string::npos);
    const auto models = ReadModels::open("mysql://a@127.0.0.1:1/c");
    ASSERT_FALSE(models.has_value());
    EXPECT_EQ(models.error().code, ErrorCode::kBadConfig);
}

}  // namespace
}  // namespace sluice
