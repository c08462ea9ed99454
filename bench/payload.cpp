// What a subscription's shape costs of each event: filters, cutting, jq, validation, casting.
#include "bench/bench.hpp"
#include "bench/pipeline.hpp"
#include "bench/raw_payload.hpp"
#include "cast/caster.hpp"
#include "contract/document.hpp"
#include "contract/load.hpp"
#include "event/kafka.hpp"
#include "event/view.hpp"
#include "project/cut.hpp"
#include "project/filter.hpp"
#include "project/jq_engine.hpp"
#include "project/jq_programs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace sluice::bench {

namespace {

constexpr std::size_t kRecords = 1'024;  // looked at in turn, so that no branch is learnt by heart
constexpr std::size_t kTogether = 64;    // sent to jq's process at once
constexpr std::uint64_t kSubscriptions = 10'000;
constexpr std::uint64_t kSeed = 20'261'130;

constexpr std::string_view kVersions = R"yaml(asyncapi: 3.0.0
x-sluice: {domain: order, homes: 1}
channels:
  placed: {messages: {placed: {$ref: '#/components/messages/placed'}}}
components:
  messages:
    placed:
      name: order.placed
      payload: {$ref: '#/components/schemas/now'}
      x-sluice:
        versions:
          1:
            payload: {$ref: '#/components/schemas/before'}
            up: '.cents = .total * 100 | del(.total)'
          2: {dataschema: 'https://shop.example/placed/2'}
  schemas:
    before:
      type: object
      required: [total, customer, lines]
      properties: &common
        total: {type: integer}
        status: {type: string, enum: [PLACED, PAID]}
        customer:
          type: object
          required: [tier]
          properties: {tier: {type: string}, name: {type: string, maxLength: 100}}
        lines:
          type: array
          items:
            type: object
            required: [sku, quantity, price]
            properties: {sku: {type: string}, quantity: {type: integer, minimum: 1}, price: {type: integer}}
    now:
      type: object
      required: [cents, customer, lines]
      properties: *common
)yaml";

constexpr std::string_view kJq = "{total, skus: [.lines[].sku]}";
constexpr std::string_view kUp = ".cents = .total * 100 | del(.total)";
constexpr std::string_view kSchema =
    R"({"type": "object", "required": ["total", "customer", "lines"], "properties": {
        "total": {"type": "integer"}, "status": {"type": "string", "enum": ["PLACED", "PAID"]},
        "customer": {"type": "object", "required": ["tier"],
            "properties": {"tier": {"type": "string"}, "name": {"type": "string", "maxLength": 100}}},
        "lines": {"type": "array", "items": {"type": "object", "required": ["sku", "quantity", "price"],
            "properties": {"sku": {"type": "string"}, "quantity": {"type": "integer", "minimum": 1},
                           "price": {"type": "integer"}}}}}})";

