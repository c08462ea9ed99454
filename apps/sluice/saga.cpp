#include "apps/sluice/session.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/render/render_saga.hpp"
#include "http/path.hpp"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace sluice::app {

namespace {

using daemon::Json;
using daemon::Remote;

constexpr const char* kCarriedOutThere = "sagas are carried out, and shown, by sluice serve";

struct SagaArguments {
    TargetPtr target;
    std::string id;
    std::string why;
    bool ended{false};
    bool as_json{false};
};

using SagaPtr = std::shared_ptr<SagaArguments>;

http::Request request_of(std::string method, std::string path) {
    http::Request request;
    request.method = std::move(method);
    request.path = std::move(path);
    return request;
}

int print_saga(const SagaArguments& asked, const Result<Json>& answer) {
    if (!answer) return fail(answer.error());
    const std::string text = asked.as_json ? daemon::to_text(answer.value()) + "\n"
                                           : daemon::render_saga(answer.value());
    return put(text) ? daemon::kExitDone : put_failed();
}

/// Page by page.
int list_sagas(const SagaArguments& asked, const Remote& daemon) {
    std::string from;
    Json all{{"sagas", Json::array()}};
    while (true) {
        http::Request request = request_of("GET", "/v1/sagas");
        request.query["ended"] = asked.ended ? "true" : "false";
        if (!from.empty()) request.query["from"] = from;
        const auto page = daemon.ask(std::move(request));
        if (!page) return fail(page.error());
        for (const Json& one : page->value("sagas", Json::array())) all["sagas"].push_back(one);
        const Json next = page->value("next", Json{});
        if (!next.is_string()) break;
        from = next.get<std::string>();
    }
    const std::string text =
        asked.as_json ? daemon::to_text(all) + "\n" : daemon::render_sagas(all);
    return put(text) ? daemon::kExitDone : put_failed();
}

int tell_saga(const SagaArguments& asked, const std::string& verb, const Remote& daemon) {
    http::Request request =
        request_of("POST", fmt::format("/v1/sagas/{}/{}", http::path_segment(asked.id), verb));
    request.content_type = "application/json";
    request.body = daemon::to_text(Json{{"why", asked.why}});
    return print_saga(asked, daemon.ask(std::move(request)));
}

CLI::App& add_sub(CLI::App& saga, const char* name, const char* help, const SagaPtr& asked) {
    CLI::App& sub = *saga.add_subcommand(name, help);
    sub.add_flag("--json", asked->as_json, "As one JSON object");
    asked->target = add_target(sub);
    return sub;
}

void add_saga_list(CLI::App& saga, int& exit_code) {
    const auto asked = std::make_shared<SagaArguments>();
    CLI::App& list = add_sub(saga, "list", "Sagas under way, and how each stands", asked);
    list.add_flag("--ended", asked->ended, "Those that have ended in the last week");
    list.callback([asked, &exit_code] {
        exit_code = with_daemon(*asked->target, kCarriedOutThere, [&](const Remote& daemon) {
            return list_sagas(*asked, daemon);
        });
    });
}

void add_saga_show(CLI::App& saga, int& exit_code) {
    const auto asked = std::make_shared<SagaArguments>();
    CLI::App& one = add_sub(saga, "show", "One saga, step by step", asked);
    one.add_option("ID", asked->id, "Which")->required()->type_name("");
    one.callback([asked, &exit_code] {
        exit_code = with_daemon(*asked->target, kCarriedOutThere, [&](const Remote& daemon) {
            const std::string path = "/v1/sagas/" + http::path_segment(asked->id);
            return print_saga(*asked, daemon.ask(request_of("GET", path)));
        });
    });
}

void add_verb(CLI::App& saga, const char* verb, const char* help, int& exit_code) {
    const auto asked = std::make_shared<SagaArguments>();
    CLI::App& sub = add_sub(saga, verb, help, asked);
    sub.add_option("ID", asked->id, "Which")->required()->type_name("");
    sub.add_option("--reason", asked->why, "Why; it is kept with the saga")->type_name("WHY");
    sub.callback([asked, verb, &exit_code] {
        exit_code = with_daemon(*asked->target, kCarriedOutThere, [&](const Remote& daemon) {
            return tell_saga(*asked, verb, daemon);
        });
    });
}

}  // namespace

void add_saga(CLI::App& app, int& exit_code) {
    CLI::App& saga = *app.add_subcommand("saga", "Sagas: several services, all or nothing");
    saga.require_subcommand(1);
    add_saga_list(saga, exit_code);
    add_saga_show(saga, exit_code);
    add_verb(saga, "retry", "Send again what is stuck or pauses", exit_code);
    add_verb(saga, "cancel", "Go back as soon as the answer under way is there", exit_code);
    add_verb(saga, "compensate", "Go back now, as if what is under way were done", exit_code);
}

}  // namespace sluice::app
