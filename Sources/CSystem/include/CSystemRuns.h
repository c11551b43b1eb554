#pragma once
#include <stdint.h>
#include <sys/types.h>

// How a command begins: what `dv_spawn` cannot do, because it must outlive us or be another user.
struct dv_command {
    const char *path;
    char *const *arguments;    // ends with NULL
    char *const *environment;  // ends with NULL
    const char *directory;     // NULL: stays where we are
    int input, output, errors; // -1: /dev/null
    int gate;                  // the child reads one byte from it before anything else, and ends without; -1: none
    int closes;                // the other end of the gate, which the child must not keep open; -1: none
    int failure;               // gets the errno value of what went wrong after the gate, as an int; -1: nobody listens
    int changes_user;
    uid_t user;
    gid_t group;
    const gid_t *groups;
    int group_count;
};

// Starts a command in a process group of its own; it inherits no other descriptor. The process id or -errno.
// The caller has one thread and waits for the child.
pid_t dv_start(const struct dv_command *command);
// Starts a command in a session of its own, child of init (or of the nearest subreaper): nobody waits for it.
// 0 or an errno value, also that of the exec.
int dv_start_detached(const struct dv_command *command);

// Orphans among our descendants become our children (prctl is variadic). 0 or an errno value.
int dv_adopt_orphans(void);
// Blocks SIGTERM, SIGINT, SIGHUP and SIGCHLD, and ignores SIGPIPE; a descriptor that tells of the blocked, or -errno
// (the header of signalfd is not in Swift's module).
int dv_signal_descriptor(void);
// The next signal's number, 0 if there is none.
int dv_next_signal(int descriptor);
// Gives back the memory of all code that was used so far; what is used again comes from the page cache. For a process
// that will sleep long (dl_iterate_phdr takes a C callback over ELF macros).
void dv_release_code(void);
// The groups of a user, at most `limit`: their number or -1.
int dv_groups(const char *user, gid_t group, gid_t *groups, int limit);
// One datagram to a service manager's socket, a path or "@abstract" (sd_notify(3)): 0 or an errno value.
int dv_notify(const char *socket, const char *text);
// A timer of the clock on the wall (the header of timerfd is not in Swift's module): a descriptor or -errno.
int dv_wall_timer(void);
// Makes it readable at an instant in milliseconds since 1970, and when somebody sets the clock; 0 or an errno value.
int dv_set_wall_timer(int descriptor, int64_t milliseconds);
