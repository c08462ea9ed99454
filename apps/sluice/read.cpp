#include "apps/sluice/arguments.hpp"
#include "apps/sluice/session.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/operations/topic_reader.hpp"
#include "daemon/render/render.hpp"

#include <fmt/format.h>

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace sluice::app {

namespace {

struct ReadArguments {
    std::string topic;
    std::string subject;
    std::int64_t from{0};
    std::uint64_t limit{std::numeric_limits<std::uint64_t>::max()};
    bool follow{false};
    bool as_json{false};
};

/// Pages of records onto stdout.
class Printer {
public:
    explicit Printer(bool as_json) : as_json_{as_json} {}

    [[nodiscard]] bool print(const std::vector<std::string>& lines) {
        if (lines.empty()) return true;
        if (!as_json_) return print_table(lines);
        std::string text;
        for (const std::string& line : lines) {
            text += line;
            text += '\n';
        }
        return put(text);
    }

    /// The heads, at least.
    [[nodiscard]] bool end() { return as_json_ || widest_ || print_table({}); }

private:
    [[nodiscard]] bool print_table(const std::vector<std::string>& lines) {
        daemon::Table table = daemon::record_table(lines);
        const bool first = !widest_;
        if (widest_) table.widen(*widest_);
        widest_ = table;
        return put(first ? table.text() : table.text_without_heads());
    }

    bool as_json_;
    std::optional<daemon::Table> widest_;  ///< the page before
};

daemon::TopicQuery query_of(const ReadArguments& arguments) {
    daemon::TopicQuery query;
    query.topic = arguments.topic;
    if (!arguments.subject.empty()) query.subject = arguments.subject;
    query.from = Offset{arguments.from};
    query.limit = arguments.limit;
    return query;
}

int read(const ReadArguments& arguments, const daemon::Connection& connection) {
    if (arguments.follow && !connection.remote) {
        return fail(Error{
            ErrorCode::kUnavailable,
            "--follow needs a running daemon: while this command has the log open, nobody else "
            "can write to it; `sluice serve` runs one"});
    }
    const std::size_t page = arguments.as_json ? 5'000 : 500;
    daemon::TopicReader reader{*connection.backend, query_of(arguments)};
    if (const Status opened = reader.open(); !opened) return fail(opened.error());
    Printer printer{arguments.as_json};
    while (!reader.full()) {
        const auto lines = reader.next(page);
        if (!lines) return fail(lines.error());
        if (!printer.print(lines.value())) return put_failed();
        if (!reader.at_end()) continue;
        if (!arguments.follow) break;
        if (reader_has_gone()) return daemon::kExitDone;
        if (const Status waited = reader.wait(); !waited) return fail(waited.error());
    }
    return printer.end() ? daemon::kExitDone : put_failed();
}

}  // namespace

void add_read(CLI::App& app, int& exit_code) {
    CLI::App& command =
        *app.add_subcommand("read", "Show a topic: partition after partition, each in its order");
    auto arguments = std::make_shared<ReadArguments>();
    command.add_option("TOPIC", arguments->topic, "Its name; `sluice topics` lists them")
        ->type_name("")
        ->required();
    command.add_option("--subject", arguments->subject, "Only what happened to this one")
        ->type_name("SUBJECT");
    command.add_option("--from", arguments->from, "First offset, in each partition")
        ->type_name("N")
        ->check(whole_number(0, std::numeric_limits<std::int64_t>::max()));
    command.add_option("--limit", arguments->limit, "At most so many records")
        ->type_name("N")
        ->check(whole_number(1));
    command.add_flag("--follow", arguments->follow, "Then wait for more");
    command.add_flag("--json", arguments->as_json, "One CloudEvent a line, with its place");
    const TargetPtr target = add_target(command);
    command.callback([=, &exit_code] {
        exit_code = with_backend(
            *target,
            daemon::Access::kRead,
            [&](const daemon::Place&, daemon::Connection& connection) {
                return read(*arguments, connection);
            }
        );
    });
}

}  // namespace sluice::app
