#include "cast/trial.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace sluice::cast {

using contract::Contract;
using contract::MessageType;
using contract::Version;
using project::JqPrograms;

namespace {

constexpr std::size_t kShownBytesMax = 200;

std::string shortened(std::string_view data) {
    if (data.size() <= kShownBytesMax) return std::string{data};
    std::size_t end = kShownBytesMax;
    while (end > 0 && (static_cast<unsigned char>(data[end]) & 0xC0U) == 0x80U) --end;
    return std::string{data.substr(0, end)} + "…";
}

bool looks_up(const Way& way) {
    return std::any_of(way.steps.begin(), way.steps.end(), [](const Step& step) {
        return step.program->text.find("$tables") != std::string::npos;
    });
}

/// What a way makes of its samples, looked at one by one.
class WayTrial {
public:
    explicit WayTrial(const Way& way) : way_{way} {}

    void look(const std::string& sample, const Result<std::string>& answer) {
        if (!answer) {
            if (!failed_)
                failed_ = fmt::format("{}, of {}", answer.error().message, shortened(sample));
            return;
        }
        ++made_;
        if (broken_) return;
        const Status valid = way_.steps.back().to->schema->validate(answer.value());
        if (valid) return;
        broken_ = fmt::format(
            "makes {} of {}, which version {} does not take: {}",
            shortened(answer.value()),
            shortened(sample),
            way_.steps.back().to->number,
            valid.error().message
        );
    }

    /// Nothing: all is well.
    [[nodiscard]] std::optional<std::string> problem() const {
        const Version& from = *way_.steps.front().from;
        if (broken_) return placed(*broken_);
        if (failed_ && (made_ == 0 || !looks_up(way_))) return placed(*failed_);
        if (!from.samples.empty()) return std::nullopt;
        return placed(fmt::format(
            "cannot be tried: no data could be made that version {} takes; give it 'examples'",
            from.number
        ));
    }

private:
    [[nodiscard]] std::string placed(std::string_view what) const {
        return fmt::format("{}: {}", way_.steps.front().program->place, what);
    }

    const Way& way_;
    std::size_t made_{0};
    std::optional<std::string> failed_;  ///< the first program that failed
    std::optional<std::string> broken_;  ///< the first result that breaks its schema
};

/// Every step that has a program, each a way by itself.
std::vector<Way> all_ways(const Contract& contract, std::vector<JqPrograms::Program>& programs) {
    std::vector<Way> ways;
    const auto add = [&](const MessageType& type, const Version& from, const Version& to) {
        const auto steps = steps_between(type, from, to);
        if (!steps || programs.size() == JqPrograms::kProgramsMax) return;
        ways.push_back({static_cast<std::uint16_t>(programs.size()), steps.value()});
        programs.push_back(program_of(type.name, steps.value().front()));
    };
    for (const auto& [name, type] : contract.types) {
        for (std::size_t at = 0; at + 1 < type.versions.size(); ++at) {
            add(type, type.versions[at], type.versions[at + 1]);
            add(type, type.versions[at + 1], type.versions[at]);
        }
    }
    return ways;
}

}  // namespace

JqPrograms::Program program_of(std::string_view type, const Step& step) {
    return {
        fmt::format("{} {} to {}", type, step.from->number, step.to->number),
        step.program->place,
        step.program->text};
}

Result<std::vector<std::string>> try_ways(JqPrograms& programs, std::span<const Way> ways) {
    std::vector<JqPrograms::Job> jobs;
    for (const Way& way : ways) {
        SLUICE_ASSERT(!way.steps.empty());
        for (const std::string& sample : way.steps.front().from->samples)
            jobs.push_back({way.first, static_cast<std::uint16_t>(way.steps.size()), sample});
    }
    const auto answers = programs.run(jobs);
    if (!answers) return answers.error();
    std::vector<std::string> problems;
    std::size_t at = 0;
    for (const Way& way : ways) {
        WayTrial trial{way};
        for (const std::string& sample : way.steps.front().from->samples)
            trial.look(sample, answers.value()[at++]);
        if (auto problem = trial.problem()) problems.push_back(std::move(*problem));
    }
    return problems;
}

std::vector<std::string> cast_problems(
    const Contract& contract, const JqPrograms::Options& options
) {
    std::vector<JqPrograms::Program> programs;
    const std::vector<Way> ways = all_ways(contract, programs);
    if (ways.empty()) return {};
    auto opened = JqPrograms::open(std::move(programs), contract.tables, options);
    if (!opened) return {opened.error().message};
    auto tried = try_ways(opened.value(), ways);
    if (!tried) return {tried.error().message};
    return std::move(tried).value();
}

}  // namespace sluice::cast
