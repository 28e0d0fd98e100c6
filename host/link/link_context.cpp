#include "link/link_context.hpp"

#include <string>
#include <utility>

#include <nss.h>
#include <zmq.hpp>

#include "link/process_id.hpp"

namespace drover {
namespace {

/// libpgm, which comes with libzmq, looks its protocol up in each new context. The name-service
/// switch would look for a library of databases first, in seventy folders.
void look_protocols_up_in_their_file() {
    static const bool done = ::__nss_configure_lookup("protocols", "files") == 0;
    static_cast<void>(done);
}

}  // namespace

Result<LinkContext> LinkContext::open() {
    look_protocols_up_in_their_file();
    remember_process_id();
    try {
        auto context = std::make_unique<zmq::context_t>(1);
        return LinkContext(std::move(context));
    } catch (const zmq::error_t& error) {
        return Error{ErrorKind::unavailable,
                     std::string("ZeroMQ cannot start in this process: ") + error.what() + "."};
    }
}

void LinkContext::make_ready() {
    look_protocols_up_in_their_file();
}

LinkContext::LinkContext(std::unique_ptr<zmq::context_t> context) : context_(std::move(context)) {}
LinkContext::LinkContext(LinkContext&&) noexcept = default;
LinkContext& LinkContext::operator=(LinkContext&&) noexcept = default;
LinkContext::~LinkContext() = default;

}  // namespace drover
