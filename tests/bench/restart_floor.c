/* The floor of a restart: a loop that waits for a pidfd and starts the same binary again with
 * posix_spawn, with the descriptors that drover-agent expects, and nothing else. Each process gets
 * the same messages, so that it is the same settled agent that is killed: what its end costs, the
 * floor pays too. A router there is not: the socket that the messages name is only listened on.
 *
 * restart_floor MESSAGES SOCKET WORD PROGRAM [ARGUMENTS…]: keeps PROGRAM running until it is killed
 * itself. MESSAGES is the file whose text each process is sent, WORD the first one of a status page
 * (docs/control_channel.md), as a number: without it drover-agent ends at once. */
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "bench/stamp_sheet.h"

extern char** environ;

enum {
    page_size = 8192,
    most_text = 65536,
    backlog = 4096,
    child_channel = 3,
    child_page = 4,
    first_free = 10,
    own_words = 4 /* Before those of the program. */
};

static int moved_up(int descriptor) {
    const int higher = fcntl(descriptor, F_DUPFD_CLOEXEC, first_free);
    close(descriptor);
    return higher;
}

static pid_t start(char** arguments, int channel, int page) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, channel, child_channel);
    posix_spawn_file_actions_adddup2(&actions, page, child_page);
    pid_t pid = -1;
    if (posix_spawn(&pid, arguments[0], &actions, NULL, arguments, environ) != 0) {
        pid = -1;
    }
    posix_spawn_file_actions_destroy(&actions);
    return pid;
}

/* Listens and never accepts: who connects there waits for ever. */
static int listen_on(const char* path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        return -1;
    }
    strcpy(address.sun_path, path);
    const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int is_bound = bind(listener, (const struct sockaddr*)&address, sizeof address) == 0;
    return is_bound && listen(listener, backlog) == 0 ? moved_up(listener) : -1;
}

int main(int count, char** arguments) {
    static char text[most_text];
    int channel[2];
    const int file = count <= own_words ? -1 : open(arguments[1], O_RDONLY | O_CLOEXEC);
    const ssize_t size = read(file, text, sizeof text);
    if (size <= 0 || listen_on(arguments[2]) < 0) {
        return 2;
    }
    close(file);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) != 0) {
        return 2;
    }
    const int page = moved_up(memfd_create("page", MFD_CLOEXEC));
    channel[0] = moved_up(channel[0]);
    channel[1] = moved_up(channel[1]);
    const uint64_t word = strtoull(arguments[3], NULL, 10);
    if (page < 0 || ftruncate(page, page_size) != 0 ||
        pwrite(page, &word, sizeof word, 0) != (ssize_t)sizeof word) {
        return 2;
    }
    while (1) {
        if (write(channel[0], text, (size_t)size) != size) {
            return 2;
        }
        const pid_t pid = start(arguments + own_words, channel[1], page);
        if (pid < 0) {
            return 2;
        }
        struct pollfd watched = {(int)syscall(SYS_pidfd_open, pid, 0), POLLIN, 0};
        poll(&watched, 1, -1);
        siginfo_t end;
        waitid(P_PIDFD, (id_t)watched.fd, &end, WEXITED);
        close(watched.fd);
    }
}
