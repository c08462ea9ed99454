#include "apps/sluice/arguments.hpp"
#include "apps/sluice/contract.hpp"
#include "apps/sluice/ground_options.hpp"
#include "apps/sluice/session.hpp"
#include "base/clock.hpp"
#include "daemon/exit_code.hpp"
#include "infer/draft.hpp"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sluice::app {

namespace {

struct InferOptions {
    daemon::GroundTarget target;
    std::vector<std::string> topics;
    std::uint64_t sample{1'000};
    Milliseconds window{std::chrono::hours{24 * 7}};
    Milliseconds patience{30'000};
    std::string domain;
    std::string out;  ///< empty: stdout
};

/// The first records of one topic that are young enough.
Result<infer::TopicSample> sample_topic(
    const InferOptions& options, observe::Source& source, const std::string& topic, Instant now
) {
    // Nothing is that young: how many partitions there are, without a record.
    const auto extents = source.read(
        {topic}, now + std::chrono::hours{24}, [](const auto&, const auto&) { return ok(); }
    );
    if (!extents) return extents.error();
    const auto found = extents->find(topic);
    if (found == extents->end()) {
        return Error{ErrorCode::kNotFound, fmt::format("there is no topic '{}'", topic)};
    }
    infer::TopicSample sample{topic, found->second.partitions};
    bool enough = false;
    const auto take = [&](const log::PartitionRef& of, const log::StoredRecord& stored) -> Status {
        enough = sample.records() >= options.sample;
        if (enough) return Error{ErrorCode::kCancelled, "enough was seen"};
        sample.add(of.partition, stored.record);
        return ok();
    };
    const auto read = source.read({topic}, Instant{now.ms - options.window.count()}, take);
    if (!read && !enough) return read.error();
    return sample;
}

int write_draft(const InferOptions& options, const std::string& draft) {
    if (options.out.empty()) return put(draft) ? daemon::kExitDone : put_failed();
    std::ofstream out{options.out, std::ios::binary | std::ios::trunc};
    out << draft;
    out.close();
    if (!out) return fail(Error{ErrorCode::kIo, options.out + ": cannot be written"});
    fmt::print("{}: look for DECIDE, then: sluice contract lint {}\n", options.out, options.out);
    return daemon::kExitDone;
}

int infer_from(const InferOptions& options, observe::Source& source) {
    const SystemClock clock;
    std::vector<infer::TopicSample> samples;
    for (const std::string& topic : options.topics) {
        auto sample = sample_topic(options, source, topic, clock.now());
        if (!sample) return fail(sample.error());
        samples.push_back(std::move(sample).value());
    }
    const std::string domain =
        options.domain.empty() ? infer::domain_name_of(options.topics) : options.domain;
    return write_draft(options, infer::draft_contract(domain, samples));
}

int run_infer(const InferOptions& options) {
    const auto ground = daemon::find_ground(options.target);
    if (!ground) return fail(ground.error());
    return with_source(*ground, options.patience, "infer", [&](observe::Source& source) {
        return infer_from(options, source);
    });
}

}  // namespace

void add_contract_infer(CLI::App& contract, int& exit_code) {
    CLI::App& command = *contract.add_subcommand(
        "infer", "Draft a contract from records of topics; reads without a group, writes nothing"
    );
    const auto options = std::make_shared<InferOptions>();
    add_ground(command, options->target, true);
    command.add_option("--topics", options->topics, "The domain's topics, with commas between")
        ->type_name("TOPIC,…")
        ->delimiter(',')
        ->required();
    command.add_option("--sample", options->sample, "Records to look at, of each topic")
        ->type_name("N")
        ->check(whole_number(1, 1'000'000))
        ->capture_default_str();
    add_duration(command, "--since", options->window, "How far back from now");
    command
        .add_option(
            "--domain", options->domain, "The domain's name (default: what topics begin with)"
        )
        ->type_name("NAME");
    command.add_option("--out", options->out, "Write the draft there (default: stdout)")
        ->type_name("FILE");
    add_duration(command, "--patience", options->patience, "For each answer of the cluster");
    command.callback([options, &exit_code] { exit_code = run_infer(*options); });
}

}  // namespace sluice::app
