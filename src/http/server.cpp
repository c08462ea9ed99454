#include "http/server.hpp"

#include "http/byte_budget.hpp"
#include "http/cut_off.hpp"

#include <fmt/format.h>
#include <httplib.h>

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <charconv>
#include <chrono>
#include <exception>
#include <optional>
#include <semaphore>
#include <sys/socket.h>
#include <thread>
#include <utility>

namespace sluice::http {

namespace {

constexpr int kBadRequest = 400;
constexpr int kContentTooLarge = 413;
constexpr int kUriTooLong = 414;
constexpr int kTooManyRequests = 429;
constexpr std::chrono::milliseconds kCutAgain{100};

/// The library's pool takes any number of connections, until no file can be opened any more, and
/// the log needs files. Here the one that accepts them waits; then callers wait in the kernel.
class BoundedPool final : public httplib::TaskQueue {
public:
    /// `connections` is kept to as many as are served or waiting.
    BoundedPool(
        std::size_t threads, std::size_t connections_max, std::atomic<std::size_t>& connections
    )
        : free_{static_cast<std::ptrdiff_t>(connections_max)},
          connections_{connections},
          pool_{threads} {}

    void enqueue(std::function<void()> serve_connection) override {
        free_.acquire();
        ++connections_;
        pool_.enqueue([this, serve = std::move(serve_connection)] {
            serve();
            --connections_;
            free_.release();
        });
    }

    void shutdown() override { pool_.shutdown(); }

private:
    std::counting_semaphore<> free_;
    std::atomic<std::size_t>& connections_;
    httplib::ThreadPool pool_;
};

/// The library lets five connections wait to be accepted; the kernel drops whoever comes then, and
/// they come back seconds later. A second call widens the queue.
template <class Base>
class Wide final : public Base {
public:
    using Base::Base;

    void let_wait(std::size_t connections) {
        ::listen(this->svr_sock_, static_cast<int>(connections));
    }
};

/// The library's default shares the port with whoever else asks for it; a second daemon must be
/// refused.
void do_not_share_port(socket_t socket) {
    const int yes = 1;
    static_cast<void>(setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes));
}

/// What the library refuses by itself, before a handler sees it; it says no word about it.
Response refusal_of(int status) {
    switch (status) {
        case kBadRequest:
            return problem(
                {ErrorCode::kInvalidArgument,
                 "this is no HTTP/1.1 request that can be read: an unknown method, a header of "
                 "more than 8 KiB, or a body that ends early"},
                status
            );
        case kUriTooLong:
            return problem(
                {ErrorCode::kTooLarge, "the path with its query is longer than 8 KiB"}, status
            );
        default:
            return problem(
                {status < 500 ? ErrorCode::kInvalidArgument : ErrorCode::kIo,
                 "the request cannot be served"},
                status
            );
    }
}

void send(const Response& response, httplib::Response& out) {
    out.status = response.status;
    out.set_header("Cache-Control", "no-store");
    out.set_header("X-Content-Type-Options", "nosniff");
    for (const auto& [name, value] : response.headers) out.set_header(name, value);
    if (!response.stream) {
        out.set_content(response.body, response.content_type);
        return;
    }
    out.set_chunked_content_provider(
        response.content_type,
        [next = response.stream,
         first = response.body](std::size_t, httplib::DataSink& sink) mutable {
            std::string part = std::exchange(first, {});
            if (part.empty() && !next(part)) {
                sink.done();
                return true;
            }
            return sink.write(part.data(), part.size());
        }
    );
}

Request request_of(const httplib::Request& in) {
    Request request{in.method, in.path, {}, in.get_header_value("Content-Type"), {}, {}};
    for (const auto& [name, value] : in.params) request.query.insert_or_assign(name, value);
    for (const auto& [name, value] : in.headers) request.headers.insert_or_assign(name, value);
    return request;
}

}  // namespace

struct Server::Impl {
    explicit Impl(ServerOptions given)
        : options{std::move(given)},
          bodies{options.bodies_bytes_max} {
        if (options.certificate) {
            use(std::make_unique<Wide<httplib::SSLServer>>([this](SSL_CTX& context) {
                options.certificate->serve(context);
                return true;
            }));
        } else {
            use(std::make_unique<Wide<httplib::Server>>());
        }
    }

    template <class Made>
    void use(std::unique_ptr<Made> made) {
        let_wait = [made = made.get()](std::size_t connections) { made->let_wait(connections); };
        server = std::move(made);
    }

    /// Reads the body to its end, so that the next request of the connection begins behind it, and
    /// keeps it if it is within the limits; else says what is wrong.
    [[nodiscard]] std::optional<Response> read_body(
        const httplib::Request& in,
        httplib::Response& out,
        const httplib::ContentReader& read,
        bool keep,
        std::string& body
    ) {
        bool too_large = false;
        const auto take = [&](const char* data, std::size_t size) {
            too_large = too_large || size > options.body_bytes_max - body.size();
            if (keep && !too_large) body.append(data, size);
            return true;
        };
        const bool whole = in.is_multipart_form_data()  // which the library insists on taking apart
                               ? read([](const httplib::MultipartFormData&) { return true; }, take)
                               : read(take);
        if (too_large || out.status == kContentTooLarge) {
            return problem(
                {ErrorCode::kTooLarge,
                 fmt::format(
                     "the body is larger than the {} bytes that a request takes; send less at once",
                     options.body_bytes_max
                 )}
            );
        }
        if (!whole) return refusal_of(kBadRequest);
        if (keep) return std::nullopt;
        return problem(
            {ErrorCode::kUnavailable,
             fmt::format(
                 "requests of {} bytes are in flight already; send it again in a second",
                 options.bodies_bytes_max
             )},
            kTooManyRequests
        );
    }

