// Vectorscan on a file: four bounded patterns and a callback that counts. The strongest peer for finding, and no more than
// that: no check digits, no spelling with separators, no distinct, no people.
//
// Prints one line of JSON: the seconds of reading and scanning (not of compiling), and the matches of each pattern. With
// `som` it is asked for the start of each match too, which who wants the value must know.
#include <fcntl.h>
#include <hs/hs.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// Each ends with the first character that is not its own, so that there is one report a match and not one for each end it
// might have. The resident ID knows what a date looks like; the card cannot know what a check digit is. Found without a
// start, an e-mail address needs no more than the character before its '@'.
enum { KINDS = 4, CHUNK = 1 << 20 };
static const char *const NAMES[KINDS] = {"cn-resident-id", "cn-mobile", "email", "bank-card"};
static const char *const ENDS[KINDS] = {
    "[^0-9][1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx][^0-9]",
    "[^0-9](?:00)?(?:86)?1[3-9][0-9]{9}[^0-9]",
    "[A-Za-z0-9]@[A-Za-z0-9.-]+\\.[A-Za-z]+[^A-Za-z0-9.-]",
    "[^0-9][3-6][0-9]{14,18}[^0-9]"};
static const char EMAIL_WHOLE[] = "[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]+[^A-Za-z0-9.-]";

struct found {
    uint64_t counts[KINDS];
    unsigned long long starts;      // added up, so that they are asked for in earnest
};

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context) {
    struct found *found = context;
    (void) to, (void) flags;
    found->counts[id]++;
    found->starts += from;
    return 0;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

static hs_database_t *compile(bool som) {
    const char *words[KINDS];
    unsigned flags[KINDS], ids[KINDS];
    for (unsigned i = 0; i < KINDS; i++) {
        words[i] = som && i == 2 ? EMAIL_WHOLE : ENDS[i];
        flags[i] = som ? HS_FLAG_SOM_LEFTMOST : 0;
        ids[i] = i;
    }
    hs_database_t *database = NULL;
    hs_compile_error_t *why = NULL;
    if (hs_compile_multi(words, flags, ids, KINDS, HS_MODE_BLOCK, NULL, &database, &why) != HS_SUCCESS) {
        fprintf(stderr, "bench-patterns: %s\n", why ? why->message : "no reason given");
        return NULL;
    }
    return database;
}

// Blocks are cut after the last line feed, whose line begins the next one, so that nothing is cut in two and the neighbour
// before each line is seen. False when a line is longer than a block, or the file cannot be read.
static bool scan(int fd, const hs_database_t *database, hs_scratch_t *scratch, struct found *found, uint64_t *bytes) {
    static char buffer[CHUNK + 1];
    size_t held = 1;
    ssize_t got;
    buffer[0] = '\n';
    while ((got = read(fd, buffer + held, sizeof buffer - held)) > 0) {
        *bytes += (uint64_t) got;
        held += (size_t) got;
        const char *last = memrchr(buffer + 1, '\n', held - 1);
        if (!last) {
            if (held == sizeof buffer)
                return false;
            continue;
        }
        size_t whole = (size_t) (last - buffer) + 1;
        if (hs_scan(database, buffer, (unsigned) whole, 0, scratch, on_match, found) != HS_SUCCESS)
            return false;
        held -= whole - 1;
        memmove(buffer, last, held);
    }
    return got == 0;
}

int main(int argc, char *argv[]) {
    bool som = argc == 3 && strcmp(argv[1], "som") == 0;
    int fd = argc == 3 && (som || strcmp(argv[1], "ends") == 0) ? open(argv[2], O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) {
        fprintf(stderr, "usage: bench-patterns ends|som FILE (that can be read)\n");
        return 2;
    }
    hs_database_t *database = compile(som);
    hs_scratch_t *scratch = NULL;
    char *about = NULL;
    if (!database || hs_alloc_scratch(database, &scratch) != HS_SUCCESS || hs_database_info(database, &about) != HS_SUCCESS)
        return 1;
    struct found found = {0};
    uint64_t bytes = 0;
    double began = now();
    if (!scan(fd, database, scratch, &found, &bytes)) {
        fprintf(stderr, "bench-patterns: the file cannot be scanned\n");
        return 1;
    }
    double seconds = now() - began;
    printf("{\"seconds\": %.9f, \"bytes\": %llu, \"starts\": %llu, \"version\": \"%s\", \"occurrences\": {", seconds,
           (unsigned long long) bytes, found.starts, about);
    for (size_t i = 0; i < KINDS; i++)
        printf("%s\"%s\": %llu", i ? ", " : "", NAMES[i], (unsigned long long) found.counts[i]);
    printf("}}\n");
    hs_free_scratch(scratch);
    hs_free_database(database);
    (void) close(fd);
}
