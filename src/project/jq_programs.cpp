#include "project/jq_programs.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::project {

using jq::FrameKind;

namespace {

Error placed(const std::string& place, Error error) {
    return place.empty() ? std::move(error) : error.at(place);
}

Status check_program(const JqPrograms::Program& program) {
    const bool fits = program.text.size() <= JqPrograms::kProgramBytesMax &&
                      program.text.find('\0') == std::string::npos;
    if (fits) return ok();
    return placed(
        program.place,
        {ErrorCode::kBadConfig,
         fmt::format("a program is a text of at most {} bytes", JqPrograms::kProgramBytesMax)}
    );
}

}  // namespace

Result<JqPrograms> JqPrograms::open(
    std::vector<Program> programs, std::string tables, Options options
) {
    SLUICE_ASSERT(!programs.empty() && programs.size() <= kProgramsMax);
    for (const Program& one : programs) {
        if (Status checked = check_program(one); !checked) return checked.error();
    }
    JqPrograms made{std::move(programs), std::move(tables), std::move(options)};
    if (Status started = made.start(); !started) return started.error();
    return made;
}

Status JqPrograms::start() {
    auto process = jq::Process::start(options_.worker);
    if (!process) return process.error();
    if (tables_ != "{}") process->send(FrameKind::kTables, tables_);
    for (const Program& one : programs_) process->send(FrameKind::kProgram, one.text);
    for (const Program& one : programs_) {
        const auto answer = process->receive(options_.start_timeout);
        if (!answer) return answer.error();
        if (answer.value().kind == FrameKind::kRefused) {
            return placed(one.place, {ErrorCode::kBadConfig, answer.value().body});
        }
    }
    process_.emplace(std::move(process).value());
    return ok();
}

Error JqPrograms::failure_of(std::size_t program, std::string_view why) const {
    return placed(programs_.at(program).name, {ErrorCode::kInvalidEvent, std::string{why}});
}

Result<std::vector<Result<std::string>>> JqPrograms::run(std::span<const Job> jobs) {
    std::vector<Result<std::string>> answers;
    answers.reserve(jobs.size());
    bool again = false;  // the event at the head has ended one process already
    while (answers.size() < jobs.size()) {
        if (!process_) {
            if (Status started = start(); !started) {
                return Error{ErrorCode::kUnavailable, started.error().message};
            }
        }
        const std::size_t before = answers.size();
        run_from(jobs.subspan(before), answers);
        if (process_) continue;
        if (answers.size() > before) again = false;
        if (std::exchange(again, !again)) {
            answers.emplace_back(failure_of(jobs[answers.size()].first, last_end_));
        }
    }
    return answers;
}

/// As many as its process lives for.
void JqPrograms::run_from(std::span<const Job> jobs, std::vector<Result<std::string>>& answers) {
    for (const Job& one : jobs) process_->send_job({one.first, one.count}, one.data);
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        auto frame = process_->receive(options_.event_timeout);
        if (!frame) {
            last_end_ = frame.error().message;
            process_.reset();
            return;
        }
        std::string& body = frame.value().body;
        if (frame.value().kind == FrameKind::kValue) {
            answers.emplace_back(std::move(body));
            continue;
        }
        const std::size_t program = jq::failed_program_of(body);
        body.erase(0, jq::kFailedHeadBytes);
        answers.emplace_back(failure_of(program, body));
    }
}

}  // namespace sluice::project
