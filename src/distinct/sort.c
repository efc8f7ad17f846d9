#include "distinct/sort.h"

#include <stdlib.h>

enum {
    PARTS = 256,
    DEEP = 16,                  // bytes after which long runs of one key are left to qsort
    WORDS_FEW = 16,             // likewise, of words
    BUCKET_BITS = 12,           // buckets of one pass over words: their counters stay in the nearest cache
};

static uint64_t word_at(const struct an_row *r, size_t depth) {
    uint64_t w;
    memcpy(&w, r->key + depth, sizeof w);
    return __builtin_bswap64(w);
}

// Rows agree on their first `depth` bytes (depth <= 20).
static bool is_before(const struct an_row *a, const struct an_row *b, size_t depth) {
    uint64_t x = word_at(a, depth), y = word_at(b, depth);
    return x != y ? x < y : an_row_compare(a, b) < 0;
}

static void insert_rows(struct an_row *rows, size_t n, size_t depth) {
    for (size_t i = 1; i < n; i++) {
        if (!is_before(&rows[i], &rows[i - 1], depth))
            continue;
        struct an_row r = rows[i];
        size_t k = i;
        do {
            rows[k] = rows[k - 1];
            k--;
        } while (k > 0 && is_before(&r, &rows[k - 1], depth));
        rows[k] = r;
    }
}

static int compare_rows(const void *a, const void *b) { return an_row_compare(a, b); }

void an_rows_sort(struct an_row *rows, struct an_row *other, size_t n, size_t depth) {
    if (n <= AN_SORT_FEW) {
        insert_rows(rows, n, depth < DEEP ? depth : DEEP);
        return;
    }
    if (depth >= DEEP) {
        qsort(rows, n, sizeof *rows, compare_rows);
        return;
    }
    size_t start[PARTS + 1] = {0}, at[PARTS];
    for (size_t i = 0; i < n; i++)
        start[rows[i].key[depth] + 1]++;
    for (size_t k = 0; k < PARTS; k++) {
        start[k + 1] += start[k];
        at[k] = start[k];
    }
    for (size_t i = 0; i < n; i++)
        other[at[rows[i].key[depth]]++] = rows[i];
    memcpy(rows, other, n * sizeof *rows);
    for (size_t k = 0; k < PARTS; k++)
        if (start[k + 1] - start[k] > 1)
            an_rows_sort(rows + start[k], other + start[k], start[k + 1] - start[k], depth + 1);
}

static void insert_words(uint64_t *words, size_t n) {
    for (size_t i = 1; i < n; i++) {
        uint64_t w = words[i];
        size_t k = i;
        for (; k > 0 && words[k - 1] > w; k--)
            words[k] = words[k - 1];
        words[k] = w;
    }
}

// Bits from `top` up are the same in all words. A pass leaves two to four words to a bucket.
static void sort_words(uint64_t *words, uint64_t *other, size_t n, unsigned top) {
    if (n <= WORDS_FEW) {
        insert_words(words, n);
        return;
    }
    unsigned bits = 64 - (unsigned) __builtin_clzll(n) - 2;
    if (bits > BUCKET_BITS)
        bits = BUCKET_BITS;
    if (bits > top - AN_WORD_LOW)
        bits = top - AN_WORD_LOW;
    if (!bits)
        return;
    unsigned low = top - bits;
    size_t buckets = (size_t) 1 << bits;
    uint32_t end[1 << BUCKET_BITS];             // of each bucket; n is below 2^24 times what a bucket can hold
    memset(end, 0, buckets * sizeof *end);
    for (size_t i = 0; i < n; i++)
        end[words[i] >> low & (buckets - 1)]++;
    for (uint32_t k = 0, sum = 0; k < buckets; k++) {
        uint32_t count = end[k];
        end[k] = sum;
        sum += count;
    }
    for (size_t i = 0; i < n; i++)
        other[end[words[i] >> low & (buckets - 1)]++] = words[i];
    memcpy(words, other, n * sizeof *words);
    for (size_t k = 0, from = 0; k < buckets; from = end[k++])
        if (end[k] - from > 1)
            sort_words(words + from, other + from, end[k] - from, low);
}

void an_words_sort(uint64_t *words, uint64_t *other, size_t n) { sort_words(words, other, n, 64); }
