#pragma once
#include <libnbd.h>

// One field per function, of the function's own type and name.
#define DV_LIBNBD_FUNCTIONS(F) \
    F(nbd_create) \
    F(nbd_close) \
    F(nbd_get_error) \
    F(nbd_get_errno) \
    F(nbd_set_export_name) \
    F(nbd_add_meta_context) \
    F(nbd_can_meta_context) \
    F(nbd_set_strict_mode) \
    F(nbd_set_pread_initialize) \
    F(nbd_aio_connect_unix) \
    F(nbd_aio_is_connecting) \
    F(nbd_aio_is_ready) \
    F(nbd_aio_is_dead) \
    F(nbd_aio_is_closed) \
    F(nbd_get_size) \
    F(nbd_get_block_size) \
    F(nbd_is_read_only) \
    F(nbd_aio_pread) \
    F(nbd_aio_pwrite) \
    F(nbd_aio_flush) \
    F(nbd_aio_block_status) \
    F(nbd_aio_disconnect) \
    F(nbd_aio_command_completed) \
    F(nbd_poll)

#define DV_FIELD(name) __typeof__(name) *name;
struct dv_libnbd {
    DV_LIBNBD_FUNCTIONS(DV_FIELD)
};
#undef DV_FIELD

// The table, filled on the first call by any thread, never changed afterwards; NULL if the library (libnbd.so.0)
// or one of the functions is missing.
const struct dv_libnbd *dv_libnbd(void);
// Why `dv_libnbd` returned NULL, in the dynamic linker's words; valid for the life of the process.
const char *dv_libnbd_problem(void);
