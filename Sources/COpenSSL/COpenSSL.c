#include "COpenSSL.h"

int dv_hmac_sha256_init(EVP_MAC_CTX *context, const unsigned char *key, size_t key_length) {
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_init(context, key, key_length, parameters);
}

int dv_hkdf_sha256(EVP_KDF_CTX *context, const unsigned char *secret, size_t secret_length, const unsigned char *salt,
                   size_t salt_length, const unsigned char *info, size_t info_length, unsigned char *output,
                   size_t output_length) {
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)secret, secret_length),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)info, info_length),
        // Left out when empty: OpenSSL refuses a null pointer, and means zeros without it.
        OSSL_PARAM_construct_end(),
        OSSL_PARAM_construct_end(),
    };
    if (salt_length > 0) {
        parameters[3] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt, salt_length);
    }
    return EVP_KDF_derive(context, output, output_length, parameters);
}
