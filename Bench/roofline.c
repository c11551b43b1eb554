// What this machine allows: the primitives of an encrypted chunk store and nothing else.
// Fixed chunks, SHA-256 ids, zstd, AES-256-GCM, one append-only pack, N threads; no locks on disk, no recovery, no format.
//
//   roofline backup|restore|verify STORE IMAGE|OUT|- CHUNK_KIB LEVEL THREADS
#define _GNU_SOURCE
#include <fcntl.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

enum mode { BACKUP, RESTORE, VERIFY };
enum { RAW = 1u << 31, TAG = 16 };

// A chunk of the map: where it lies in the pack; length 0 is a hole, bit RAW says stored uncompressed.
struct chunk {
    uint8_t id[32];
    uint64_t offset;
    uint32_t length, unused;
};
struct map {
    uint64_t size, chunk_size, count;
};

static const uint8_t KEY[32] = "roofline roofline roofline roof";
static enum mode mode;
static struct map map;
static struct chunk *chunks;
static uint32_t *table; // number of the chunk + 1 by the first bytes of its id, open addressing
static uint64_t mask;
static int image, pack, level;
static atomic_ullong next_chunk, pack_end;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void die(const char *what) {
    perror(what);
    exit(1);
}

// The slot of an id: that of an equal one or a free one. The caller holds the lock.
static uint32_t *slot(const uint8_t *id) {
    uint64_t at;
    memcpy(&at, id, sizeof at);
    while (table[at & mask] && memcmp(chunks[table[at & mask] - 1].id, id, 32)) at++;
    return &table[at & mask];
}

// True if another chunk with this id was there before; then `known` is filled with it.
static int claim(const uint8_t *id, uint64_t number, struct chunk *known) {
    pthread_mutex_lock(&lock);
    uint32_t *place = slot(id);
    int found = *place != 0;
    if (found && known) *known = chunks[*place - 1];
    if (!found && !known) *place = (uint32_t)number + 1;
    pthread_mutex_unlock(&lock);
    return found;
}

struct worker {
    uint8_t *plain, *packed, *sealed;
    ZSTD_CCtx *compress;
    ZSTD_DCtx *expand;
    EVP_MD_CTX *digest;
    EVP_MD *sha;
    EVP_CIPHER_CTX *cipher;
};

static void hash(struct worker *w, uint64_t length, uint8_t *id) {
    EVP_DigestInit_ex(w->digest, w->sha, 0);
    EVP_DigestUpdate(w->digest, w->plain, length);
    EVP_DigestFinal_ex(w->digest, id, 0);
}

static void store(struct worker *w, uint64_t number, uint64_t length) {
    struct chunk *chunk = &chunks[number], known;
    int written;
    if (pread(image, w->plain, length, number * map.chunk_size) != (ssize_t)length) die("read");
    if (!w->plain[0] && !memcmp(w->plain, w->plain + 1, length - 1)) return;
    uint8_t id[32];
    hash(w, length, id);
    if (claim(id, number, &known)) {
        *chunk = known;
        return;
    }
    size_t packed = ZSTD_compress2(w->compress, w->packed, ZSTD_compressBound(map.chunk_size), w->plain, length);
    int raw = ZSTD_isError(packed) || packed >= length;
    if (raw) packed = length;
    EVP_CipherInit_ex(w->cipher, 0, 0, 0, id, 1); // a nonce that is good enough to measure with
    EVP_CipherUpdate(w->cipher, w->sealed, &written, raw ? w->plain : w->packed, (int)packed);
    EVP_CipherFinal_ex(w->cipher, w->sealed + written, &written);
    EVP_CIPHER_CTX_ctrl(w->cipher, EVP_CTRL_AEAD_GET_TAG, TAG, w->sealed + packed);
    memcpy(chunk->id, id, 32);
    chunk->length = (uint32_t)(packed + TAG) | (raw ? RAW : 0);
    chunk->offset = atomic_fetch_add(&pack_end, packed + TAG);
    if (pwrite(pack, w->sealed, packed + TAG, chunk->offset) != (ssize_t)(packed + TAG)) die("write");
    claim(id, number, NULL);
}