    void serve(const httplib::Request& in, httplib::Response& out) const {
        const Request request = request_of(in);
        const auto refused = options.admit(request);
        send(refused ? *refused : router.answer(request), out);
    }

    void serve_with_body(
        const httplib::Request& in, httplib::Response& out, const httplib::ContentReader& read
    ) {
        Request request = request_of(in);
        const bool is_chunked = in.has_header("Transfer-Encoding");
        if (!is_chunked && !in.has_header("Content-Length")) {  // RFC 9112, 6.3: there is none
            const auto unwelcome = options.admit(request);
            send(unwelcome ? *unwelcome : router.answer(request), out);
            return;
        }
        std::size_t bytes = options.body_bytes_max;
        if (!is_chunked) {
            const std::string text = in.get_header_value("Content-Length");
            std::from_chars(text.data(), text.data() + text.size(), bytes);
        }
        if (const auto unwelcome = options.admit(request)) {
            static_cast<void>(read_body(in, out, read, false, request.body));
            send(*unwelcome, out);
            return;
        }
        const auto held = bodies.take(std::min(bytes, options.body_bytes_max));
        const auto refused = read_body(in, out, read, held.has_value(), request.body);
        if (!held) ++busy;
        send(refused ? *refused : router.answer(request), out);
    }

    void answer_everything() {
        const auto plain = [this](const httplib::Request& in, httplib::Response& out) {
            serve(in, out);
        };
        const auto with_body = [this](
                                   const httplib::Request& in,
                                   httplib::Response& out,
                                   const httplib::ContentReader& read
                               ) { serve_with_body(in, out, read); };
        server->Get(".*", plain);
        server->Options(".*", plain);
        server->Post(".*", with_body);
        server->Put(".*", with_body);
        server->Patch(".*", with_body);
        server->Delete(".*", with_body);
        server->set_error_handler([](const httplib::Request&, httplib::Response& out) {
            if (out.body.empty()) send(refusal_of(out.status), out);
        });
        server->set_exception_handler(
            [this](
                const httplib::Request&, httplib::Response& out, const std::exception_ptr& thrown
            ) {
                try {
                    std::rethrow_exception(thrown);
                } catch (const std::exception& error) {
                    options.on_failure(error.what());
                } catch (...) {
                    options.on_failure("something that is no std::exception");
                }
                send(problem({ErrorCode::kIo, "internal error; the daemon's log says more"}), out);
            }
        );
    }

    ServerOptions options;
    Router router;
    ByteBudget bodies;
    std::atomic<std::uint64_t> busy{0};  // requests refused for want of room in `bodies`
    std::atomic<std::size_t> connections{0};
    std::unique_ptr<httplib::Server> server;  // outlives the thread that listens
    std::function<void(std::size_t)> let_wait;
    std::uint16_t port{0};
    std::binary_semaphore ended{0};  // nothing is served any more
    std::jthread listener;
};

bool is_loopback(const std::string& host) {
    constexpr std::uint32_t kNet = 127;
    constexpr unsigned kHostBits = 24;
    in_addr address{};
    if (::inet_pton(AF_INET, host.c_str(), &address) == 1) {
        return ntohl(address.s_addr) >> kHostBits == kNet;
    }
    return host == "localhost" || host == "::1";
}

Server::Server(ServerOptions options) : impl_{std::make_unique<Impl>(std::move(options))} {}

Server::~Server() {
    stop();
}

void Server::handle(std::string method, std::string path, Handler handler) {
    impl_->router.add(std::move(method), std::move(path), std::move(handler));
}

Status Server::start() {
    Impl& self = *impl_;
    const ServerOptions& options = self.options;
    if (!options.beyond_loopback && !is_loopback(options.host)) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "'{}' is not a loopback address: without a login Sluice listens on loopback only, "
                "e.g. 127.0.0.1",
                options.host
            )};
    }
    self.server->set_socket_options(do_not_share_port);
    self.server->set_payload_max_length(options.body_bytes_max);
    // A head and its body are two packets: the second must not wait for an acknowledgement.
    self.server->set_tcp_nodelay(true);
    self.server->set_keep_alive_timeout(1);
    self.server->new_task_queue = [&self] {
        const ServerOptions& given = self.options;
        return new BoundedPool(given.threads, given.connections_max, self.connections);
    };
    self.answer_everything();
    int port = options.port;
    if (port == 0) {
        port = self.server->bind_to_any_port(options.host);
    } else if (!self.server->bind_to_port(options.host, port)) {
        port = -1;
    }
    if (port <= 0) {
        return Error{
            ErrorCode::kUnavailable,
            fmt::format(
                "cannot listen on {}:{}: another process is there; stop it, or choose another port",
                options.host,
                options.port
            )};
    }
    self.port = static_cast<std::uint16_t>(port);
    self.let_wait(options.backlog);
    self.listener = std::jthread{[&self] {
        self.server->listen_after_bind();
        self.ended.release();
    }};
    while (!self.server->is_running() && self.listener.joinable()) std::this_thread::yield();
    return ok();
}

void Server::stop() noexcept {
    if (!impl_->listener.joinable()) return;
    impl_->server->stop();
    std::chrono::milliseconds patience = impl_->options.stop_patience;
    while (!impl_->ended.try_acquire_for(patience)) {
        cut_off(impl_->port);
        patience = kCutAgain;  // who was let in last is only served now
    }
    impl_->listener.join();
}

std::uint16_t Server::port() const {
    return impl_->port;
}

ServerLoad Server::load() const {
    return {
        impl_->connections,
        impl_->options.connections_max,
        impl_->bodies.held(),
        impl_->bodies.bytes_max(),
        impl_->busy};
}

}  // namespace sluice::http
