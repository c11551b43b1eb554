// Fills the index of a repository with chunks that are made up: segments as docs/repository-format.md, section 7, has them,
// and packs of the right size without a byte in them.
//
//   fill-index REPOSITORY REPOSITORY_ID INDEX_KEY CHUNKS SEGMENTS        (id and key in hex)
//
// Ids rise evenly, as those of a good hash do once they are sorted, so nothing needs sorting.
#include <endian.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADER = 64, PACK = 32, RECORD = 28, CHUNKS_PER_PACK = 1900, PACK_BYTES = 64 << 20, BUCKET = 40 };
static const uint32_t SALTS[8] = {0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31};

static uint64_t state = 42;
static uint64_t dice(void) { // splitmix64
    uint64_t x = state += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void unhex(const char *text, uint8_t *bytes, int count) {
    for (int i = 0; i < count; i++)
        if (sscanf(text + 2 * i, "%2hhx", bytes + i) != 1) exit(2);
}

static void put(uint8_t *at, uint64_t value, int bytes) {
    for (int i = 0; i < bytes; i++) at[i] = value >> 8 * i;
}

static void make_id(uint8_t *id) {
    put(id, dice(), 8);
    put(id + 8, dice(), 8);
}

static void name_of(const uint8_t *id, char *name) {
    for (int i = 0; i < 16; i++) sprintf(name + 2 * i, "%02x", id[i]);
}

// The run looks whether packs are there, not into them.
static void make_pack(const char *repository, const uint8_t *id) {
    char name[33], path[4096];
    name_of(id, name);
    snprintf(path, sizeof path, "%s/packs/%.2s", repository, name);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/packs/%.2s/%s", repository, name, name);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (file < 0 || ftruncate(file, PACK_BYTES) != 0) fail(path);
    close(file);
}

struct segment {
    FILE *file;
    HMAC_CTX *mac;
};

static void add(struct segment *segment, const void *bytes, size_t count) {
    HMAC_Update(segment->mac, bytes, count);
    if (fwrite(bytes, 1, count, segment->file) != count) fail("write");
}

static void add_header(struct segment *segment, const char *repository, const uint8_t *id, const uint8_t *owner,
                       uint32_t records, uint32_t packs, uint32_t bits, uint32_t blocks) {
    uint8_t header[HEADER] = "DVINDEX1";
    put(header + 8, records, 4);
    put(header + 12, packs, 4);
    put(header + 20, bits, 4);
    put(header + 24, blocks, 4);
    memcpy(header + 32, id, 16);
    memcpy(header + 48, owner, 16);
    add(segment, header, HEADER);
    for (uint32_t i = 0; i < packs; i++) {
        uint8_t pack[PACK] = {0};
        make_id(pack);
        make_pack(repository, pack);
        put(pack + 16, PACK_BYTES, 8);
        pack[24] = pack[25] = 1; // data, one session
        add(segment, pack, PACK);
    }
}

static void add_records(struct segment *segment, uint32_t records, uint32_t packs, uint32_t bits, uint32_t blocks) {
    uint32_t *firsts = calloc((1u << bits) + 1, 4), *bloom = calloc(blocks, 32), bucket = 0;
    uint64_t step = UINT64_MAX / records;
    for (uint32_t i = 0; i < records; i++) {
        uint64_t high = i * step + dice() % step, low = dice(), where = dice();
        for (uint32_t own = bits ? high >> (64 - bits) : 0; bucket <= own; bucket++) firsts[bucket] = htole32(i);
        uint32_t *words = bloom + 8 * (((low >> 32) * blocks) >> 32);
        for (int k = 0; k < 8; k++) words[k] |= htole32(1u << (((uint32_t)low * SALTS[k]) >> 27));
        uint8_t record[RECORD];
        high = htobe64(high);
        memcpy(record, &high, 8);
        put(record + 8, low, 8);
        put(record + 16, (uint32_t)where % packs, 4);
        put(record + 20, where >> 32 & 0x3fffff, 4); // of 16 bytes, below 64 MiB
        put(record + 24, 3000, 2);
        record[26] = 0;
        record[27] = 1; // chunks
        add(segment, record, RECORD);
    }
    for (; bucket <= 1u << bits; bucket++) firsts[bucket] = htole32(records);
    add(segment, firsts, ((1ul << bits) + 1) * 4);
    add(segment, bloom, blocks * 32ul);
    free(firsts);
    free(bloom);
}

int main(int argc, char **argv) {
    if (argc != 6) return fputs("fill-index REPOSITORY REPOSITORY_ID INDEX_KEY CHUNKS SEGMENTS\n", stderr), 2;
    uint8_t owner[16], key[32];
    unhex(argv[2], owner, 16);
    unhex(argv[3], key, 32);
    uint32_t chunks = strtoul(argv[4], NULL, 10), segments = strtoul(argv[5], NULL, 10);
    for (uint32_t i = 0; i < segments; i++) {
        uint32_t records = chunks / segments, packs = records / CHUNKS_PER_PACK + 1, bits = 0, length;
        uint32_t blocks = (records * 12ul + 255) / 256;
        while (bits < 24 && records >> bits > BUCKET) bits++;
        uint8_t id[16], code[32];
        char name[33], path[4096];
        make_id(id);
        name_of(id, name);
        snprintf(path, sizeof path, "%s/index/%s", argv[1], name);
        struct segment segment = {fopen(path, "wx"), HMAC_CTX_new()};
        if (!segment.file || !HMAC_Init_ex(segment.mac, key, 32, EVP_sha256(), NULL)) fail(path);
        add_header(&segment, argv[1], id, owner, records, packs, bits, blocks);
        add_records(&segment, records, packs, bits, blocks);
        HMAC_Final(segment.mac, code, &length);
        if (fwrite(code, 1, 32, segment.file) != 32 || fclose(segment.file) != 0) fail(path);
        HMAC_CTX_free(segment.mac);
    }
    return 0;
}
