#include "daemon/render/render_command.hpp"

#include "daemon/render/table.hpp"
#include "daemon/render/wording.hpp"

#include <fmt/format.h>

namespace sluice::daemon {

namespace {

constexpr std::size_t kRows = 10;

std::string more_than(std::size_t shown, std::int64_t all) {
    const auto rest = all - static_cast<std::int64_t>(shown);
    return rest > 0 ? fmt::format("  … and {} more\n", rest) : std::string{};
}

}  // namespace

std::string render_preview(const Json& preview) {
    const std::int64_t count = number_of(preview, "count");
    std::string text = fmt::format(
        "{} in domain {}: {}\n",
        printable(text_of(preview, "verb")),
        printable(text_of(preview, "domain")),
        counted(count, "choice")
    );
    Table table{{"  subject", "cause", "since", ">behind", "what"}};
    std::size_t rows = 0;
    for (const Json& one : preview.value("about", Json::array())) {
        if (rows == kRows) break;
        ++rows;
        table.add(
            {"  " + text_of(one, "subject"),
             text_of(one, "cause"),
             text_of(one, "since"),
             text_of(one, "behind"),
             text_of(one, "about")}
        );
    }
    if (rows > 0) text += table.text() + more_than(rows, count);
    return text + fmt::format("then: {}\n", printable(text_of(preview, "next")));
}

std::string render_outcome(const Json& outcome) {
    std::string text = fmt::format(
        "{} {}: {} done, {} refused, {} pending{}\n",
        printable(text_of(outcome, "verb")),
        printable(text_of(outcome, "id")),
        number_of(outcome, "done"),
        number_of(outcome, "refused"),
        number_of(outcome, "pending"),
        outcome.value("repeated", false) ? " (sent before under this id)" : ""
    );
    std::size_t rows = 0;
    for (const Json& one : outcome.value("outcomes", Json::array())) {
        if (rows == kRows) break;
        const std::string state = text_of(one, "state");
        if (state == "pending") continue;
        ++rows;
        text += fmt::format(
            "  {} {}: {}\n",
            printable(text_of(one, "subject")),
            printable(state),
            printable(text_of(one, "detail"))
        );
    }
    text += more_than(rows, number_of(outcome, "count") - number_of(outcome, "pending"));
    if (number_of(outcome, "pending") > 0) {
        text +=
            "then: what is pending lies in the log and is carried out when a daemon (sluice serve) "
            "reads it; the same --id tells what became of it\n";
    }
    return text;
}

}  // namespace sluice::daemon
