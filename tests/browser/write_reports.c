// write-reports FOLDER: every writer's output for every sample model in both languages, for check-report and
// for eyes.
#include <stdio.h>
#include <string.h>
#include "../unit/model_sample.h"
#include "report/report.h"

static int write_one(const char *folder, enum sample which, enum an_lang lang,
                     const struct an_report *report) {
    AN_AUTO(an_arena) arena = {0};
    AN_AUTO(an_buf) out = {0};
    struct an_model model;
    struct an_err err = {0};
    sample_fill(which, &model, &arena);
    if (report->write(&model, lang, &(struct an_report_options) {0}, &out, &err)) {
        fprintf(stderr, "%s %s: %s\n", sample_names[which], report->name, err.text);
        return 1;
    }
    char path[1024];
    snprintf(path, sizeof path, "%s/%s-%s.%s", folder, sample_names[which], lang == AN_ZH ? "zh" : "en",
             report->name);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(an_buf_str(&out).ptr, 1, out.len, f) != out.len || fclose(f)) {
        perror(path);
        return 1;
    }
    return 0;
}

int main(int argc, char *argv[]) {
    if (argc != 2) {
        fprintf(stderr, "usage: write-reports FOLDER\n");
        return 2;
    }
    int failed = 0;
    for (int which = 0; which < SAMPLE_COUNT; which++)
        for (size_t i = 0; i < an_report_count; i++)
            for (int lang = AN_EN; lang <= AN_ZH; lang++)
                failed |= write_one(argv[1], (enum sample) which, (enum an_lang) lang, an_reports[i]);
    return failed;
}
