#define _GNU_SOURCE
#include "CSystemRuns.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <link.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

// In the child: system calls only. Returns an errno value.
static int become(const struct dv_command *command) {
    int wanted[3] = {command->input, command->output, command->errors};
    // Out of the way of 0, 1 and 2, so that putting one in place cannot overwrite another.
    for (int i = 0; i < 3; i++) {
        int from = wanted[i] < 0 ? open("/dev/null", O_RDWR | O_CLOEXEC) : wanted[i];
        if (from < 0 || (wanted[i] = fcntl(from, F_DUPFD_CLOEXEC, 3)) < 0) return errno;
    }
    for (int i = 0; i < 3; i++)
        if (dup2(wanted[i], i) < 0) return errno;
    if (command->changes_user && (setgroups((size_t)command->group_count, command->groups) < 0 ||
                                  setgid(command->group) < 0 || setuid(command->user) < 0))
        return errno;
    if (command->directory && chdir(command->directory) < 0) return errno;
    umask(022);  // not that of whoever happens to start a run
    syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(command->path, command->arguments, command->environment);
    return errno;
}

static void tell(int descriptor, int code) {
    if (descriptor >= 0) while (write(descriptor, &code, sizeof code) < 0 && errno == EINTR) {}
}

pid_t dv_start(const struct dv_command *command) {
    pid_t child = fork();
    if (child < 0) return -errno;
    if (child > 0) {
        setpgid(child, child);  // both do it: whoever comes first
        return child;
    }
    setpgid(0, 0);
    if (command->closes >= 0) close(command->closes);
    if (command->gate >= 0) {
        char byte;
        ssize_t got;
        do { got = read(command->gate, &byte, 1); } while (got < 0 && errno == EINTR);
        if (got != 1) _exit(125);
    }
    tell(command->failure, become(command));
    _exit(127);
}

int dv_start_detached(const struct dv_command *command) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) return errno;
    pid_t between = fork();
    if (between < 0) {
        int failure = errno;
        close(ends[0]);
        close(ends[1]);
        return failure;
    }
    if (between == 0) {
        setsid();
        pid_t child = fork();
        if (child < 0) tell(ends[1], errno);
        if (child == 0) {
            // The copy of the pipe must not be in the way of 0, 1 and 2.
            int end = fcntl(ends[1], F_DUPFD_CLOEXEC, 3);
            setsid();
            tell(end, become(command));
            _exit(127);
        }
        _exit(0);
    }
    close(ends[1]);
    while (waitpid(between, NULL, 0) < 0 && errno == EINTR) {}
    int failure = 0;
    ssize_t got;
    do { got = read(ends[0], &failure, sizeof failure); } while (got < 0 && errno == EINTR);
    close(ends[0]);
    return got == sizeof failure ? failure : 0;
}

int dv_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0 ? errno : 0; }

int dv_signal_descriptor(void) {
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGINT);
    sigaddset(&wanted, SIGHUP);
    sigaddset(&wanted, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &wanted, NULL) < 0) return -errno;
    signal(SIGPIPE, SIG_IGN);
    int descriptor = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
    return descriptor < 0 ? -errno : descriptor;
}

int dv_next_signal(int descriptor) {
    struct signalfd_siginfo info;
    return read(descriptor, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

int dv_groups(const char *user, gid_t group, gid_t *groups, int limit) {
    return getgrouplist(user, group, groups, &limit) < 0 ? -1 : limit;
}

int dv_notify(const char *path, const char *text) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof address.sun_path) return EINVAL;
    memcpy(address.sun_path, path, length);
    if (path[0] == '@') address.sun_path[0] = 0;
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return errno;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    ssize_t sent = sendto(descriptor, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&address, size);
    int failure = sent < 0 ? errno : 0;
    close(descriptor);
    return failure;
}

int dv_wall_timer(void) {
    int descriptor = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
}

int dv_set_wall_timer(int descriptor, int64_t milliseconds) {
    struct itimerspec time = {
        .it_value = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000 + 1},
    };
    return timerfd_settime(descriptor, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &time, NULL) < 0 ? errno : 0;
}

static int release_code_of(struct dl_phdr_info *object, size_t size, void *unused) {
    (void)size;
    (void)unused;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X) || segment->p_flags & PF_W) continue;
        uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start = object->dlpi_addr + segment->p_vaddr;
        madvise((void *)(start & ~(page - 1)), segment->p_memsz + (start & (page - 1)), MADV_DONTNEED);
    }
    return 0;
}

void dv_release_code(void) { dl_iterate_phdr(release_code_of, NULL); }
