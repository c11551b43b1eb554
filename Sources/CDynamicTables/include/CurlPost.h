#pragma once
#include <stddef.h>

// One POST by libcurl (libcurl.so.4), loaded on first use: linked, it would cost every start some milliseconds. It is in C
// because the functions that set and ask are variadic. No redirect is followed, certificates and names are checked, only
// http and https are spoken.
struct dv_curl_post {
    const char *url;
    // `Name: value`, ends with NULL.
    const char *const *headers;
    const void *body;
    size_t body_length;
    long timeout_ms;
    // A file of certificates to trust instead of the system's; NULL: the system's.
    const char *trust_file;
    // The answer: as much of it as there is room for.
    char *answer;
    size_t answer_room;
    size_t answer_length;
    // The status of HTTP; 0 if none came.
    long status;
    // Why there is none: libcurl's words, or the dynamic linker's.
    char problem[512];
};

// The most bytes of an answer that are read.
#define DV_CURL_ANSWER_LIMIT (1L << 20)

// 0 if an answer came, else libcurl's code; -1 if the library or a function of it is missing.
int dv_curl_post(struct dv_curl_post *request);
// libcurl's codes for a request that took too long and an address that is none (CURLE_OPERATION_TIMEDOUT,
// CURLE_URL_MALFORMAT).
enum { DV_CURL_TIMED_OUT = 28, DV_CURL_BAD_ADDRESS = 3 };
