// Nothing that a client sends or leaves undone harms the control socket.
#include "daemon/control_server.hpp"

#include <cstring>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "base/limits.hpp"
#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

using test::ScratchFolder;

/// "echo" returns its parameters, "large" 1 MiB of text, "later" a promise, all else fails.
RpcAnswer answer(const std::string& method, const Json& params) {
    if (method == "echo") {
        return std::make_unique<Json>(params);
    }
    if (method == "large") {
        return std::make_unique<Json>(std::string(std::size_t{1} << 20U, 'x'));
    }
    if (method == "later") {
        return RpcPromise{5};
    }
    return RpcError{RpcError::unknown_method, "There is no method '" + method + "'."};
}

Json answer_to(const std::string& line) {
    return Json::parse(answer_line(line, answer));
}

int code_of(const Json& response) {
    return response.at("error").at("code").get<int>();
}

TEST(AnswerLine, gives_the_result_with_the_requests_id) {
    const Json response = answer_to(R"({"jsonrpc":"2.0","id":7,"method":"echo","params":{"a":1}})");
    EXPECT_EQ(response.at("id"), 7);
    EXPECT_EQ(response.at("jsonrpc"), "2.0");
    EXPECT_EQ(response.at("result").at("a"), 1);
    EXPECT_EQ(answer_to(R"({"jsonrpc":"2.0","id":"x","method":"echo"})").at("id"), "x");
}

TEST(AnswerLine, tells_of_a_method_that_does_not_exist) {
    const Json response = answer_to(R"({"jsonrpc":"2.0","id":1,"method":"sing"})");
    EXPECT_EQ(code_of(response), -32601);
    EXPECT_EQ(response.at("error").at("message"), "There is no method 'sing'.");
}

TEST(AnswerLine, tells_of_lines_that_are_no_requests) {
    EXPECT_EQ(code_of(answer_to("nonsense")), -32700);
    EXPECT_EQ(code_of(answer_to("")), -32700);
    EXPECT_EQ(code_of(answer_to("17")), -32600);
    EXPECT_EQ(code_of(answer_to("{}")), -32600);
    EXPECT_EQ(code_of(answer_to(R"({"jsonrpc":"1.0","id":1,"method":"echo"})")), -32600);
    EXPECT_EQ(code_of(answer_to(R"({"jsonrpc":"2.0","id":1,"method":5})")), -32600);
    EXPECT_EQ(code_of(answer_to(R"({"jsonrpc":"2.0","id":1,"method":"echo","params":[1]})")),
              -32600);
    EXPECT_EQ(code_of(answer_to(std::string(2U << 20U, ' '))), -32600);
    EXPECT_EQ(code_of(answer_to(std::string(100000, '['))), -32700);
}

TEST(AnswerLine, sends_no_nonsense_back_as_an_id) {
    const Json response = answer_to(R"({"jsonrpc":"2.0","id":{"deep":[1]},"method":"echo"})");
    EXPECT_TRUE(response.at("id").is_null());
}

TEST(AnswerLine, leaves_notifications_without_an_answer) {
    EXPECT_EQ(answer_line(R"({"jsonrpc":"2.0","method":"echo"})", answer), "");
}

TEST(AnswerLine, answers_a_batch_with_a_batch) {
    const Json responses = answer_to(
        R"([{"jsonrpc":"2.0","id":1,"method":"echo"},{"jsonrpc":"2.0","method":"echo"},3])");
    ASSERT_EQ(responses.size(), 2U);
    EXPECT_EQ(responses[0].at("id"), 1);
    EXPECT_EQ(code_of(responses[1]), -32600);
    EXPECT_EQ(code_of(answer_to("[]")), -32600);
}

TEST(AnswerLine, has_no_room_for_promises_in_a_batch) {
    EXPECT_EQ(code_of(answer_to(R"([{"jsonrpc":"2.0","id":1,"method":"later"}])")[0]), -32001);
}

