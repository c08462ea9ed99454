#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace sluice::test {

/// A program that a test talks to, line by line, on its stdin and stdout: scripts that run servers.
/// Threads:  one at a time.
/// Lifetime: the end of its stdin tells the program to end; the destructor waits for it. That end
///           comes, too, when this process dies in any way.
/// Failure:  std::runtime_error, with what the program said in place of what was expected.
/// Limits:   a line has at most 4,095 bytes.
class LineProcess {
public:
    explicit LineProcess(const std::vector<std::string>& command);
    ~LineProcess();
    LineProcess(const LineProcess&) = delete;
    LineProcess& operator=(const LineProcess&) = delete;

    void say(std::string_view line);

    /// Its next line.
    [[nodiscard]] std::string line();

    /// Its next line, which must begin with `word`; what follows that.
    [[nodiscard]] std::string expect(std::string_view word);

private:
    using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

    pid_t pid_{};
    File commands_{nullptr, &std::fclose};
    File answers_{nullptr, &std::fclose};
};

}  // namespace sluice::test