/// Orders of three to five lines, of some 400 bytes.
std::vector<Record> orders() {
    std::mt19937_64 random{kSeed};  // NOLINT(bugprone-random-generator-seed): each run the same
    const auto below = [&random](std::uint64_t limit) { return random() % limit; };
    constexpr std::array kTiers{"gold", "silver", "basic"};
    std::vector<Record> made;
    for (std::size_t number = 0; number < kRecords; ++number) {
        std::string lines;
        for (std::uint64_t line = 0, all = 3 + below(3); line < all; ++line) {
            lines += fmt::format(
                R"({}{{"sku":"SKU-{:06}","quantity":{},"price":{},"seller":"s-{:04}"}})",
                line == 0 ? "" : ",",
                below(1'000'000),
                1 + below(5),
                100 + below(90'000),
                below(3'000)
            );
        }
        Event event;
        event.id = fmt::format("{:012}", number);
        event.source = below(2) == 0 ? "/orders/kr" : "/orders/us";
        event.type = below(4) == 0 ? "order.paid" : "order.placed";
        event.subject = fmt::format("order-{:06}", below(100'000));
        event.datacontenttype = "application/json";
        event.extensions = {{"region", below(2) == 0 ? "kr" : "us"}, {"sequence", "5"}};
        event.data = fmt::format(
            R"({{"total":{},"status":"PAID","coupon":null,"customer":{{"tier":"{}","name":"A. Customer"}},"lines":[{}]}})",
            1'000 + below(900'000),
            kTiers[below(kTiers.size())],
            lines
        );
        made.push_back(event::to_record(event, event.subject));
    }
    return made;
}

project::Filter filter_of(std::string_view yaml) {
    const auto document = take(contract::Document::parse("bench", yaml));
    contract::Problems problems;
    auto filter = project::Filter::load(contract::Node::root_of(document, problems));
    require(problems.empty() ? ok() : Status{problems.error()});
    return std::move(*filter);
}

project::FieldNode fields_of(std::initializer_list<std::string_view> pointers) {
    std::vector<project::FieldPath> paths;
    for (const auto pointer : pointers) paths.push_back(take(project::FieldPath::parse(pointer)));
    return project::field_tree(paths);
}

/// Nanoseconds that `look` takes of each of so many events.
class Stopwatch {
public:
    Stopwatch(std::uint64_t events, std::vector<Record> records)
        : events_{events},
          records_{std::move(records)} {}

    double each(const std::function<bool(const Record&)>& look) {
        const Cost cost = timed([&] {
            for (std::uint64_t at = 0; at < events_; ++at) held_ += look(records_[at % kRecords]);
        });
        return ns(cost, events_);
    }

    /// The same, many at once; a tenth of them, for what takes so much longer.
    double together(const std::function<void(std::span<const Record* const>)>& look) {
        const std::uint64_t rounds = std::max<std::uint64_t>(events_ / 10 / kTogether, 1);
        std::vector<const Record*> some(kTogether);
        const Cost cost = timed([&] {
            for (std::uint64_t at = 0; at < rounds * kTogether; at += kTogether) {
                for (std::size_t one = 0; one < kTogether; ++one) {
                    some[one] = &records_[(at + one) % kRecords];
                }
                look(some);
            }
        });
        return ns(cost, rounds * kTogether);
    }

private:
    static double ns(Cost cost, std::uint64_t events) {
        return cost.seconds / static_cast<double>(events) * 1e9;
    }

    std::uint64_t events_;
    std::vector<Record> records_;
    std::uint64_t held_{0};  ///< so that nothing is optimized away
};

struct Library {
    std::string_view name;
    double ns;
};

void tell(std::string_view name, double ns, Library beside) {
    fmt::print("  {:<40}{:>9.0f} ns   {:>6.2f} of {}\n", name, ns, ns / beside.ns, beside.name);
}

Library told(std::string_view name, double ns) {
    fmt::print("  {:<40}{:>9.0f} ns\n", name, ns);
    return {name, ns};
}

void measure_filters(Stopwatch& watch) {
    const Library header = told("a header, found and compared", watch.each([](const Record& one) {
        return one.header("ce_type") == "order.paid";
    }));
    const Library field =
        told("nlohmann::json: parse, compare a field", watch.each([](const Record& one) {
            return raw_field_is(*one.value, "gold");
        }));

    struct Dialect {
        std::string_view name;
        std::string_view yaml;
        const Library& beside;
    };

    const std::array dialects{
        Dialect{"exact", "- exact: {type: order.paid}", header},
        Dialect{"prefix", "- prefix: {source: /orders/k}", header},
        Dialect{"suffix", "- suffix: {source: /kr}", header},
        Dialect{"not", "- not: {exact: {type: order.paid}}", header},
        Dialect{
            "all of three",
            "- all: [{exact: {type: order.placed}}, {prefix: {source: /orders}}, {exact: {region: "
            "kr}}]",
            header},
        Dialect{
            "any of three",
            "- any: [{exact: {type: order.paid}}, {suffix: {source: /kr}}, {exact: {region: kr}}]",
            header},
        Dialect{"sql, one comparison", "- sql: \"type = 'order.paid'\"", header},
        Dialect{
            "sql, four parts",
            "- sql: \"type IN ('order.paid', 'order.placed') AND (region = 'kr' OR source LIKE "
            "'%us') AND INT(sequence) > 4\"",
            header},
        Dialect{"a field of the data", "- 'urn:sluice:data': {/customer/tier: gold}", field},
    };
    for (const auto& [name, yaml, beside] : dialects) {
        const project::Filter filter = filter_of(yaml);
        project::cesql::Scratch scratch;
        const double ns = watch.each([&](const Record& one) {
            return filter.judge(one, scratch) == project::Verdict::kPasses;
        });
        tell(fmt::format("filter: {}", name), ns, beside);
    }
}

void measure_cutting(Stopwatch& watch) {
    const Library keep =
        told("nlohmann::json: parse, copy, write", watch.each([](const Record& one) {
            return raw_keep(*one.value).empty();
        }));
    const Library drop =
        told("nlohmann::json: parse, erase, write", watch.each([](const Record& one) {
            return raw_drop(*one.value).empty();
        }));
    const auto kept = fields_of({"/total", "/lines/*/sku"});
    tell(
        "keep: a field, and one of each line",
        watch.each([&](const Record& one) {
            return take(project::keep_fields(*one.value, kept)).empty();
        }),
        keep
    );
    const auto dropped = fields_of({"/customer/name"});
    tell(
        "personal: a field withheld",
        watch.each([&](const Record& one) {
            return take(project::drop_fields(*one.value, dropped)).empty();
        }),
        drop
    );
}

void measure_validation(Stopwatch& watch, const contract::Contract& contract) {
    const RawValidator plain{kSchema};
    const Library valijson = told("nlohmann::json and valijson", watch.each([&](const Record& one) {
        return plain.validate(*one.value);
    }));
    const contract::MessageType& type = *contract.type("order.placed");
    tell(
        "validate: by the contract",
        watch.each([&](const Record& one) { return contract::validate_data(type, one).has_value(); }
        ),
        valijson
    );
}

/// jq as it is used, in a process of its own; and libjq in this one.
void measure_jq(Stopwatch& watch, const std::shared_ptr<const contract::Contract>& contract) {
    const auto in_here = [&watch](std::string_view program) {
        auto engine = take(project::jq::Engine::compile(std::string{program}));
        return watch.together([&](std::span<const Record* const> some) {
            for (const Record* one : some) static_cast<void>(take(engine.run(*one->value)));
        });
    };
    const Library plain = told("libjq in this process: a projection", in_here(kJq));
    auto programs = take(project::JqPrograms::open({{"", "", std::string{kJq}}}, "{}", {}));
    std::vector<project::JqPrograms::Job> jobs(kTogether);
    tell(
        "jq: the same, in its own process",
        watch.together([&](std::span<const Record* const> some) {
            for (std::size_t at = 0; at < some.size(); ++at) jobs[at].data = *some[at]->value;
            for (auto& answer : take(programs.run(jobs)))
                static_cast<void>(take(std::move(answer)));
        }),
        plain
    );
    const Library lifted = told("libjq in this process: a cast", in_here(kUp));
    auto caster = take(cast::Caster::open(contract, {{"order.placed", 2}}, {}));
    tell(
        "cast: one version up, and validated",
        watch.together([&](std::span<const Record* const> some) {
            for (const auto& one : take(caster.cast(some))) {
                require(one.failure ? Status{*one.failure} : ok());
            }
        }),
        lifted
    );
}

/// What so many subscriptions on one ordered topic cost: each judges each event by its own filter.
void measure_subscriptions(const Load& load, const std::vector<Record>& records) {
    std::vector<project::Filter> filters;
    for (std::uint64_t number = 0; number < kSubscriptions; ++number) {
        filters.push_back(filter_of(
            number % 2 == 0
                ? fmt::format("- exact: {{subject: order-{:06}}}", number)
                : fmt::format("- sql: \"type = 'order.paid' AND subject = 'order-{:06}'\"", number)
        ));
    }
    const std::uint64_t events = std::max<std::uint64_t>(load.events / 1'000, 1);
    project::cesql::Scratch scratch;
    std::uint64_t passed = 0;
    const Cost cost = timed([&] {
        for (std::uint64_t at = 0; at < events; ++at) {
            for (const auto& filter : filters) {
                passed +=
                    filter.judge(records[at % kRecords], scratch) == project::Verdict::kPasses;
            }
        }
    });
    const double us = cost.seconds / static_cast<double>(events) * 1e6;
    fmt::print(
        "  {} subscriptions: {:.0f} us an event to judge, {:.0f} ns each; {:.2f} pass\n",
        kSubscriptions,
        us,
        us * 1e3 / static_cast<double>(kSubscriptions),
        static_cast<double>(passed) / static_cast<double>(events)
    );
}

}  // namespace

int run_payload(const Load& load) {
    const std::vector<Record> records = orders();
    std::size_t bytes = 0;
    for (const Record& one : records) bytes += one.value->size();
    fmt::print("{} events, data of {} bytes\n", load.events, bytes / kRecords);
    const auto contract = std::make_shared<const contract::Contract>(
        take(contract::load_contract_text("bench", kVersions))
    );
    Stopwatch watch{load.events, records};
    measure_filters(watch);
    measure_cutting(watch);
    measure_validation(watch, *contract);
    measure_jq(watch, contract);
    measure_subscriptions(load, records);
    return 0;
}

}  // namespace sluice::bench
