#include "project/jq_worker.hpp"

#include "project/jq_engine.hpp"
#include "project/jq_frame.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace sluice::project::jq {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr rlim_t kMemoryBytesMax = RLIM_INFINITY;  // sanitizers reserve what they never use
#else
constexpr rlim_t kMemoryBytesMax = rlim_t{512} << 20;
#endif
constexpr rlim_t kFilesMax = 8;      // what is open while a program is compiled
constexpr unsigned kSecondsMax = 5;  // of an event; whoever waits for it gives up before
constexpr std::size_t kReplyBytesMax = std::size_t{16} << 20;

void limit(__rlimit_resource resource, rlim_t most) {
    const rlimit both{most, most};
    static_cast<void>(::setrlimit(resource, &both));
}

bool send_all(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(STDIN_FILENO, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool reply(FrameKind kind, std::string_view body) {
    std::string bytes;
    append_frame(bytes, kind, body);
    return send_all(bytes);
}

class Worker {
public:
    /// False: it is over.
    bool take(const Frame& frame) {
        ::alarm(kSecondsMax);  // a program that runs for ever ends with its process
        const bool go_on = answer(frame);
        ::alarm(0);
        return go_on;
    }

private:
    bool answer(const Frame& frame) {
        switch (frame.kind) {
            case FrameKind::kTables: tables_ = frame.body; return true;
            case FrameKind::kProgram: return load(frame.body);
            case FrameKind::kData: return run(frame.body);
            case FrameKind::kReady:
            case FrameKind::kRefused:
            case FrameKind::kValue:
            case FrameKind::kFailed: return false;
        }
        return false;
    }

    bool load(const std::string& program) {
        auto compiled = Engine::compile(program, tables_);
        if (!compiled) return reply(FrameKind::kRefused, compiled.error().message);
        engines_.push_back(std::move(compiled).value());
        return reply(FrameKind::kReady, {});
    }

    bool run(std::string_view body) {
        const auto head = job_head_of(body);
        if (!head || head->count == 0 || head->first + head->count > engines_.size()) return false;
        limit(RLIMIT_NOFILE, 0);  // nothing is opened from here on
        std::string value{body.substr(kJobHeadBytes)};
        for (std::uint16_t at = head->first; at < head->first + head->count; ++at) {
            auto made = engines_[at].run(value);
            if (!made) return fail(at, made.error().message);
            value = std::move(made).value();
        }
        if (value.size() <= kReplyBytesMax) return reply(FrameKind::kValue, value);
        return fail(head->first, "the program gives a value of more than 16 MiB");
    }

    static bool fail(std::uint16_t program, std::string_view why) {
        std::string bytes;
        append_failure(bytes, program, why);
        return send_all(bytes);
    }

    std::string tables_{"{}"};
    std::vector<Engine> engines_;
};

}  // namespace

int run_worker() {
    ::close_range(STDERR_FILENO + 1, ~0U, 0);  // whatever the parent did not mark to be closed
    limit(RLIMIT_AS, kMemoryBytesMax);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, kFilesMax);
    limit(RLIMIT_FSIZE, kReplyBytesMax);
    Worker worker;
    FrameReader frames;
    std::array<char, 65'536> block{};
    while (true) {
        const ssize_t got = ::recv(STDIN_FILENO, block.data(), block.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return got == 0 ? 0 : 1;
        frames.add({block.data(), static_cast<std::size_t>(got)});
        while (true) {
            const auto frame = frames.next();
            if (!frame) return 1;
            if (!frame.value()) break;
            if (!worker.take(*frame.value())) return 1;
        }
    }
}

}  // namespace sluice::project::jq
