#include "CurlPost.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "LibraryLoad.h"

// What we need of curl/curl.h: these numbers and functions are the library's binary interface, which has not changed since
// 2006, so that no header is needed where debvisor is built.
enum {
    OPTION_URL = 10002,
    OPTION_WRITEDATA = 10001,
    OPTION_ERRORBUFFER = 10010,
    OPTION_POSTFIELDS = 10015,
    OPTION_USERAGENT = 10018,
    OPTION_HTTPHEADER = 10023,
    OPTION_CAINFO = 10065,
    OPTION_WRITEFUNCTION = 20011,
    OPTION_POST = 47,
    OPTION_FOLLOWLOCATION = 52,
    OPTION_POSTFIELDSIZE = 60,
    OPTION_SSL_VERIFYPEER = 64,
    OPTION_SSL_VERIFYHOST = 81,
    OPTION_NOSIGNAL = 99,
    OPTION_TIMEOUT_MS = 155,
    OPTION_CONNECTTIMEOUT_MS = 156,
    OPTION_PROTOCOLS = 181,
    PROTOCOLS_HTTP_AND_HTTPS = 3,
    INFO_RESPONSE_CODE = 0x200002,
    GLOBAL_DEFAULT = 3,
};

static struct {
    int (*global_init)(long);
    void *(*init)(void);
    void (*cleanup)(void *);
    int (*setopt)(void *, int, ...);
    int (*getinfo)(void *, int, ...);
    int (*perform)(void *);
    const char *(*strerror)(int);
    void *(*append)(void *, const char *);
    void (*free_list)(void *);
} curl;

#define SYMBOL(name, field) {#name, (size_t)((char *)&curl.field - (char *)&curl)}
static char load_problem[512];
static int is_loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    const struct dv_symbol symbols[] = {
        SYMBOL(curl_global_init, global_init), SYMBOL(curl_easy_init, init),
        SYMBOL(curl_easy_cleanup, cleanup),    SYMBOL(curl_easy_setopt, setopt),
        SYMBOL(curl_easy_getinfo, getinfo),    SYMBOL(curl_easy_perform, perform),
        SYMBOL(curl_easy_strerror, strerror),  SYMBOL(curl_slist_append, append),
        SYMBOL(curl_slist_free_all, free_list),
    };
    if (dv_load("libcurl.so.4", &curl, symbols, sizeof symbols / sizeof *symbols, load_problem)) return;
    if (curl.global_init(GLOBAL_DEFAULT)) {
        snprintf(load_problem, sizeof load_problem, "libcurl does not start");
        return;
    }
    is_loaded = 1;
}

struct sink {
    struct dv_curl_post *request;
    size_t seen;
};

static size_t keep(const char *bytes, size_t size, size_t count, void *data) {
    struct sink *sink = data;
    struct dv_curl_post *request = sink->request;
    size_t length = size * count;
    size_t room = request->answer_room - request->answer_length;
    size_t kept = length < room ? length : room;
    if (kept) memcpy(request->answer + request->answer_length, bytes, kept);
    request->answer_length += kept;
    sink->seen += length;
    // Fewer than it gave end the transfer.
    return sink->seen > DV_CURL_ANSWER_LIMIT ? 0 : length;
}

int dv_curl_post(struct dv_curl_post *request) {
    request->answer_length = 0;
    request->status = 0;
    request->problem[0] = 0;
    pthread_once(&once, load);
    if (!is_loaded) {
        snprintf(request->problem, sizeof request->problem, "%s", load_problem);
        return -1;
    }
    void *handle = curl.init();
    if (!handle) {
        snprintf(request->problem, sizeof request->problem, "libcurl has no memory");
        return -1;
    }
    // libcurl writes up to 256 bytes.
    char words[256] = "";
    struct sink sink = {request, 0};
    void *headers = NULL;
    for (const char *const *header = request->headers; header && *header; header++) {
        void *longer = curl.append(headers, *header);
        if (!longer) break;
        headers = longer;
    }
    curl.setopt(handle, OPTION_ERRORBUFFER, words);
    curl.setopt(handle, OPTION_NOSIGNAL, 1L);
    curl.setopt(handle, OPTION_URL, request->url);
    curl.setopt(handle, OPTION_PROTOCOLS, (long)PROTOCOLS_HTTP_AND_HTTPS);
    curl.setopt(handle, OPTION_FOLLOWLOCATION, 0L);
    curl.setopt(handle, OPTION_SSL_VERIFYPEER, 1L);
    curl.setopt(handle, OPTION_SSL_VERIFYHOST, 2L);
    if (request->trust_file) curl.setopt(handle, OPTION_CAINFO, request->trust_file);
    curl.setopt(handle, OPTION_TIMEOUT_MS, request->timeout_ms);
    curl.setopt(handle, OPTION_CONNECTTIMEOUT_MS, request->timeout_ms);
    curl.setopt(handle, OPTION_USERAGENT, "debvisor");
    curl.setopt(handle, OPTION_POST, 1L);
    curl.setopt(handle, OPTION_POSTFIELDSIZE, (long)request->body_length);
    curl.setopt(handle, OPTION_POSTFIELDS, request->body);
    curl.setopt(handle, OPTION_HTTPHEADER, headers);
    curl.setopt(handle, OPTION_WRITEFUNCTION, keep);
    curl.setopt(handle, OPTION_WRITEDATA, &sink);
    int code = curl.perform(handle);
    curl.getinfo(handle, INFO_RESPONSE_CODE, &request->status);
    if (code) snprintf(request->problem, sizeof request->problem, "%s", *words ? words : curl.strerror(code));
    curl.free_list(headers);
    curl.cleanup(handle);
    return code;
}
