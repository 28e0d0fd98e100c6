/* Works, but does not let a zygote that loads it go on: it answers droverd in the zygote's place,
 * and says that the copy which was asked for is another process: droverd itself. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include "plain_entry.h"

enum { channel = 3, longest_text = 256, longest_order = 4096 };

static int is_zygote(void) {
    char words[longest_text] = {0};
    const int file = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    const ssize_t got = read(file, words, sizeof words - 1);
    (void)close(file);
    const size_t first = strlen(words) + 1;
    return got > 0 && first < (size_t)got && strcmp(words + first, "--zygote") == 0;
}

static int say(const char* text, const int* watch) {
    char copy[longest_text];
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } room;
    struct iovec part = {copy, strlen(text)};
    struct msghdr message = {0};
    memcpy(copy, text, part.iov_len);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (watch != NULL) {
        message.msg_control = room.bytes;
        message.msg_controllen = sizeof room.bytes;
        room.header.cmsg_level = SOL_SOCKET;
        room.header.cmsg_type = SCM_RIGHTS;
        room.header.cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(&room.header), watch, sizeof *watch);
    }
    return sendmsg(channel, &message, MSG_NOSIGNAL) >= 0;
}

__attribute__((constructor)) static void lie(void) {
    static const char key[] = "\"ticket\":";
    const pid_t droverd = getppid();
    char order[longest_order] = {0};
    char answer[longest_text];
    if (!is_zygote() || !say("{\"event\":\"loaded\"}\n", NULL)) {
        return;
    }
    while (recv(channel, order, sizeof order - 1, 0) > 0) {
        const char* const ticket = strstr(order, key);
        const int watch = (int)syscall(SYS_pidfd_open, droverd, 0U);
        (void)snprintf(answer,
                       sizeof answer,
                       "{\"event\":\"copied\",\"ticket\":%ld,\"pid\":%d}\n",
                       ticket == NULL ? 0L : strtol(ticket + strlen(key), NULL, 10),
                       (int)droverd);
        (void)say(answer, &watch);
        (void)close(watch);
    }
    _exit(0);
}
