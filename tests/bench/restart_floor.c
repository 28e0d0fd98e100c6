/* The floor of a restart: a loop that waits for a pidfd and starts the same binary again with
 * posix_spawn, with the descriptors that drover-agent expects, and nothing else.
 *
 * restart_floor PROGRAM [ARGUMENTS…]: keeps PROGRAM running until it is killed itself. */
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "bench/stamp_sheet.h"

extern char** environ;

/* The first word of a status page (docs/control_channel.md); without it drover-agent ends at once.
 */
static const uint64_t page_magic = UINT64_C(0x3130454741505244);
enum { page_size = 4096, child_channel = 3, child_page = 4, first_free = 10 };

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

int main(int count, char** arguments) {
    int channel[2];
    if (count < 2 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) != 0) {
        return 2;
    }
    const int page = moved_up(memfd_create("page", MFD_CLOEXEC));
    channel[0] = moved_up(channel[0]);
    channel[1] = moved_up(channel[1]);
    if (page < 0 || ftruncate(page, page_size) != 0 ||
        pwrite(page, &page_magic, sizeof page_magic, 0) != (ssize_t)sizeof page_magic) {
        return 2;
    }
    while (1) {
        const pid_t pid = start(arguments + 1, channel[1], page);
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
