#include "apps/sluice/session.hpp"
#include "daemon/api/answers.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/open_log.hpp"
#include "daemon/operations/publish_lines.hpp"
#include "daemon/render/wording.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace sluice::app {

namespace {

using daemon::Published;

/// A count on stderr that moves, if somebody looks at it.
class Progress {
public:
    void count() {
        constexpr std::uint64_t kEvery = 1'000;
        if (++lines_ % kEvery == 0 && shown_) fmt::print(stderr, "\r{} lines", lines_);
    }

    void end() const {
        if (shown_) fmt::print(stderr, "\r\033[K");
    }

private:
    bool shown_{::isatty(STDERR_FILENO) != 0};
    std::uint64_t lines_{0};
};

/// The daemon knows its own limits; what it never takes need not be sent.
event::EventLimits limits_for(const daemon::Place& place, const daemon::Connection& connection) {
    constexpr std::size_t kLargestEver = std::size_t{8} << 20;
    event::EventLimits limits = daemon::limits_of(place.config);
    if (connection.remote && !place.config_path) limits.event_bytes_max = kLargestEver;
    return limits;
}

/// "orders.jsonl: line 7: …", and what to do about it where the text cannot know.
Error refusal(const std::string& name, std::uint64_t line, const Error& error) {
    const std::string where = fmt::format("line {}", line);
    const bool told = error.message.starts_with(where + ":");
    Error whole = told ? error : error.at(where);
    if (error.code == ErrorCode::kTooLarge) {
        whole.message += "; `limits: {event: …}` in sluice.yaml raises the limit, up to 8MiB";
    }
    return whole.at(name);
}

/// What a person must know when publishing ends before the file does.
Error ended(const std::string& name, std::uint64_t acknowledged, const Error& error) {
    return Error{
        error.code,
        fmt::format(
            "{}: {}; {} acknowledged before: publish it again, duplicates are recognised",
            name,
            error.message,
            daemon::counted(static_cast<std::int64_t>(acknowledged), "event")
        )};
}

int publish(
    const std::string& file,
    bool as_json,
    const daemon::Place& place,
    daemon::Connection& connection
) {
    const bool is_stdin = file == "-";
    const std::string name = is_stdin ? "stdin" : file;
    std::ifstream in{is_stdin ? "/dev/stdin" : file, std::ios::binary};
    if (!in || std::filesystem::is_directory(file)) {
        return fail(Error{
            ErrorCode::kNotFound,
            name + ": no such file, or not readable; FILE is of JSON Lines, - is stdin"});
    }
    Progress progress;
    std::uint64_t acknowledged = 0;
    const auto report = [&](std::uint64_t line, const Result<Published>& answer) {
        progress.count();
        if (answer) {
            ++acknowledged;
        } else {
            progress.end();
            fmt::print(stderr, "{}", daemon::complaint(refusal(name, line, answer.error())));
        }
        if (!as_json) return;
        daemon::Json json{{"line", line}};
        json.update(daemon::answer_json(answer));
        static_cast<void>(put(daemon::to_text(json) + "\n"));  // nobody listens: go on publishing
    };
    const auto totals =
        daemon::publish_lines(*connection.backend, in, limits_for(place, connection), report);
    progress.end();
    if (!totals) return fail(ended(name, acknowledged, totals.error()));
    const auto& [published, refused] = totals.value();
    if (!as_json && !put(fmt::format("{} published, {} refused\n", published, refused))) {
        return put_failed();
    }
    return refused == 0 ? daemon::kExitDone : daemon::kExitDoesNotHold;
}

}  // namespace

void add_publish(CLI::App& app, int& exit_code) {
    struct Arguments {
        std::string file;
        bool as_json{false};
    };

    CLI::App& command = *app.add_subcommand("publish", "Publish events: one CloudEvent a line");
    auto arguments = std::make_shared<Arguments>();
    command.add_option("FILE", arguments->file, "JSON Lines; - is stdin")
        ->type_name("")
        ->required();
    command.add_flag("--json", arguments->as_json, "One answer per line, as JSON");
    const TargetPtr target = add_target(command);
    command.callback([=, &exit_code] {
        exit_code = with_backend(
            *target,
            daemon::Access::kPublish,
            [&](const daemon::Place& place, daemon::Connection& connection) {
                return publish(arguments->file, arguments->as_json, place, connection);
            }
        );
    });
}

}  // namespace sluice::app
