#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// fcntl is variadic and takes a struct by pointer; OFD locks need _GNU_SOURCE.
// Both return 0 or an errno value. `dv_ofd_lock` does not wait: EAGAIN says that another holds it.
int dv_ofd_lock(int fd, int exclusive);
// Like dv_ofd_lock, but waits for its turn.
int dv_ofd_lock_wait(int fd, int exclusive);
// 1 if an open file description other than fd's holds a lock in [start, start+length), 0 if none, -errno on failure.
int dv_ofd_is_locked(int fd, int64_t start, int64_t length);

// O_DIRECT is a macro under _GNU_SOURCE only. Returns the descriptor or -errno; creates with O_EXCL, mode 0600.
int dv_create_direct(const char *path);
// A second way to a file that is there, for writing past the page cache: the descriptor or -errno.
int dv_open_direct(const char *path);
// Drops clean pages of a range from the page cache (posix_fadvise is fine, its constants are macros).
int dv_drop_cache(int fd, int64_t offset, int64_t length);
// Gives a range its place on the disk, with zeros in it (fallocate(2), whose flags are not in Swift's module). 0 or errno.
int dv_allocate(int fd, int64_t offset, int64_t length);
// Starts writing back a range without waiting (sync_file_range).
int dv_start_writeback(int fd, int64_t offset, int64_t length);
// pread from the page cache only: -EAGAIN if the range is not cached (preadv2 with RWF_NOWAIT).
ssize_t dv_pread_cached(int fd, void *buffer, size_t count, int64_t offset);
// Size of a block device in bytes or -errno (ioctl is variadic).
int64_t dv_block_device_size(int fd);

// CRC-32C (Castagnoli, reflected polynomial 0x82F63B78) of a buffer, continuing from `crc` (0 to begin).
uint32_t dv_crc32c(uint32_t crc, const void *data, size_t length);
