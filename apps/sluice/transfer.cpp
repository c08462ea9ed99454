#include "apps/sluice/session.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/open_log.hpp"
#include "daemon/operations/history_line.hpp"
#include "daemon/render/wording.hpp"
#include "daemon/verbs/imported_event.hpp"
#include "runtime/domain/history_topic.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sluice::app {

namespace {

using daemon::Json;

constexpr std::size_t kPage = 1'000;
constexpr std::size_t kBatch = 1'000;

/// Subject by subject, each backlog in its order.
int export_backlogs(const daemon::Backend& backend, const runtime::StuckFilter& filter) {
    std::string cursor;
    do {
        const auto page = backend.stuck(cursor, kPage, filter);
        if (!page) return fail(page.error());
        for (const Json& one : page.value().value("stuck", Json::array())) {
            daemon::ShowQuery query;
            query.subject = one.value("subject", std::string{});
            query.domain = one.value("domain", std::string{});
            query.subscription = filter.subscription;
            query.limit = 10'000;
            if (query.subject.empty()) continue;
            const auto shown = backend.show(query);
            if (!shown && shown.error().code == ErrorCode::kNotFound) continue;  // gone meanwhile
            if (!shown) return fail(shown.error());
            std::string text;
            for (const std::string& line : shown.value().lines) text += line + "\n";
            if (!put(text)) return put_failed();
        }
        const Json next = page.value().value("next", Json{});
        cursor = next.is_string() ? next.get<std::string>() : std::string{};
    } while (!cursor.empty());
    return daemon::kExitDone;
}

/// Events of the lines that were read, published as new ones.
class Import {
public:
    Import(daemon::Backend& backend, std::string name)
        : backend_{backend},
          name_{std::move(name)} {}

    void refuse(std::uint64_t line, const Error& error) {
        ++refused_;
        fmt::print(
            stderr, "{}", daemon::complaint(error.at(fmt::format("{}: line {}", name_, line)))
        );
    }

    void add(std::uint64_t line, Event event) {
        events_.push_back(std::move(event));
        lines_.push_back(line);
    }

    [[nodiscard]] std::size_t size() const { return events_.size(); }

    Status write() {
        if (events_.empty()) return ok();
        const auto answers = backend_.publish(events_);
        if (!answers) return answers.error();
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            const auto& answer = answers.value()[i];
            if (answer) ++published_;
            if (!answer) refuse(lines_[i], answer.error());
        }
        events_.clear();
        lines_.clear();
        return ok();
    }

    int done() const {
        if (!put(fmt::format("{} imported, {} refused\n", published_, refused_))) {
            return put_failed();
        }
        return refused_ == 0 ? daemon::kExitDone : daemon::kExitDoesNotHold;
    }

private:
    daemon::Backend& backend_;
    std::string name_;
    std::vector<Event> events_;
    std::vector<std::uint64_t> lines_;
    std::uint64_t published_{0};
    std::uint64_t refused_{0};
};

int import_file(
    const std::string& file,
    const daemon::ImportOptions& options,
    const event::EventLimits& limits,
    daemon::Backend& backend
) {
    const bool is_stdin = file == "-";
    std::ifstream in{is_stdin ? "/dev/stdin" : file, std::ios::binary};
    if (!in || std::filesystem::is_directory(file)) {
        return fail(Error{ErrorCode::kNotFound, file + ": no such file, or not readable"});
    }
    Import import{backend, is_stdin ? "stdin" : file};
    std::string line;
    for (std::uint64_t number = 1; std::getline(in, line); ++number) {
        if (line.empty()) continue;
        auto event = daemon::imported_event(line, options, limits);
        if (!event) {
            import.refuse(number, event.error());
            continue;
        }
        import.add(number, std::move(event).value());
        if (import.size() < kBatch) continue;
        if (const Status written = import.write(); !written) return fail(written.error());
    }
    if (const Status written = import.write(); !written) return fail(written.error());
    return import.done();
}

