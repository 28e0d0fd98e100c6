// An agent that tries what a stranger's plugin should not: files, the network, the supervisor.
#include <csignal>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "plugins_that_misbehave/test_config.hpp"
#include "plugins_that_misbehave/test_topics.hpp"

namespace drover::misbehaving {

/// Says in the reason of its health what it could do: "read no, write no, …".
class ReachesOut final : public Agent {
public:
    static constexpr About about{"reach-out",
                                 "1.0.0",
                                 "drover tests",
                                 "Tries what it should not do.",
                                 DROVER_AGENT_STATELESS,
                                 R"({"type":"object","additionalProperties":false,"properties":{
            "read":{"type":"string"},"write":{"type":"string"},"control":{"type":"string"}}})"};
    static constexpr bool keeps_state = false;
    static constexpr Out<Tick> ticks{0, "ticks", "test.>", "Nothing"};
    static constexpr auto ports = drover::ports(ticks);

    void configure(const Config& config) override {
        read_ = text_value(config.json, "read");
        write_ = text_value(config.json, "write");
        control_ = text_value(config.json, "control");
    }
    bool start() override {
        healthy("it could: read " + word(can_open(read_, O_RDONLY)) + ", write " +
                word(can_open(write_, O_WRONLY | O_CREAT)) + ", network " + word(has_network()) +
                ", control " + word(is_heard()) + ", signal " + word(::kill(::getppid(), 0) == 0) +
                ", namespace " + word(::unshare(CLONE_NEWUTS) == 0) + ", program " +
                word(can_run()));
        return true;
    }

private:
    static std::string word(bool could) { return could ? "yes" : "no"; }
    static bool can_open(const std::string& file, int flags) {
        const int number = ::open(file.c_str(), flags | O_CLOEXEC, 0600);
        if (number >= 0) {
            ::close(number);
        }
        return number >= 0;
    }
    static bool has_network() {
        const int number = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (number >= 0) {
            ::close(number);
        }
        return number >= 0;
    }
    /// Whether droverd answers it.
    [[nodiscard]] bool is_heard() const {
        const int number = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, control_.c_str(), sizeof address.sun_path - 1);
        const std::string question = R"({"jsonrpc":"2.0","id":1,"method":"ping"})"
                                     "\n";
        char answer = 0;
        const bool heard =
            number >= 0 &&
            ::connect(number, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
            ::send(number, question.data(), question.size(), MSG_NOSIGNAL) > 0 &&
            ::read(number, &answer, 1) == 1;
        ::close(number);
        return heard;
    }
    static bool can_run() {
        const int rights = ::open("/bin/sh", O_RDONLY | O_CLOEXEC);
        if (rights >= 0) {
            ::close(rights);
        }
        return rights >= 0;
    }

    std::string read_;
    std::string write_;
    std::string control_;
};

}  // namespace drover::misbehaving

DROVER_LIBRARY(drover::misbehaving::ReachesOut)