class ControlServers : public ::testing::Test {
protected:
    FileDescriptor connect() const {
        FileDescriptor client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strcpy(address.sun_path, socket_.c_str());
        EXPECT_EQ(
            ::connect(client.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
            0);
        ::fcntl(client.number(), F_SETFL, O_NONBLOCK);
        return client;
    }
    void turn() { loop_.turn(monotonic_now() + std::chrono::milliseconds(1)); }
    /// Lets the server work until the client has a whole line, and returns it; empty when the
    /// server closed the connection.
    std::string line_for(const FileDescriptor& client) {
        std::string line;
        const bool is_done = test::eventually([&] {
            turn();
            char letter = 0;
            ssize_t got = 0;
            while (line.find('\n') == std::string::npos &&
                   (got = ::recv(client.number(), &letter, 1, 0)) > 0) {
                line.push_back(letter);
            }
            return got == 0 || line.find('\n') != std::string::npos;
        });
        EXPECT_TRUE(is_done);
        return line;
    }
    static void say(const FileDescriptor& client, const std::string& text) {
        ASSERT_EQ(::send(client.number(), text.data(), text.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(text.size()));
    }

    ScratchFolder scratch_;
    std::filesystem::path socket_ = scratch_.path() / "control";
    EventLoop loop_ = std::move(EventLoop::create().value());
    std::unique_ptr<ControlServer> server_ =
        std::move(ControlServer::open(socket_, loop_, answer).value());
};

const std::string ask = R"({"jsonrpc":"2.0","id":1,"method":"echo","params":{"a":1}})"
                        "\n";

TEST_F(ControlServers, answer_several_clients) {
    const FileDescriptor one = connect();
    const FileDescriptor other = connect();
    say(other, ask);
    say(one, ask + ask);
    EXPECT_NE(line_for(one).find("\"result\":{\"a\":1}"), std::string::npos);
    EXPECT_NE(line_for(one).find("\"result\":{\"a\":1}"), std::string::npos);
    EXPECT_NE(line_for(other).find("\"result\":{\"a\":1}"), std::string::npos);
}

TEST_F(ControlServers, keep_a_promise_while_they_answer_other_requests) {
    const FileDescriptor client = connect();
    say(client,
        R"({"jsonrpc":"2.0","id":"x","method":"later"})"
        "\n" +
            ask);
    EXPECT_NE(line_for(client).find("\"result\":{\"a\":1}"), std::string::npos);
    server_->fulfil(RpcPromise{5}, std::make_unique<Json>(17));
    const Json kept = Json::parse(line_for(client));
    EXPECT_EQ(kept.at("id"), "x");
    EXPECT_EQ(kept.at("result"), 17);
    server_->fulfil(RpcPromise{5}, std::make_unique<Json>(18));  // Nobody waits any more.
    say(client, ask);
    EXPECT_NE(line_for(client).find("\"a\":1"), std::string::npos);
}

TEST_F(ControlServers, answer_a_client_that_sends_no_more) {
    const FileDescriptor client = connect();
    say(client,
        ask + R"({"jsonrpc":"2.0","id":"x","method":"later"})"
              "\n");
    ASSERT_EQ(::shutdown(client.number(), SHUT_WR), 0);
    EXPECT_NE(line_for(client).find("\"result\":{\"a\":1}"), std::string::npos);
    turn();
    server_->fulfil(RpcPromise{5}, std::make_unique<Json>(17));
    EXPECT_NE(line_for(client).find("\"result\":17"), std::string::npos);
    EXPECT_EQ(line_for(client), "") << "nothing is owed any more: the connection ends";
}

TEST_F(ControlServers, send_the_largest_reply_of_an_agent_whole) {
    const FileDescriptor client = connect();
    say(client,
        R"({"jsonrpc":"2.0","id":1,"method":"later"})"
        "\n");
    turn();
    turn();
    // As JSON text each of these letters takes two.
    const std::string reply(largest_frame, '"');
    server_->fulfil(RpcPromise{5}, std::make_unique<Json>(reply));
    std::string line;
    std::vector<char> block(std::size_t{1} << 20U);
    EXPECT_TRUE(test::eventually([&] {
        turn();
        ssize_t got = 0;
        while ((got = ::recv(client.number(), block.data(), block.size(), 0)) > 0) {
            line.append(block.data(), static_cast<std::size_t>(got));
        }
        return got == 0 || line.ends_with('\n');
    }));
    ASSERT_TRUE(line.ends_with('\n'));
    EXPECT_EQ(Json::parse(line).at("result"), reply);
}

TEST_F(ControlServers, forget_a_promise_to_a_client_that_left) {
    {
        const FileDescriptor client = connect();
        say(client,
            R"({"jsonrpc":"2.0","id":1,"method":"later"})"
            "\n");
        turn();
        turn();
    }
    turn();
    turn();
    server_->fulfil(RpcPromise{5}, std::make_unique<Json>(17));
    const FileDescriptor other = connect();
    say(other, ask);
    EXPECT_NE(line_for(other).find("\"a\":1"), std::string::npos);
}

TEST_F(ControlServers, replace_a_socket_that_was_left_over) {
    server_.reset();
    FileDescriptor left(::open(socket_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    left.close();
    server_ = std::move(ControlServer::open(socket_, loop_, answer).value());
    const FileDescriptor client = connect();
    say(client, ask);
    EXPECT_FALSE(line_for(client).empty());
}

TEST_F(ControlServers, remove_their_socket_at_the_end) {
    server_.reset();
    EXPECT_FALSE(std::filesystem::exists(socket_));
}

TEST_F(ControlServers, drop_a_client_that_never_ends_its_line) {
    const FileDescriptor client = connect();
    const std::string block(std::size_t{1} << 16U, 'x');
    const bool is_dropped = test::eventually([&] {
        const ssize_t sent = ::send(client.number(), block.data(), block.size(), MSG_NOSIGNAL);
        const bool is_broken = sent < 0 && errno != EAGAIN;
        turn();
        return is_broken;
    });
    EXPECT_TRUE(is_dropped);
    const FileDescriptor other = connect();
    say(other, ask);
    EXPECT_FALSE(line_for(other).empty());
}

TEST_F(ControlServers, are_not_held_up_by_a_client_that_does_not_read) {
    const FileDescriptor lazy = connect();
    for (int i = 0; i < 20; ++i) {
        say(lazy,
            R"({"jsonrpc":"2.0","id":1,"method":"large"})"
            "\n");
    }
    const FileDescriptor other = connect();
    say(other, ask);
    EXPECT_FALSE(line_for(other).empty());
}

TEST_F(ControlServers, take_a_client_that_leaves_in_the_middle) {
    {
        const FileDescriptor client = connect();
        say(client, "{\"jsonrpc\":");
        turn();
    }
    turn();
    const FileDescriptor other = connect();
    say(other, ask);
    EXPECT_FALSE(line_for(other).empty());
}

}  // namespace
}  // namespace drover
