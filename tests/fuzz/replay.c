// Runs a fuzz target over the files of a folder: what libFuzzer does with a corpus, without libFuzzer.
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path) {
    FILE *f = fopen(path, "rb");
    if (!f)
        return 0;
    static uint8_t data[1 << 20];
    size_t n = fread(data, 1, sizeof data, f);
    (void) fclose(f);
    uint8_t *copy = malloc(n + 1);      // exactly as long as the input, so that ASan sees one byte too far
    if (!copy)
        return 0;
    memcpy(copy, data, n);
    (void) LLVMFuzzerTestOneInput(copy, n);
    free(copy);
    return 1;
}

int main(int argc, char *argv[]) {
    int done = 0;
    for (int i = 1; i < argc; i++) {
        DIR *d = opendir(argv[i]);
        if (!d) {
            fprintf(stderr, "no seeds in %s\n", argv[i]);
            return 1;
        }
        for (struct dirent *e; (e = readdir(d)) != NULL;) {
            char path[4096];
            if (e->d_name[0] != '.' && snprintf(path, sizeof path, "%s/%s", argv[i], e->d_name) < (int) sizeof path)
                done += replay(path);
        }
        (void) closedir(d);
    }
    printf("%d seeds\n", done);
    return done ? 0 : 1;
}