static void load(struct worker *w, uint64_t number, uint64_t length) {
    struct chunk *chunk = &chunks[number];
    uint32_t packed = (chunk->length & ~RAW) - TAG;
    int raw = (chunk->length & RAW) != 0, written;
    if (!chunk->length || (mode == VERIFY && claim(chunk->id, number, NULL))) return;
    if (pread(pack, w->sealed, packed + TAG, chunk->offset) != (ssize_t)(packed + TAG)) die("read");
    EVP_CipherInit_ex(w->cipher, 0, 0, 0, chunk->id, 0);
    EVP_CIPHER_CTX_ctrl(w->cipher, EVP_CTRL_AEAD_SET_TAG, TAG, w->sealed + packed);
    EVP_CipherUpdate(w->cipher, raw ? w->plain : w->packed, &written, w->sealed, (int)packed);
    if (EVP_CipherFinal_ex(w->cipher, w->packed, &written) != 1) die("tag");
    if (!raw && ZSTD_decompressDCtx(w->expand, w->plain, map.chunk_size, w->packed, packed) != length) die("zstd");
    uint8_t id[32];
    hash(w, length, id);
    if (memcmp(id, chunk->id, 32)) die("id");
    if (mode == RESTORE && pwrite(image, w->plain, length, number * map.chunk_size) != (ssize_t)length) die("write");
}

static void *work(void *unused) {
    (void)unused;
    size_t room = ZSTD_compressBound(map.chunk_size) + 64;
    struct worker w = {malloc(map.chunk_size), malloc(room), malloc(room), ZSTD_createCCtx(), ZSTD_createDCtx(),
                       EVP_MD_CTX_new(), EVP_MD_fetch(0, "SHA256", 0), EVP_CIPHER_CTX_new()};
    ZSTD_CCtx_setParameter(w.compress, ZSTD_c_compressionLevel, level);
    EVP_CipherInit_ex(w.cipher, EVP_CIPHER_fetch(0, "AES-256-GCM", 0), 0, KEY, 0, mode == BACKUP);
    for (uint64_t number; (number = atomic_fetch_add(&next_chunk, 1)) < map.count;) {
        uint64_t left = map.size - number * map.chunk_size, length = left < map.chunk_size ? left : map.chunk_size;
        if (mode == BACKUP) store(&w, number, length);
        else load(&w, number, length);
    }
    return 0;
}

static void open_files(const char *place, const char *target, uint64_t chunk_size) {
    char path[4096];
    snprintf(path, sizeof path, "%s/pack", place);
    pack = open(path, mode == BACKUP ? O_RDWR | O_CREAT | O_TRUNC : O_RDONLY, 0600);
    snprintf(path, sizeof path, "%s/map", place);
    if (mode == BACKUP) {
        struct stat status;
        if ((image = open(target, O_RDONLY)) < 0 || fstat(image, &status)) die(target);
        map = (struct map){status.st_size, chunk_size, (status.st_size + chunk_size - 1) / chunk_size};
        chunks = calloc(map.count, sizeof *chunks);
    } else {
        int file = open(path, O_RDONLY);
        if (read(file, &map, sizeof map) != sizeof map) die(path);
        ssize_t length = (ssize_t)(map.count * sizeof *chunks);
        chunks = malloc(length);
        if (read(file, chunks, length) != length) die(path);
        if (mode == RESTORE && ((image = open(target, O_RDWR | O_CREAT | O_TRUNC, 0600)) < 0 || ftruncate(image, map.size))) die(target);
    }
    for (mask = 1; mask < 2 * map.count; mask *= 2) {}
    table = calloc(mask--, sizeof *table);
}

int main(int count, char **words) {
    if (count != 7) return 2;
    mode = words[1][0] == 'b' ? BACKUP : words[1][0] == 'r' ? RESTORE : VERIFY;
    level = atoi(words[5]);
    int threads = atoi(words[6]);
    mkdir(words[2], 0700);
    open_files(words[2], words[3], strtoull(words[4], 0, 10) << 10);
    pthread_t workers[64];
    for (int n = 0; n < threads && n < 64; n++) pthread_create(&workers[n], 0, work, 0);
    for (int n = 0; n < threads && n < 64; n++) pthread_join(workers[n], 0);
    if (mode == BACKUP) {
        char path[4096];
        snprintf(path, sizeof path, "%s/map", words[2]);
        int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        ssize_t length = (ssize_t)(map.count * sizeof *chunks);
        if (write(file, &map, sizeof map) < 0 || write(file, chunks, length) != length) die(path);
        if (fsync(pack) || fsync(file)) die("sync");
    }
    return 0;
}
