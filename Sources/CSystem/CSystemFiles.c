#define _GNU_SOURCE
#include "CSystemFiles.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>
#include <sys/vfs.h>

static int ofd_lock(int fd, int command, int exclusive) {
    struct flock lock = {.l_type = exclusive ? F_WRLCK : F_RDLCK, .l_whence = SEEK_SET};
    int result;
    do { result = fcntl(fd, command, &lock); } while (result < 0 && errno == EINTR);
    return result < 0 ? (errno == EACCES ? EAGAIN : errno) : 0;
}

int dv_ofd_lock(int fd, int exclusive) { return ofd_lock(fd, F_OFD_SETLK, exclusive); }
int dv_ofd_lock_wait(int fd, int exclusive) { return ofd_lock(fd, F_OFD_SETLKW, exclusive); }

int dv_ofd_is_locked(int fd, int64_t start, int64_t length) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
    if (fcntl(fd, F_OFD_GETLK, &lock) < 0) return -errno;
    return lock.l_type != F_UNLCK;
}

int dv_create_direct(const char *path) {
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_DIRECT, 0600);
    return fd < 0 ? -errno : fd;
}

int dv_open_direct(const char *path) {
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_DIRECT);
    return fd < 0 ? -errno : fd;
}

int dv_drop_cache(int fd, int64_t offset, int64_t length) { return posix_fadvise(fd, offset, length, POSIX_FADV_DONTNEED); }

int dv_start_writeback(int fd, int64_t offset, int64_t length) {
    return sync_file_range(fd, offset, length, SYNC_FILE_RANGE_WRITE) < 0 ? errno : 0;
}

int dv_allocate(int fd, int64_t offset, int64_t length) {
    return fallocate(fd, FALLOC_FL_KEEP_SIZE, offset, length) < 0 ? errno : 0;
}

ssize_t dv_pread_cached(int fd, void *buffer, size_t count, int64_t offset) {
    struct iovec vector = {.iov_base = buffer, .iov_len = count};
    ssize_t got = preadv2(fd, &vector, 1, offset, RWF_NOWAIT);
    return got < 0 ? -errno : got;
}

int64_t dv_block_device_size(int fd) {
    uint64_t size = 0;
    return ioctl(fd, BLKGETSIZE64, &size) < 0 ? -errno : (int64_t)size;
}

int64_t dv_file_system(const char *path) {
    struct statfs info;
    return statfs(path, &info) == 0 ? (int64_t)(uint32_t)info.f_type : -errno;
}
