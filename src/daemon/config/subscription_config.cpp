#include "daemon/config/subscription_config.hpp"

#include "contract/nearest.hpp"
#include "daemon/config/push_config.hpp"
#include "deliver/judge.hpp"
#include "log/checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

namespace sluice::daemon {

namespace {

using contract::Node;

constexpr std::uint64_t kOneMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kOneGiB = 1024 * kOneMiB;
constexpr std::uint64_t kOneTiB = 1024 * kOneGiB;
constexpr std::uint64_t kTopicPartitionsMax = 4'096;
constexpr std::uint64_t kPulledSubjects = 1'000;
constexpr std::uint64_t kPulledSubjectsMax = 100'000;
constexpr std::string_view kSecretPrefix = "SLUICE_SECRET_";

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 &&
           std::all_of(name.begin(), name.end(), [](char letter) {
               return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
                      letter == '-';
           });
}

/// The values of a retry policy; what is absent stays.
void read_policy(const Node& node, dispatch::RetryPolicy& retry) {
    using std::chrono::hours;
    retry.age_max = node.at("age").duration(Milliseconds{1}, hours{24 * 7}).value_or(retry.age_max);
    retry.attempts_max =
        static_cast<std::uint32_t>(node.at("attempts").count(1, 1'000).value_or(retry.attempts_max)
        );
    retry.first = node.at("first").duration(Milliseconds{1}, hours{24}).value_or(retry.first);
    retry.factor = node.at("factor").real(1.0, 10.0).value_or(retry.factor);
    retry.wait_max =
        node.at("max").duration(Milliseconds{1}, hours{24 * 7}).value_or(retry.wait_max);
    retry.jitter = node.at("jitter").real(0.0, 1.0).value_or(retry.jitter);
}

void read_retry(const Node& node, dispatch::DispatcherOptions& options) {
    node.only({"attempts", "first", "factor", "max", "jitter", "age", "classes"});
    read_policy(node, options.retry);
    if (!node.at("classes").present()) return;
    for (const auto& [name, written] : node.at("classes").members()) {
        const auto& known = deliver::kErrorClasses;
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            const std::vector<std::string_view> names{known.begin(), known.end()};
            written.problem(fmt::format(
                "'{}' is no class of failures{}; there are: {}",
                name,
                contract::did_you_mean(name, names),
                fmt::join(names, ", ")
            ));
        }
        written.only({"attempts", "first", "factor", "max", "jitter", "age", "dead"});
        dispatch::RetryClass special{
            name, written.at("dead").flag().value_or(false), options.retry};
        read_policy(written, special.policy);
        options.retry_classes.push_back(std::move(special));
    }
}

void read_dispatcher(const Node& node, dispatch::DispatcherOptions& options) {
    read_retry(node.at("retry"), options);
    options.backlog_bytes_max =
        node.at("backlog").size(kOneMiB, kOneTiB).value_or(options.backlog_bytes_max);
    const Node in_flight = node.at("in_flight");
    in_flight.only({"events", "bytes"});
    options.in_flight_events_max =
        in_flight.at("events").count(100, 1'000'000).value_or(options.in_flight_events_max);
    options.in_flight_bytes_max =
        in_flight.at("bytes").size(kOneMiB, 4 * kOneGiB).value_or(options.in_flight_bytes_max);
    options.run_events_max = node.at("run").count(1, 10'000).value_or(options.run_events_max);
    options.in_place_events_max =
        node.at("in_place").count(0, 100'000).value_or(options.in_place_events_max);
}

void read_breaker(const Node& node, dispatch::BreakerOptions& breaker) {
    node.only({"subjects", "trials", "first", "max"});
    using std::chrono::hours;
    breaker.subjects_max = node.at("subjects").count(0, 100'000).value_or(breaker.subjects_max);
    breaker.trial_runs = node.at("trials").count(1, 10'000).value_or(breaker.trial_runs);
    breaker.pause_first =
        node.at("first").duration(Milliseconds{1}, hours{1}).value_or(breaker.pause_first);
    breaker.pause_max =
        node.at("max").duration(Milliseconds{1}, hours{1}).value_or(breaker.pause_max);
    if (breaker.pause_max < breaker.pause_first) {
        node.problem(fmt::format(
            "max, {} ms, is shorter than first, {} ms",
            breaker.pause_max.count(),
            breaker.pause_first.count()
        ));
    }
}

/// What a definition that comes over the network may not say: it would read and write files of this
/// machine, or send any variable of the daemon's to its target; and it lies in the log, where
/// secrets do not belong.
/// False: something was refused, and nothing of the sink is to be read.
bool stays_in_reach(const Node& node) {
    bool stays = true;
    const auto refuse = [&stays](const Node& one, std::string_view why) {
        one.problem(why);
        stays = false;
    };
    if (const Node file = node.at("file"); file.present()) {
        refuse(
            file,
            "a file lies on one machine: it is a sink in sluice.yaml only; here: `topic`, or "
            "`sink` with `http` or `pull`"
        );
    }
    const Node sink = node.at("sink");
    if (!sink.present() || !sink.json()->is_object()) return stays;
    if (const Node ca = sink.at("ca"); ca.present()) {
        refuse(
            ca, "a file lies on one machine: name it in sluice.yaml, or let the system trust it"
        );
    }
    const auto check = [&refuse](const Node& secret) {
        const nlohmann::json& value = *secret.json();
        const bool is_one = value.is_object() && value.size() == 1 && value.contains("env");
        if (is_one && value["env"].is_string() &&
            value["env"].get_ref<const std::string&>().starts_with(kSecretPrefix)) {
            return;
        }
        refuse(
            secret,
            fmt::format(
                "is {{env: {}…}}: a variable of the daemons' whose name begins so. A secret "
                "itself would lie in the log",
                kSecretPrefix
            )
        );
    };
    if (const Node secrets = sink.at("secrets"); secrets.present()) {
        for (const Node& secret : secrets.items()) check(secret);
    }
    if (const Node header = sink.at("authorization"); header.present()) check(header);
    return stays;
}

/// A file, a topic, an HTTP endpoint or clients that pull: one of them.
void read_sink(const Node& node, const SubscriptionPlace& place, SubscriptionConfig& one) {
    const Node topic = node.at("topic");
    const Node http = node.at("sink");
    const bool has_file = node.at("file").present();
    if (topic.present() && has_file) {
        topic.problem("there is a `file` as well: name one of them");
    }
    if (http.present() && (has_file || topic.present())) {
        http.problem("there is a `file` or a `topic` as well: name one of them");
    }
    if (http.at("pull").present()) {
        http.only({"pull"});
        http.at("pull").only({"subjects"});
        one.pull_runs =
            http.at("pull").at("subjects").count(1, kPulledSubjectsMax).value_or(kPulledSubjects);
        return;
    }
    if (http.present()) {
        one.push = read_push_sink(http, place.guard, place.directory, place.environment);
        return;
    }
    if (!topic.present()) {
        if (!place.is_file && !node.at("file").present()) {
            node.problem("'sink' or 'topic' is missing: where its events go");
            return;
        }
        const auto path = node.required("file").text();
        if (path && path->empty()) node.at("file").problem("'' is not a path");
        if (path && !path->empty()) one.file = (place.directory / *path).string();
        return;
    }
    topic.only({"name", "partitions"});
    one.topic = topic.required("name").text().value_or("");
    if (!one.topic.empty() && !log::validate({one.topic, 1})) {
        topic.at("name").problem(
            fmt::format("'{}' is no name of a topic: 1 to 249 of a-z A-Z 0-9 . _ -", one.topic)
        );
    }
    if (const auto count = topic.at("partitions").count(1, kTopicPartitionsMax)) {
        one.topic_partitions = static_cast<std::uint32_t>(*count);
    }
}

}  // namespace

SubscriptionConfig read_subscription(const Node& node, const SubscriptionPlace& place) {
    node.only(
        {"name",
         "domain",
         "types",
         "filters",
         "versions",
         "keep",
         "jq",
         "personal",
         "state",
         "file",
         "topic",
         "sink",
         "retry",
         "backlog",
         "in_flight",
         "run",
         "in_place",
         "breaker",
         "start"}
    );
    SubscriptionConfig one;
    if (node.present()) one.written = node.json()->dump();
    one.name = node.required("name").text().value_or("");
    if (!one.name.empty() && !is_name(one.name)) {
        node.at("name").problem(fmt::format("'{}' is not 1 to 64 of a-z, 0-9 and '-'", one.name));
    }
    one.domain = node.required("domain").text().value_or("");
    if (node.at("types").present()) {
        for (const Node& type : node.at("types").items())
            one.types.insert(type.text().value_or(""));
    }
    read_shape(node, one.shape);
    if (place.is_file || stays_in_reach(node)) read_sink(node, place, one);
    read_dispatcher(node, one.dispatcher);
    read_breaker(node.at("breaker"), one.breaker);
    one.start =
        node.at("start").choice<Start>({{"beginning", Start::kBeginning}, {"now", Start::kNow}}
        ).value_or(one.start);
    return one;
}

}  // namespace sluice::daemon
