#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Starts `path` with these arguments and this environment (both end with NULL). `descriptors[i]` becomes the child's
// descriptor i (-1: /dev/null); it inherits no other. The child gets SIGTERM when the calling *thread* ends, so the
// caller keeps that thread until the child has ended. A variable "LISTEN_PID=" followed by at least 12 characters is
// overwritten with the child's process id (the protocol of socket activation, sd_listen_fds(3)).
// Returns the process id or -errno. posix_spawn can set neither the death signal nor that variable.
pid_t dv_spawn(const char *path, char *const arguments[], char *const environment[], const int *descriptors, int count);

// A descriptor for a process that was not yet waited for, or -errno (glibc's header is not in Swift's module).
int dv_pidfd_open(pid_t pid);
// Sends a signal; 0 or an errno value. ESRCH once the process was waited for, whoever has its number now.
int dv_pidfd_signal(int pidfd, int signal);
// The three macros of wait(2) in one: the exit status, or -signal if a signal ended the process.
int dv_wait_status(int status);

// Takes a shared OFD lock of [start, start+length) without waiting: 0, EAGAIN or another errno value (fcntl is variadic).
int dv_ofd_share_range(int fd, int64_t start, int64_t length);
// Makes the kernel read only what is asked for (posix_fadvise is fine, its constants are macros).
int dv_read_ahead_off(int fd);
// lseek to the next data (want_data != 0) or hole: the offset or -errno; SEEK_DATA needs _GNU_SOURCE.
int64_t dv_seek_extent(int fd, int64_t offset, int want_data);
// The magic number of the path's file system (linux/magic.h), or a negative errno value. statfs is not in Swift's Glibc.
int64_t dv_file_system(const char *path);
// Fills a sockaddr_un (its path is an array that Swift imports as a tuple), binds and listens; the descriptor or -errno.
int dv_listen_unix(const char *path, int backlog);
// Puts a thread's disk requests behind those of others: the last of best effort, or idle. 0 or an errno value
// (ioprio_set has no function in glibc).
int dv_io_priority(pid_t thread, int is_idle);
// A pipe that no child inherits: ends[0] to read, ends[1] to write; 0 or an errno value (pipe2 needs _GNU_SOURCE).
int dv_pipe(int ends[2]);
// A file without a name, in memory, that holds these bytes and is read from its beginning; the descriptor or -errno
// (memfd_create needs _GNU_SOURCE).
int dv_memory_file(const void *bytes, size_t count);