/// What retention took of an ordered topic, beside it again. A line that cannot be taken ends it:
/// what follows would leave a hole.
int import_history(
    const std::string& file,
    const std::string& domain,
    const event::EventLimits& limits,
    daemon::Connection& connection
) {
    if (connection.log == nullptr) {
        return fail(Error{
            ErrorCode::kUnavailable, "a daemon has the log: stop it, import, and start it again"});
    }
    const bool is_stdin = file == "-";
    std::ifstream in{is_stdin ? "/dev/stdin" : file, std::ios::binary};
    if (!in || std::filesystem::is_directory(file)) {
        return fail(Error{ErrorCode::kNotFound, file + ": no such file, or not readable"});
    }
    auto import = runtime::HistoryImport::open(*connection.log, domain);
    if (!import) return fail(import.error());
    Status taken = ok();
    std::string line;
    for (std::uint64_t number = 1; taken && std::getline(in, line); ++number) {
        if (line.empty()) continue;
        auto read = daemon::history_line(line, limits);
        const auto at = fmt::format("{}: line {}", is_stdin ? "stdin" : file, number);
        taken = read ? import.value().add(read->event, read->partition, read->offset)
                     : Status{read.error()};
        if (!taken) taken = taken.error().at(at);
    }
    if (const Status written = import.value().write(); !written) return fail(written.error());
    const std::string told = fmt::format(
        "{} brought back, {} were there\n", import.value().imported(), import.value().passed_over()
    );
    if (!put(told)) return put_failed();
    if (taken) return daemon::kExitDone;
    static_cast<void>(fail(taken.error()));
    return daemon::kExitDoesNotHold;
}

void add_history(CLI::App& import, int& exit_code) {
    CLI::App& command = *import.add_subcommand(
        "history", "Old ordered events beside the ordered topic, for rebuilds; not as new events"
    );
    auto file = std::make_shared<std::string>();
    auto domain = std::make_shared<std::string>();
    command.add_option("FILE", *file, "What `read DOMAIN.ordered --json` wrote; - is stdin")
        ->type_name("")
        ->required();
    command.add_option("--domain", *domain, "Whose ordered topic")->type_name("NAME")->required();
    const TargetPtr target = add_target(command);
    command.callback([=, &exit_code] {
        exit_code = with_backend(
            *target,
            daemon::Access::kRead,
            [&](const daemon::Place& place, daemon::Connection& connection) {
                const event::EventLimits limits = daemon::limits_of(place.config);
                return import_history(*file, *domain, limits, connection);
            }
        );
    });
}

}  // namespace

void add_export(CLI::App& app, int& exit_code) {
    CLI::App& command = *app.add_subcommand(
        "export", "The backlogs of a subscription, as CloudEvents in JSON Lines"
    );
    auto filter = std::make_shared<runtime::StuckFilter>();
    command.add_option("-S,--subscription", filter->subscription, "Whose backlogs")
        ->type_name("NAME")
        ->required();
    command.add_option("--domain", filter->domain, "Of this domain alone")->type_name("NAME");
    command.add_option("--cause", filter->cause, "For this cause alone")->type_name("CAUSE");
    command.add_option("--type", filter->type, "At an event of this type")->type_name("TYPE");
    const TargetPtr target = add_target(command);
    command.callback([=, &exit_code] {
        exit_code = with_backend(
            *target,
            daemon::Access::kRead,
            [&](const daemon::Place&, daemon::Connection& connection) {
                return export_backlogs(*connection.backend, *filter);
            }
        );
    });
}

void add_import(CLI::App& app, int& exit_code) {
    CLI::App& command = *app.add_subcommand(
        "import", "Events and dead letters of Kafka Connect and Spring, as new events"
    );
    auto file = std::make_shared<std::string>();
    auto options = std::make_shared<daemon::ImportOptions>();
    CLI::Option* name =
        command.add_option("FILE", *file, "What `export` or `kcat -J` wrote; - is stdin");
    name->type_name("");
    add_history(command, exit_code);
    command.add_option("--source", options->source, "Of all of them (default: /imports + theirs)")
        ->type_name("URI");
    command.add_option("--type", options->type, "Of what is no CloudEvent (default: its topic)")
        ->type_name("TYPE");
    const TargetPtr target = add_target(command);
    command.callback([=, import = &command, &exit_code] {
        if (!import->get_subcommands().empty()) return;  // it has done its own
        if (file->empty()) throw CLI::RequiredError{"FILE"};
        exit_code = with_backend(
            *target,
            daemon::Access::kPublish,
            [&](const daemon::Place& place, daemon::Connection& connection) {
                const event::EventLimits limits = daemon::limits_of(place.config);
                return import_file(*file, *options, limits, *connection.backend);
            }
        );
    });
}

}  // namespace sluice::app
