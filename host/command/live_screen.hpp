/// A terminal that shows something live: another screen, signals as events, keys one by one, and
/// everything as it was at every end.
#pragma once

#include <csignal>
#include <cstddef>
#include <string>

#include <termios.h>

#include "base/clock.hpp"
#include "base/file_descriptor.hpp"

namespace drover {

/// The signals that end, stop or resize, as something to wait for. Blocked as long as this lives.
class WatchSignals {
public:
    WatchSignals();
    WatchSignals(const WatchSignals&) = delete;
    WatchSignals& operator=(const WatchSignals&) = delete;
    ~WatchSignals();

    enum class Event {
        none,     ///< The time is over, the size is new, or a key was pressed.
        end,      ///< Somebody wants it to end, or nobody reads the output any more.
        suspend,  ///< Ctrl-Z.
    };
    /// Waits until `until`, or for something that happens before. `keys` is a descriptor whose
    /// readability ends the waiting, or -1.
    [[nodiscard]] Event wait(Monotonic until, int keys = -1) const;

private:
    sigset_t before_{};
    FileDescriptor readable_;
};

/// The terminal's other screen, without a cursor; what stood there before comes back at the end,
/// also when the program crashes. Does nothing where standard output is no terminal.
class LiveScreen {
public:
    LiveScreen();
    LiveScreen(const LiveScreen&) = delete;
    LiveScreen& operator=(const LiveScreen&) = delete;
    ~LiveScreen();

    [[nodiscard]] bool is_terminal() const { return is_terminal_; }
    [[nodiscard]] std::size_t rows() const;
    [[nodiscard]] std::size_t columns() const;

    /// Keys come one by one and unseen from now on; Ctrl-C and Ctrl-Z stay signals.
    void read_keys();
    /// One key, or "" where none is there: a letter, or "up", "down", "left", "right", "page up",
    /// "page down", "home", "end", "escape".
    [[nodiscard]] std::string key() const;

    /// Draws over what is there, so that nothing flickers; what does not fit is left out.
    void draw(const std::string& text) const;

    /// Gives the terminal back, stops this process, and takes the terminal again when it goes on.
    void suspend();

private:
    void enter();
    void leave();

    bool is_terminal_;
    bool reads_keys_ = false;
};

}  // namespace drover
