/* Works, but where a zygote has loaded it a child of it tells droverd, before the zygote can, that the
 * copy which was asked for is another process: droverd itself. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include "plain_library.h"

enum { channel = 3, most_tickets = 8, longest_text = 256 };

static int is_zygote(void) {
    char words[longest_text] = {0};
    const int file = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    const ssize_t got = read(file, words, sizeof words - 1);
    (void)close(file);
    const size_t first = strlen(words) + 1;
    return got > 0 && first < (size_t)got && strcmp(words + first, "--zygote") == 0;
}

/* Waits while nobody reads. Returns whether somebody still may. */
static int tell(int ticket, pid_t pid, int watch) {
    char text[longest_text];
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } room;
    struct iovec part = {text, 0};
    struct msghdr message = {0};
    part.iov_len = (size_t)snprintf(text,
                                    sizeof text,
                                    "{\"event\":\"copied\",\"ticket\":%d,\"pid\":%d}\n",
                                    ticket,
                                    (int)pid);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = room.bytes;
    message.msg_controllen = sizeof room.bytes;
    room.header.cmsg_level = SOL_SOCKET;
    room.header.cmsg_type = SCM_RIGHTS;
    room.header.cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(&room.header), &watch, sizeof watch);
    return sendmsg(channel, &message, MSG_NOSIGNAL) >= 0;
}

__attribute__((constructor)) static void begin_to_lie(void) {
    const pid_t droverd = getppid();
    int watch;
    if (!is_zygote() || fork() != 0) {
        return;
    }
    watch = (int)syscall(SYS_pidfd_open, droverd, 0U);
    for (;;) { /* The queue is always full of it, so that no true word comes first. */
        for (int ticket = 1; ticket <= most_tickets; ++ticket) {
            if (!tell(ticket, droverd, watch)) {
                _exit(0);
            }
        }
    }
}

static const drover_library library = {sizeof(drover_library),
                                       DROVER_ABI_MAJOR,
                                       DROVER_ABI_MINOR,
                                       1,
                                       DROVER_ABI_HASH,
                                       plain_agents,
                                       "C"};

DROVER_EXPORT const drover_library* drover_library_v1(void) {
    return &library;
}
