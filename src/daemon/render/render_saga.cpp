#include "daemon/render/render_saga.hpp"

#include "daemon/render/table.hpp"

#include <fmt/format.h>

namespace sluice::daemon {

namespace {

bool is_stuck(const Json& saga) {
    return text_of(saga, "awaits") == "person";
}

/// "forward", "backward, stuck", …
std::string standing_of(const Json& saga) {
    std::string text = text_of(saga, "phase");
    if (is_stuck(saga)) text += ", stuck";
    if (text_of(saga, "awaits") == "pause") text += ", pauses";
    return text;
}

}  // namespace

std::string render_sagas(const Json& page) {
    const Json sagas = page.value("sagas", Json::array());
    if (sagas.empty()) return "no sagas\n";
    Table table{{"id", "saga", "subject", "stands", "step", ">attempts", "began", "reason"}};
    for (const Json& one : sagas) {
        table.add(
            {text_of(one, "id"),
             fmt::format("{} v{}", text_of(one, "saga"), number_of(one, "version")),
             text_of(one, "subject"),
             standing_of(one),
             text_of(one, "step"),
             text_of(one, "attempts"),
             text_of(one, "began"),
             text_of(one, "reason")}
        );
    }
    return table.text();
}

std::string render_saga(const Json& saga) {
    std::string text = fmt::format(
        "{}: {} v{} of {}, began {}\nstands: {}\n",
        printable(text_of(saga, "id")),
        printable(text_of(saga, "saga")),
        number_of(saga, "version"),
        printable(text_of(saga, "subject")),
        text_of(saga, "began"),
        standing_of(saga)
    );
    if (saga.contains("ended")) text += fmt::format("ended:  {}\n", text_of(saga, "ended"));
    if (saga.contains("due")) text += fmt::format("due:    {}\n", text_of(saga, "due"));
    if (saga.contains("reason")) {
        text += fmt::format("reason: {}\n", printable(text_of(saga, "reason")));
    }
    Table table{{"step", "state", ">attempts", "result"}};
    for (const Json& step : saga.value("steps", Json::array())) {
        const bool is_here = step.value("name", Json{}) == saga.value("step", Json{});
        table.add(
            {text_of(step, "name"),
             text_of(step, "state"),
             is_here ? text_of(saga, "attempts") : "-",
             text_of(step, "result")}
        );
    }
    text += table.text();
    if (is_stuck(saga)) {
        text += fmt::format(
            "when its service is well again: sluice saga retry {}\n", printable(text_of(saga, "id"))
        );
    }
    return text;
}

}  // namespace sluice::daemon
