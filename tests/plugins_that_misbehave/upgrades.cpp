// One agent in several builds, as an author makes them: the first, one that is better, and some
// that should not have left the house. DROVER_TEST_BUILD says which this is.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "plugins_that_misbehave/test_config.hpp"
#include "plugins_that_misbehave/test_topics.hpp"

namespace drover::misbehaving {
namespace {

enum class Build {
    first,
    second,
    crashes_at_start,
    fails_to_be_created,
    crashes_when_created,
    hangs_when_created,
    is_never_ready,
    dies_once_ready,
    ails_once_ready,
    wears_out,
    dies_on_trial,
    hangs_on_trial,
    needs_a_key,
    reads_a_key,
    eats_memory,
    other_ports
};

constexpr Build build = DROVER_TEST_BUILD;

constexpr const char* schema = build == Build::needs_a_key
                                   ? R"({"type":"object","required":["ceiling"],"properties":{
            "ceiling":{"type":"integer"},"journal":{"type":"string"}}})"
                                   : R"({"type":"object","additionalProperties":false,"properties":{
            "journal":{"type":"string"}}})";

/// How many ticks a build that does not last publishes.
constexpr std::uint64_t lasts_for = 20;

}  // namespace

/// Publishes ticks and remembers their count in a format of its build: the first one cannot read
/// what the others have written.
class Counter final : public Agent {
public:
    static constexpr About about{
        "counter", build == Build::first ? "1.0.0" : "2.0.0", "drover tests", "Counts.", 0, schema};
    static constexpr bool keeps_state = true;
    static constexpr Out<Tick> ticks{
        0, "ticks", build == Build::other_ports ? "counted.>" : "test.>", "The ticks"};
    static constexpr auto ports = drover::ports(ticks);

    Counter() {
        if (build == Build::fails_to_be_created) {
            (void)std::fputs("the licence server was asked\n", stderr);
            throw Failure("licence", "There is no licence.");
        } else if (build == Build::crashes_when_created) {
            std::abort();
        } else if (build == Build::hangs_when_created) {
            if (::fork() == 0) {
                ::setsid();  // What it has started must not outlive it, either.
                ::signal(SIGTERM, SIG_IGN);
            }
            while (true) {
                ::pause();
            }
        }
    }
    void configure(const Config& config) override { journal_ = text_value(config.json, "journal"); }
    bool start() override {
        if (build == Build::reads_a_key) {
            read_key();
        }
        note();
        if (build == Build::eats_memory) {
            constexpr std::size_t more_than_it_may = std::size_t{256} << 20U;
            eaten_.assign(more_than_it_may, 'x');
            return false;  // For who looks at it now and then.
        }
        if (build == Build::crashes_at_start) {
            std::abort();
        }
        constexpr std::int64_t period = 5'000'000;
        topic_ = topic(ticks, "test.counted");
        set_timer(1, now() + period, period);
        if (build == Build::dies_once_ready || build == Build::ails_once_ready) {
            post(1);
        }
        (void)publish(topic_, Tick{count_});
        return build != Build::is_never_ready;
    }
    void on_post(std::uint64_t token) override {
        // A few more than the host hands over before it goes on with other things: they are
        // handled long before the rehearsal is over.
        constexpr std::uint64_t posts_beyond_ready = 300;
        if (build == Build::ails_once_ready) {
            unhealthy("no_venue", "the venue knows it not");
        } else if (token < posts_beyond_ready) {
            post(token + 1);
        } else {
            std::abort();
        }
    }
    void on_timer(std::uint64_t, std::int64_t, std::uint32_t) override {
        (void)publish(topic_, Tick{++count_});
        state_dirty();
        if (++published_ < lasts_for) {
            healthy();
            return;
        }
        if (build == Build::wears_out) {
            unhealthy("worn_out", "it has worn out");
        } else if (build == Build::dies_on_trial) {
            std::abort();
        } else if (build == Build::hangs_on_trial) {
            while (true) {
                ::usleep(1000);
            }
        }
    }
    void save_state(std::string& bytes) const override {
        bytes = (build == Build::first ? "one:" : "two:") + std::to_string(count_);
    }
    void load_state(std::string_view bytes, std::uint32_t) override {
        if (build == Build::first && bytes.substr(0, 4) != "one:") {
            throw Failure("format", "The state is of another build: " + std::string(bytes));
        }
        loaded_ = bytes;
        count_ = std::strtoull(loaded_.c_str() + 4, nullptr, 10);
    }

private:
    /// Which version starts with which state.
    void note() const {
        const int file = ::open(journal_.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
        const std::string line = std::string(about.version) + " " + loaded_ + "\n";
        if (file < 0 || ::write(file, line.data(), line.size()) != ssize_t(line.size())) {
            throw Failure("journal", "Cannot write to " + journal_ + ".");
        }
        ::close(file);
    }

    /// A file beside the journal.
    void read_key() const {
        const int file = ::open((journal_ + ".key").c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) {
            throw Failure("key", std::string("The key cannot be read: ") + std::strerror(errno));
        }
        ::close(file);
    }

    std::string journal_;
    std::string eaten_;
    std::string loaded_ = "nothing";
    Topic<Tick> topic_;
    std::uint64_t count_ = 0;
    std::uint64_t published_ = 0;
};

}  // namespace drover::misbehaving

DROVER_LIBRARY(drover::misbehaving::Counter)
