#include "contract/load.hpp"

#include "contract/load_parts.hpp"
#include "event/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

namespace sluice::contract {

namespace {

constexpr Milliseconds kAges{std::chrono::hours{24} * 36'500};
constexpr Milliseconds kOneSecond{1'000};

bool is_domain_name(std::string_view name) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789-";
    return !name.empty() && name.size() <= 64 &&
           name.find_first_not_of(letters) == std::string_view::npos;
}

void load_sources(const Node& sources, Contract& contract) {
    for (const Node& item : sources.items()) {
        const auto source = item.text();
        if (!source.has_value()) continue;
        if (source->empty() || source->find(' ') != std::string::npos) {
            item.problem(fmt::format(
                "{} is not a source: at least one character, no blanks", event::shown(*source)
            ));
        }
        const bool twice =
            std::count(contract.sources.begin(), contract.sources.end(), *source) > 0;
        if (twice) item.problem(fmt::format("{} is there twice", event::shown(*source)));
        contract.sources.push_back(*source);
    }
}

void load_gap(const Node& gap, Contract& contract) {
    gap.only({"policy", "wait"});
    const auto policy = gap.at("policy").choice<GapPolicy>(
        {{"wait", GapPolicy::kWait}, {"park", GapPolicy::kPark}, {"skip", GapPolicy::kSkip}}
    );
    contract.gap.policy = policy.value_or(contract.gap.policy);
    contract.gap.wait = gap.at("wait").duration(Milliseconds{0}, kAges).value_or(contract.gap.wait);
}

void load_times(const Node& sluice, Contract& contract) {
    const Node closing = sluice.at("closing");
    const Node forget = sluice.at("forget");
    closing.only({"retain"});
    forget.only({"after"});
    contract.closed_kept =
        closing.at("retain").duration(kOneSecond, kAges).value_or(contract.closed_kept);
    contract.tombstone_kept =
        forget.at("after").duration(kOneSecond, kAges).value_or(contract.tombstone_kept);
    if (contract.tombstone_kept < contract.closed_kept) {
        (forget.present() ? forget.at("after") : closing.at("retain"))
            .problem("forget.after must not be shorter than closing.retain");
    }
}

void load_waiting(const Node& waiting, Contract& contract) {
    waiting.only({"events", "bytes", "source"});
    contract.waiting_events_max =
        waiting.at("events").count(1, 1'000'000).value_or(contract.waiting_events_max);
    contract.waiting_bytes_max = waiting.at("bytes")
                                     .size(std::uint64_t{1} << 20, std::uint64_t{1} << 34)
                                     .value_or(contract.waiting_bytes_max);
    const Node source = waiting.at("source");
    source.only({"events", "bytes"});
    contract.source_events_max =
        source.at("events").count(1, 1'000'000'000).value_or(contract.source_events_max);
    contract.source_bytes_max = source.at("bytes")
                                    .size(std::uint64_t{1} << 20, std::uint64_t{1} << 40)
                                    .value_or(contract.source_bytes_max);
}

Retention retention_of(const Node& node) {
    node.only({"age", "records"});
    using std::chrono::hours;
    return {
        node.at("age").duration(std::chrono::minutes{1}, hours{24 * 3'650}),
        node.at("records").count(1'000, 1'000'000'000'000)};
}

void check_version(const Node& root) {
    const Node version = root.required("asyncapi");
    const auto written = version.text();
    static const std::regex read_versions{"3\\.[01]\\.[0-9]{1,4}"};
    if (!written.has_value()) return;
    if (written->size() > 16 || !std::regex_match(*written, read_versions)) {
        version.problem(fmt::format("{} is not read, only 3.0.x and 3.1.x", event::shown(*written))
        );
    }
}

Result<Contract> load(const Result<Document>& document) {
    if (!document.has_value()) return document.error();
    Problems problems;
    auto contract = load_contract(*document, problems);
    if (!contract.has_value()) return problems.error();
    return std::move(*contract);
}

}  // namespace

namespace parts {

std::optional<Validation> validation_of(const Node& node) {
    return node.choice<Validation>(
        {{"off", Validation::kOff}, {"warn", Validation::kWarn}, {"enforce", Validation::kEnforce}}
    );
}

void load_domain(const Node& sluice, Contract& contract, Defaults& defaults) {
    sluice.only(
        {"domain",
         "homes",
         "ordered",
         "sources",
         "gap",
         "waiting",
         "closing",
         "forget",
         "start",
         "retention",
         "tables",
         "reducer",
         "invalid",
         "changed",
         "validation"}
    );
    const Node domain = sluice.required("domain");
    contract.domain = domain.text().value_or("");
    if (domain.text().has_value() && !is_domain_name(contract.domain)) {
        domain.problem(
            fmt::format("{} is not 1 to 64 of a-z, 0-9 and -", event::shown(contract.domain))
        );
    }
    const auto homes = sluice.required("homes").count(1, 4'096);
    contract.homes = static_cast<std::uint32_t>(homes.value_or(1));
    load_sources(sluice.at("sources"), contract);
    load_gap(sluice.at("gap"), contract);
    load_waiting(sluice.at("waiting"), contract);
    load_times(sluice, contract);
    const Node retention = sluice.at("retention");
    retention.only({"ordered", "aside"});
    contract.keep_ordered = retention_of(retention.at("ordered"));
    contract.keep_aside = retention_of(retention.at("aside"));
    load_tables(sluice.at("tables"), contract, defaults);
    const Node start = sluice.at("start");
    start.only({"older"});
    contract.older =
        start.at("older")
            .choice<OlderPolicy>({{"assume", OlderPolicy::kAssume}, {"wait", OlderPolicy::kWait}})
            .value_or(contract.older);
    contract.invalid =
        sluice.at("invalid")
            .choice<InvalidPolicy>({{"dead", InvalidPolicy::kDead}, {"wait", InvalidPolicy::kWait}})
            .value_or(contract.invalid);
    contract.changed =
        sluice.at("changed")
            .choice<ChangedPolicy>({{"hold", ChangedPolicy::kHold}, {"drop", ChangedPolicy::kDrop}})
            .value_or(contract.changed);
    defaults.validation = validation_of(sluice.at("validation")).value_or(defaults.validation);
}

}  // namespace parts

std::optional<Contract> load_contract(const Document& document, Problems& problems) {
    const Node root = Node::root_of(document, problems);
    if (!root.present()) root.problem("an AsyncAPI document is due here");
    root.only(
        {"asyncapi",
         "id",
         "info",
         "defaultContentType",
         "servers",
         "channels",
         "operations",
         "components",
         "x-sluice"},
        Extensions::kAllowed
    );
    if (!problems.empty()) return std::nullopt;
    Contract contract;
    parts::Defaults defaults;
    parts::MessageNodes messages;
    check_version(root);
    defaults.content_type = root.at("defaultContentType").text().value_or("application/json");
    const Node sluice = root.required("x-sluice");
    const Node channels = root.required("channels");
    if (!sluice.present() || !channels.present()) return std::nullopt;
    parts::load_domain(sluice, contract, defaults);
    parts::load_channels(channels, defaults, contract, messages);
    parts::load_given(sluice, channels, messages, contract);
    parts::load_reducer(sluice.at("reducer"), contract);
    parts::check_rules(contract, messages);
    if (!problems.empty()) return std::nullopt;
    return contract;
}

Result<Contract> load_contract_file(const std::string& path) {
    return load(Document::read(path));
}

Result<Contract> load_contract_text(std::string name, std::string_view text) {
    return load(Document::parse(std::move(name), text));
}

}  // namespace sluice::contract
