#include "project/jq_program.hpp"

namespace sluice::project {

Result<JqProgram> JqProgram::open(std::string program, Options options) {
    auto opened = JqPrograms::open({{{}, {}, std::move(program)}}, "{}", std::move(options));
    if (!opened) return opened.error();
    return JqProgram{std::move(opened).value()};
}

Result<std::vector<Result<std::string>>> JqProgram::run(std::span<const std::string_view> all) {
    std::vector<JqPrograms::Job> jobs;
    jobs.reserve(all.size());
    for (const std::string_view one : all) jobs.push_back({.data = one});
    return programs_.run(jobs);
}

}  // namespace sluice::project
