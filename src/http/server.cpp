#include "http/server.hpp"

#include <fmt/format.h>
#include <httplib.h>

#include <exception>
#include <map>
#include <sys/socket.h>
#include <thread>
#include <utility>
#include <vector>

namespace sluice::http {

struct Server::Impl {
    explicit Impl(ServerOptions given) : options{std::move(given)} {}

    struct Route {
        std::string method;
        std::string path;
        Handler handler;

        [[nodiscard]] bool takes(const std::string& wanted) const {
            return path.ends_with('/') ? wanted.starts_with(path) : wanted == path;
        }
    };

    [[nodiscard]] Response answer(const Request& request) const {
        bool path_known = false;
        for (const Route& route : routes) {
            if (!route.takes(request.path)) continue;
            path_known = true;
            if (route.method == request.method) return route.handler(request);
        }
        if (path_known) {
            Response refused = problem(Error{
                ErrorCode::kInvalidArgument,
                fmt::format("{} is not a method of {}", request.method, request.path)});
            refused.status = 405;
            return refused;
        }
        return problem(Error{
            ErrorCode::kNotFound, fmt::format("no such resource: {}", request.path)});
    }

    void serve(const httplib::Request& in, httplib::Response& out) const {
        Request request{in.method, in.path, {}, in.get_header_value("Content-Type"), in.body};
        for (const auto& [name, value] : in.params) request.query.insert_or_assign(name, value);
        Response response = answer(request);
        out.status = response.status;
        out.set_header("Cache-Control", "no-store");
        out.set_header("X-Content-Type-Options", "nosniff");
        out.set_content(std::move(response.body), response.content_type);
    }

    ServerOptions options;
    std::vector<Route> routes;
    httplib::Server server;  // outlives the thread that listens
    std::uint16_t port{0};
    std::jthread listener;
};

namespace {

/// The library's default shares the port with whoever else asks for it; a second daemon must be
/// refused.
void do_not_share_port(socket_t socket) {
    const int yes = 1;
    static_cast<void>(setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes));
}

bool is_loopback(const std::string& host) {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace

Server::Server(ServerOptions options) : impl_{std::make_unique<Impl>(std::move(options))} {}

Server::~Server() {
    stop();
}

void Server::handle(std::string method, std::string path, Handler handler) {
    impl_->routes.push_back({std::move(method), std::move(path), std::move(handler)});
}

Status Server::start() {
    Impl& self = *impl_;
    if (!is_loopback(self.options.host)) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "'{}' is not a loopback address: without a login Sluice listens on loopback only, "
                "e.g. 127.0.0.1",
                self.options.host
            )};
    }
    self.server.set_socket_options(do_not_share_port);
    self.server.set_payload_max_length(self.options.body_bytes_max);
    self.server.set_keep_alive_timeout(1);
    self.server.new_task_queue = [threads = self.options.threads] {
        return new httplib::ThreadPool(threads);
    };
    self.server.set_exception_handler(
        [](const httplib::Request&, httplib::Response& out, const std::exception_ptr&) {
            const Response failed =
                problem(Error{ErrorCode::kIo, "internal error; the daemon's log says more"});
            out.status = failed.status;
            out.set_content(failed.body, failed.content_type);
        }
    );
    const auto handler = [&self](const httplib::Request& in, httplib::Response& out) {
        self.serve(in, out);
    };
    self.server.Get(".*", handler);
    self.server.Post(".*", handler);
    self.server.Put(".*", handler);
    self.server.Delete(".*", handler);
    int port = self.options.port;
    if (port == 0) {
        port = self.server.bind_to_any_port(self.options.host);
    } else if (!self.server.bind_to_port(self.options.host, port)) {
        port = -1;
    }
    if (port <= 0) {
        return Error{
            ErrorCode::kUnavailable,
            fmt::format(
                "cannot listen on {}:{}: is another process there?",
                self.options.host,
                self.options.port
            )};
    }
    self.port = static_cast<std::uint16_t>(port);
    self.listener = std::jthread{[&self] { self.server.listen_after_bind(); }};
    while (!self.server.is_running() && self.listener.joinable()) std::this_thread::yield();
    return ok();
}

void Server::stop() noexcept {
    if (!impl_->listener.joinable()) return;
    impl_->server.stop();
    impl_->listener.join();
}

std::uint16_t Server::port() const {
    return impl_->port;
}

}  // namespace sluice::http
