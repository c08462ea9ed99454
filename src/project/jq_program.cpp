#include "project/jq_program.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::project {

using jq::Frame;
using jq::FrameKind;

Result<JqProgram> JqProgram::open(std::string program, Options options) {
    if (program.size() > kProgramBytesMax || program.find('\0') != std::string::npos) {
        return Error{
            ErrorCode::kBadConfig,
            fmt::format("a program is a text of at most {} bytes", kProgramBytesMax)};
    }
    JqProgram made{std::move(program), std::move(options)};
    if (Status started = made.start(); !started) return started.error();
    return made;
}

Status JqProgram::start() {
    auto process = jq::Process::start(options_.worker);
    if (!process) return process.error();
    process->send(FrameKind::kProgram, program_);
    const auto answer = process->receive(options_.start_timeout);
    if (!answer) return answer.error();
    if (answer.value().kind == FrameKind::kRefused) {
        return Error{ErrorCode::kBadConfig, answer.value().body};
    }
    process_.emplace(std::move(process).value());
    return ok();
}

Result<std::vector<Result<std::string>>> JqProgram::run(std::span<const std::string_view> all) {
    std::vector<Result<std::string>> answers;
    answers.reserve(all.size());
    bool again = false;  // the event at the head has ended one process already
    while (answers.size() < all.size()) {
        if (!process_) {
            if (Status started = start(); !started) {
                return Error{ErrorCode::kUnavailable, started.error().message};
            }
        }
        const std::size_t before = answers.size();
        run_from(all.subspan(before), answers);
        if (process_) continue;
        if (answers.size() > before) again = false;
        if (std::exchange(again, !again)) {
            answers.emplace_back(Error{ErrorCode::kInvalidEvent, last_end_});
        }
    }
    return answers;
}

/// As many as its process lives for.
void JqProgram::run_from(
    std::span<const std::string_view> all, std::vector<Result<std::string>>& answers
) {
    for (const std::string_view one : all) process_->send(FrameKind::kData, one);
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto frame = process_->receive(options_.event_timeout);
        if (!frame) {
            last_end_ = frame.error().message;
            process_.reset();
            return;
        }
        if (frame.value().kind == FrameKind::kValue) {
            answers.emplace_back(std::move(frame.value().body));
        } else {
            answers.emplace_back(Error{ErrorCode::kInvalidEvent, std::move(frame.value().body)});
        }
    }
}

}  // namespace sluice::project
