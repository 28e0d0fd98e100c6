#include "base/file_descriptor.hpp"

#include <unistd.h>

namespace drover {

FileDescriptor::~FileDescriptor() {
    close();
}

void FileDescriptor::close() {
    if (number_ >= 0) {
        ::close(std::exchange(number_, -1));
    }
}

}  // namespace drover
