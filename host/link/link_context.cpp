#include "link/link_context.hpp"

#include <string>
#include <utility>

#include <zmq.hpp>

#include "link/process_id.hpp"

namespace drover {

Result<LinkContext> LinkContext::open() {
    remember_process_id();
    try {
        auto context = std::make_unique<zmq::context_t>(1);
        return LinkContext(std::move(context));
    } catch (const zmq::error_t& error) {
        return Error{ErrorKind::unavailable,
                     std::string("ZeroMQ cannot start in this process: ") + error.what() + "."};
    }
}

LinkContext::LinkContext(std::unique_ptr<zmq::context_t> context) : context_(std::move(context)) {}
LinkContext::LinkContext(LinkContext&&) noexcept = default;
LinkContext& LinkContext::operator=(LinkContext&&) noexcept = default;
LinkContext::~LinkContext() = default;

}  // namespace drover
