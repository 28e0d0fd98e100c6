#include "daemon/take_over.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/json_value.hpp"

namespace drover {
namespace {

void keep_open_over_exec(int number, bool keep) {
    if (number >= 0) {
        ::fcntl(number, F_SETFD, keep ? 0 : FD_CLOEXEC);
    }
}

std::vector<int> numbers_in(const Json& units) {
    std::vector<int> numbers;
    for (const Json& unit : units) {
        for (const Json& number : unit.at("descriptors")) {
            numbers.push_back(number.get<int>());
        }
    }
    return numbers;
}

/// An unnamed file with the text, at its beginning.
FileDescriptor memory_with(const std::string& text) {
    FileDescriptor file(::memfd_create("drover-take-over", MFD_CLOEXEC));
    std::size_t written = 0;
    while (file.is_open() && written < text.size()) {
        const ssize_t wrote = ::write(file.number(), text.data() + written, text.size() - written);
        if (wrote <= 0) {
            return {};
        }
        written += static_cast<std::size_t>(wrote);
    }
    return file;
}

std::string text_in(int number) {
    constexpr std::size_t block = std::size_t{64} << 10U;
    std::string text;
    std::string part(block, '\0');
    while (true) {
        const ssize_t got =
            ::pread(number, part.data(), part.size(), static_cast<off_t>(text.size()));
        if (got <= 0) {
            return text;
        }
        text.append(part, 0, static_cast<std::size_t>(got));
    }
}

std::string text_of(const TakeOver& take_over) {
    return to_line({{"hand_over", hand_over_format},
                    {"from", ::getpid()},
                    {"why", take_over.why},
                    {"is_adopting", take_over.is_adopting},
                    {"has_guards_children", take_over.has_guards_children},
                    {"went_back", take_over.went_back},
                    {"former", take_over.former},
                    {"former_arguments", take_over.former_arguments},
                    {"units", take_over.units}});
}

std::vector<char*> argument_list(std::vector<std::string>& arguments) {
    std::vector<char*> list;
    for (std::string& argument : arguments) {
        list.push_back(argument.data());
    }
    list.push_back(nullptr);
    return list;
}

Error cannot_run(const std::string& program) {
    return {ErrorKind::unavailable, "Cannot run " + program + ": " + std::strerror(errno) + "."};
}

}  // namespace

Error replace_program(const std::filesystem::path& program,
                      std::vector<std::string> arguments,
                      TakeOver take_over,
                      const std::vector<int>& handed_over) {
    FileDescriptor former(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    take_over.former = former.number();
    take_over.former_arguments = arguments;
    const FileDescriptor file = memory_with(text_of(take_over));
    if (!former.is_open() || !file.is_open()) {
        return cannot_run(program.string());
    }
    arguments.insert(arguments.begin(), program.string());
    arguments.insert(arguments.end(), {"--take-over", std::to_string(file.number())});
    std::vector<int> numbers = numbers_in(take_over.units);
    numbers.insert(numbers.end(), handed_over.begin(), handed_over.end());
    numbers.insert(numbers.end(), {file.number(), former.number()});
    for (const int number : numbers) {
        keep_open_over_exec(number, true);
    }
    ::execv(program.c_str(), argument_list(arguments).data());
    const Error error = cannot_run(program.string());
    for (const int number : numbers) {
        keep_open_over_exec(number, false);
    }
    return error;
}

Error return_to_former(TakeOver take_over,
                       const std::string& why,
                       const std::vector<int>& handed_over) {
    take_over.went_back = why;
    const FileDescriptor file = memory_with(text_of(take_over));
    if (!file.is_open()) {
        return cannot_run("the former program");
    }
    keep_open_over_exec(file.number(), true);
    for (const int number : handed_over) {
        keep_open_over_exec(number, true);
    }
    std::vector<std::string> arguments = take_over.former_arguments;
    arguments.insert(arguments.begin(), "droverd");
    arguments.insert(arguments.end(), {"--take-over", std::to_string(file.number())});
    ::fexecve(take_over.former, argument_list(arguments).data(), environ);
    return cannot_run("the former program");
}

Result<TakeOver> read_take_over(int number) {
    try {
        const Json json = Json::parse(text_in(number));
        const int format = json.at("hand_over").get<int>();
        if (format != hand_over_format) {
            return Error{ErrorKind::invalid,
                         "The fleet is handed over in format " + std::to_string(format) +
                             ", and this droverd reads format " + std::to_string(hand_over_format) +
                             "."};
        }
        TakeOver take_over;
        take_over.units = json.at("units");
        take_over.is_adopting = json.at("is_adopting").get<bool>();
        take_over.has_guards_children = json.at("has_guards_children").get<bool>();
        take_over.why = json.at("why").get<std::string>();
        take_over.went_back = json.at("went_back").get<std::string>();
        take_over.former = json.at("former").get<int>();
        take_over.former_arguments = json.at("former_arguments").get<std::vector<std::string>>();
        take_over.file = number;
        return take_over;
    } catch (const Json::exception& fault) {
        return Error{ErrorKind::invalid,
                     std::string("What the program before this one has left cannot be "
                                 "understood: ") +
                         fault.what() + "."};
    }
}

Result<Inheritance> inheritance_of(const TakeOver& take_over) {
    Inheritance inheritance;
    inheritance.why = take_over.why;
    inheritance.from = ::getpid();
    inheritance.is_from_guard = false;
    inheritance.has_guards_children = take_over.has_guards_children;
    for (const Json& json : take_over.units) {
        InheritedUnit& unit = inheritance.units[json.at("unit").get<std::string>()];
        unit.memory = json.at("memory");
        unit.process = json.at("process");
        unit.last_end = json.at("last_end");
        unit.received = value_or<std::string>(json, "received", "");
        unit.unsent = value_or<std::string>(json, "unsent", "");
        for (const Json& number : json.at("descriptors")) {
            FileDescriptor copy(::fcntl(number.get<int>(), F_DUPFD_CLOEXEC, 0));
            if (!copy.is_open()) {
                return Error{ErrorKind::unavailable,
                             std::string("A descriptor that was handed over is not open: ") +
                                 std::strerror(errno) + "."};
            }
            unit.descriptors.push_back(std::move(copy));
        }
    }
    return inheritance;
}

void close_originals(const TakeOver& take_over) {
    for (const int number : numbers_in(take_over.units)) {
        FileDescriptor(number).close();
    }
    FileDescriptor(take_over.former).close();
    FileDescriptor(take_over.file).close();
}

}  // namespace drover
