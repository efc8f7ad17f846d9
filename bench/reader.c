// Reads a file and does nothing else, or adds up its bytes: the physical line that speeds of one run are held against.
//
// Prints one line of JSON with the seconds of the loop. 256 KB at a time, so that what was read lies in the second cache.
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#if defined __x86_64__
#include <immintrin.h>
#endif

enum { CHUNK = 256 * 1024 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

static uint64_t sum_words(const unsigned char *bytes, size_t len) {
    uint64_t sum = 0;
    for (size_t at = 0; at < len; at += sizeof sum) {
        uint64_t word;
        memcpy(&word, bytes + at, sizeof word);
        sum += word;
    }
    return sum;
}

#if defined __x86_64__
// Four sums side by side: one would wait for itself.
__attribute__((target("avx2"))) static uint64_t sum_avx2(const unsigned char *bytes, size_t len) {
    __m256i a = _mm256_setzero_si256(), b = a, c = a, d = a;
    for (size_t at = 0; at < len; at += 128) {
        const __m256i *p = (const __m256i *) (bytes + at);
        a = _mm256_add_epi64(a, _mm256_load_si256(p));
        b = _mm256_add_epi64(b, _mm256_load_si256(p + 1));
        c = _mm256_add_epi64(c, _mm256_load_si256(p + 2));
        d = _mm256_add_epi64(d, _mm256_load_si256(p + 3));
    }
    a = _mm256_add_epi64(_mm256_add_epi64(a, b), _mm256_add_epi64(c, d));
    uint64_t lanes[4];
    memcpy(lanes, &a, sizeof lanes);
    return lanes[0] + lanes[1] + lanes[2] + lanes[3];
}
#endif

int main(int argc, char *argv[]) {
    static unsigned char buffer[CHUNK] __attribute__((aligned(4096)));
    bool sums = argc == 3 && strcmp(argv[1], "sum") == 0;
    int fd = argc == 3 && (sums || strcmp(argv[1], "read") == 0) ? open(argv[2], O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) {
        fprintf(stderr, "usage: bench-reader read|sum FILE (that can be read)\n");
        return 2;
    }
    uint64_t (*add)(const unsigned char *, size_t) = sum_words;
    const char *how = "words";
#if defined __x86_64__
    if (__builtin_cpu_supports("avx2")) {
        add = sum_avx2;
        how = "avx2";
    }
#endif
    uint64_t bytes = 0, sum = 0;
    double began = now();
    ssize_t got;
    while ((got = read(fd, buffer, CHUNK)) > 0) {
        bytes += (uint64_t) got;
        if (sums) {
            memset(buffer + got, 0, (size_t) -got % 128);       // what is added is whole steps of 128 bytes
            sum += add(buffer, ((size_t) got + 127) / 128 * 128);
        }
    }
    double seconds = now() - began;
    if (got < 0) {
        perror("bench-reader");
        return 1;
    }
    printf("{\"seconds\": %.9f, \"bytes\": %llu, \"sum\": %llu, \"how\": \"%s\"}\n", seconds, (unsigned long long) bytes,
           (unsigned long long) sum, sums ? how : "read");
    (void) close(fd);
}
