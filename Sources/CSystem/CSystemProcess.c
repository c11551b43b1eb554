#define _GNU_SOURCE
#include "CSystemProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/ioprio.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void write_pid(char *const environment[]) {
    static const char name[] = "LISTEN_PID=";
    for (char *const *variable = environment; *variable; variable++) {
        if (strncmp(*variable, name, sizeof name - 1)) continue;
        char digits[12];
        int length = 0;
        for (pid_t pid = getpid(); pid > 0; pid /= 10) digits[length++] = (char)('0' + pid % 10);
        char *end = *variable + sizeof name - 1;
        while (length > 0) *end++ = digits[--length];
        *end = 0;
    }
}

// Runs in the child, on the parent's memory and stack: system calls only. Returns an errno value.
static int become(const char *path, char *const arguments[], char *const environment[], const int *descriptors,
                  int count,
                  pid_t parent) {
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0) return errno;
    if (getppid() != parent) _exit(127);  // the parent died before we could ask
    for (int i = 0; i < count; i++) {
        int from = descriptors[i] < 0 ? open("/dev/null", O_RDWR) : descriptors[i];
        if (from < 0) return errno;
        if (from == i ? fcntl(i, F_SETFD, 0) < 0 : dup2(from, i) < 0) return errno;
    }
    // Libraries open descriptors that they do not mark. An old kernel lacks the call; ours are all marked.
    syscall(SYS_close_range, (unsigned)count, ~0U, CLOSE_RANGE_CLOEXEC);
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    write_pid(environment);
    execve(path, arguments, environment);
    return errno;
}

pid_t dv_spawn(const char *path, char *const arguments[], char *const environment[], const int *descriptors, int count) {
    // Copies out of the way of the numbers 0..count-1, so that putting one in place cannot overwrite another.
    int high[16];
    if (count > 16) return -EINVAL;
    volatile int failure = 0;
    int copied = 0;
    for (; copied < count; copied++) {
        high[copied] = descriptors[copied] < 0 ? -1 : fcntl(descriptors[copied], F_DUPFD_CLOEXEC, 64);
        if (descriptors[copied] >= 0 && high[copied] < 0) {
            failure = errno;
            break;
        }
    }
    pid_t child = -1;
    if (!failure) {
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);  // no handler of ours may run in the child
        pid_t parent = getpid();
        child = vfork();
        if (child == 0) {
            failure = become(path, arguments, environment, high, count, parent);
            _exit(127);
        }
        if (child < 0) failure = errno;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    for (int i = 0; i < copied; i++)
        if (high[i] >= 0) close(high[i]);
    if (failure && child > 0) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    }
    return failure ? -failure : child;
}

int dv_pidfd_open(pid_t pid) {
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    return fd < 0 ? -errno : fd;
}

int dv_pidfd_signal(int pidfd, int number) {
    return syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0) < 0 ? errno : 0;
}

int dv_wait_status(int status) { return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status); }

int dv_ofd_share_range(int fd, int64_t start, int64_t length) {
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
    if (fcntl(fd, F_OFD_SETLK, &lock) == 0) return 0;
    return errno == EACCES ? EAGAIN : errno;
}

int dv_read_ahead_off(int fd) { return posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM); }

int64_t dv_seek_extent(int fd, int64_t offset, int want_data) {
    int64_t found = lseek(fd, offset, want_data ? SEEK_DATA : SEEK_HOLE);
    return found < 0 ? -errno : found;
}

int dv_listen_unix(const char *path, int backlog) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return -ENAMETOOLONG;
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, backlog) < 0) {
        int failure = errno;
        close(fd);
        return -failure;
    }
    return fd;
}

int dv_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) < 0 ? errno : 0; }

int dv_io_priority(pid_t thread, int is_idle) {
    int priority = is_idle ? IOPRIO_PRIO_VALUE(IOPRIO_CLASS_IDLE, 0) : IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 7);
    return syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, thread, priority) < 0 ? errno : 0;
}

int dv_memory_file(const void *bytes, size_t count) {
    int descriptor = memfd_create("debvisor", MFD_CLOEXEC);
    if (descriptor < 0) return -errno;
    for (size_t done = 0; done < count;) {
        ssize_t put = pwrite(descriptor, (const char *)bytes + done, count - done, (off_t)done);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) {
            int code = put < 0 ? errno : EIO;
            close(descriptor);
            return -code;
        }
        done += (size_t)put;
    }
    return descriptor;
}
