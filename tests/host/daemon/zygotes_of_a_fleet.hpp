/// The zygotes of a fleet without the fleet, for tests of what they do and what they say.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/json_value.hpp"
#include "daemon/zygotes.hpp"
#include "process/nonblocking_pipe.hpp"
#include "process/process_tree.hpp"
#include "tests/host/daemon/fake_fleet.hpp"

namespace drover::test {

/// Zygotes of a program that does what the name of its plugin says, see fake_zygote.cpp.
class ZygotesOfAFleet : public testing::Test {
protected:
    using Kind = Zygotes::Offer::Kind;

    ZygotesOfAFleet() {
        become_subreaper();
        zygotes_.emplace(loop_, log_, family_, "DROVER_LIFE=run/ zygote.", listener());
    }
    ~ZygotesOfAFleet() override {
        zygotes_.reset();
        kill_all_descendants(std::chrono::seconds(20));
    }

    /// What an agent wants whose plugin makes a zygote do `act`.
    StandbyPlan plan(const std::string& unit, const std::string& act) {
        StandbyPlan made;
        made.unit = unit;
        made.mode = Standby::zygote;
        made.plugin = scratch_.path() / (act + ".so");
        made.launch.program = DROVER_FAKE_ZYGOTE;
        if (!std::filesystem::exists(made.plugin)) {
            build(made);
        }
        return made;
    }
    /// Puts another plugin in the place of the one that is there.
    static void build(const StandbyPlan& wanted) {
        const auto next = wanted.plugin.string() + ".next";
        std::ofstream(next) << "plugin";
        std::filesystem::rename(next, wanted.plugin);
    }
    bool until(const std::function<bool()>& holds) {
        return eventually([&] {
            loop_.turn(monotonic_now() + std::chrono::milliseconds(1));
            zygotes_->tick(monotonic_now());
            return holds();
        });
    }
    bool until_ready(const StandbyPlan& wanted) {
        return until([&] { return zygotes_->status(wanted).state == StandbyStatus::State::ready; });
    }
    /// Whether it was told of the unit; then that is the last of `news_`.
    bool until_told() {
        const std::size_t known = news_.size();
        return until([&] { return news_.size() > known; });
    }
    bool until_gone(pid_t pid) {
        return until([&] { return !is_running(pid); });
    }
    [[nodiscard]] pid_t pid_of(const StandbyPlan& wanted) const {
        return zygotes_->status(wanted).pid.value_or(-1);
    }
    /// Starts one and waits until it has loaded its plugin; its pid.
    pid_t ready_zygote(const StandbyPlan& wanted) {
        zygotes_->keep({wanted});
        EXPECT_TRUE(until_ready(wanted));
        return pid_of(wanted);
    }
    bool order(const StandbyPlan& wanted) {
        NonblockingPipe& pipe = outputs_[wanted.unit];
        pipe = std::move(make_nonblocking_pipe().value());
        const int writing = pipe.writing.number();
        Zygotes::Order order{"DROVER_LIFE=run/" + wanted.unit + ".1",
                             writing,
                             writing,
                             writing,
                             writing,
                             {open_file(writing)}};
        return zygotes_->order(wanted, order);
    }
    /// The first line of a copy's output.
    std::string output_of(const std::string& unit) {
        std::string text;
        EXPECT_TRUE(until([&] {
            read_available(outputs_[unit].reading, text, 1);
            return text.ends_with('\n');
        }));
        return text;
    }
    /// Whether a child of this process lives that has the unit's output.
    [[nodiscard]] bool has_copy(const std::string& unit) const {
        const std::vector<OpenFile> files{open_file(outputs_.at(unit).reading.number())};
        return std::ranges::any_of(children_of(::getpid()), [&](pid_t child) {
            return is_running(child) && holds_open_file(child, files);
        });
    }
    [[nodiscard]] std::vector<std::string> logged() const {
        std::vector<std::string> messages;
        std::ifstream input(scratch_.path() / "droverd.log");
        for (std::string line; std::getline(input, line);) {
            messages.push_back(Json::parse(line).at("message"));
        }
        return messages;
    }

    ScratchFolder scratch_;
    EventLoop loop_ = std::move(EventLoop::create().value());
    DaemonLog log_ = std::move(DaemonLog::open(scratch_.path() / "droverd.log").value());
    Family family_;
    std::vector<std::string> news_;
    std::map<std::string, Child> copies_;
    std::map<std::string, NonblockingPipe> outputs_;
    bool was_copy_alive_ = false;  ///< When it was told that there is none.
    std::optional<Zygotes> zygotes_;

private:
    Zygotes::Listener listener() {
        return {[this](const std::string& unit, Child copy) {
                    news_.push_back("copied " + unit);
                    copies_[unit] = std::move(copy);
                },
                [this](const std::string& unit, const std::string& why) {
                    news_.push_back("no copy of " + unit + ": " + why);
                    was_copy_alive_ = was_copy_alive_ || has_copy(unit);
                },
                [this](const std::string& unit, const std::string& why) {
                    news_.push_back(unit + " looks again: " + why);
                }};
    }
};

}  // namespace drover::test
