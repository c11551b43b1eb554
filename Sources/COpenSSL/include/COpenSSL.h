#pragma once
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

// OSSL_PARAM arrays keep the pointers they are given, keys included: a Swift string lives only for one call, so the
// arrays are built here.

// Keys a HMAC-SHA-256 context; 1 on success.
int dv_hmac_sha256_init(EVP_MAC_CTX *context, const unsigned char *key, size_t key_length);
// HKDF-SHA-256 (RFC 5869), extract and expand, into `output`; 1 on success. An empty salt is the RFC's string of zeros.
int dv_hkdf_sha256(EVP_KDF_CTX *context, const unsigned char *secret, size_t secret_length, const unsigned char *salt,
                   size_t salt_length, const unsigned char *info, size_t info_length, unsigned char *output,
                   size_t output_length);
