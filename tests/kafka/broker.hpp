#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::test {

class LineProcess;

/// Real Kafka brokers of a test's own, on loopback (tools/kafka/kafka.py run): for tests that stop,
/// kill or pause one.
/// Threads:  one at a time.
/// Lifetime: the brokers and their data go with it, and with this process however it ends.
/// Failure:  std::runtime_error with what the script says: no Java, no Maven, a broker that did not
///           start.
/// Limits:   1 to 9 brokers, numbered from 1; each takes some 300 MB and five seconds to start.
class KafkaCluster {
public:
    explicit KafkaCluster(int brokers = 1, const std::map<std::string, std::string>& settings = {});

    /// One broker with a second listener: SASL PLAIN, users `admin` (a super user) and `sluice`
    /// with the passwords NAME-password, and ACLs. By the first one everybody is a super user.
    struct Secured {};

    explicit KafkaCluster(Secured);
    ~KafkaCluster();
    KafkaCluster(const KafkaCluster&) = delete;
    KafkaCluster& operator=(const KafkaCluster&) = delete;

    /// 127.0.0.1:40001,127.0.0.1:40002
    [[nodiscard]] const std::string& bootstrap() const { return bootstrap_; }

    /// Of the second listener, if there is one.
    [[nodiscard]] const std::string& secured_bootstrap() const { return secured_bootstrap_; }

    void stop(int broker) { command("stop", broker); }  ///< cleanly; its partitions move

    void kill(int broker) { command("kill", broker); }

    void start(int broker) { command("start", broker); }  ///< returns when it serves

    void pause(int broker) { command("pause", broker); }  ///< SIGSTOP: connected, and silent

    void resume(int broker) { command("resume", broker); }

private:
    void run(const std::vector<std::string>& arguments);
    void command(std::string_view act, int broker);

    std::unique_ptr<LineProcess> process_;
    std::string bootstrap_;
    std::string secured_bootstrap_;
};

/// The bootstrap address of the one broker that all tests of a ctest run share (label `broker`;
/// CMake: sluice_test(… BROKER)); in a program called by hand, of one that lives as long as the
/// program. It may be busy with other tests: name topics and groups with unique_name().
[[nodiscard]] const std::string& shared_broker();

/// `stem` and something that no other test and no other run has.
[[nodiscard]] std::string unique_name(std::string_view stem);

}  // namespace sluice::test
