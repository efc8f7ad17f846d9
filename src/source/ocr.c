// Text recognised in pictures.
//
// Tesseract and Leptonica, which unpacks the pictures, are loaded when somebody asks for them: they bring thirty libraries along.
// Of their C interfaces ten functions are used, which have been the same since Tesseract 4; so no header of theirs is needed.
#include "source/ocr.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/utf8.h"

enum {
    POINTS_MAX = 100 * 1000 * 1000, SIDE_MAX = 32767,   // Tesseract takes no longer side
    SIDE_MIN = 24,                                      // nothing smaller holds text
    MILLISECONDS = 60 * 1000,
    TEXT_MOST = 4 << 20,
};

struct an_ocr {
    void *tesseract, *leptonica, *api;
    void *(*create)(void);
    void (*delete)(void *api);
    int (*init)(void *api, const char *folder, const char *languages);
    int (*set)(void *api, const char *name, const char *value);
    void (*set_picture)(void *api, void *picture);
    int (*recognize)(void *api, void *monitor);
    char *(*get_text)(void *api);
    void (*clear)(void *api);
    void (*delete_text)(const char *text);
    void *(*monitor_new)(void);
    void (*monitor_delete)(void *monitor);
    void (*monitor_deadline)(void *monitor, int milliseconds);
    void *(*read_picture)(const unsigned char *data, size_t size);
    void (*free_picture)(void **picture);
    int (*dimensions)(const void *picture, int *width, int *height, int *depth);
};

static bool load(struct an_ocr *o) {
    const struct { void *library; const char *name; void *to; } functions[] = {
        {o->tesseract, "TessBaseAPICreate", &o->create}, {o->tesseract, "TessBaseAPIDelete", &o->delete},
        {o->tesseract, "TessBaseAPIInit3", &o->init}, {o->tesseract, "TessBaseAPISetVariable", &o->set},
        {o->tesseract, "TessBaseAPISetImage2", &o->set_picture}, {o->tesseract, "TessBaseAPIRecognize", &o->recognize},
        {o->tesseract, "TessBaseAPIGetUTF8Text", &o->get_text}, {o->tesseract, "TessBaseAPIClear", &o->clear},
        {o->tesseract, "TessDeleteText", &o->delete_text}, {o->tesseract, "TessMonitorCreate", &o->monitor_new},
        {o->tesseract, "TessMonitorDelete", &o->monitor_delete},
        {o->tesseract, "TessMonitorSetDeadlineMSecs", &o->monitor_deadline}, {o->leptonica, "pixReadMem", &o->read_picture},
        {o->leptonica, "pixDestroy", &o->free_picture}, {o->leptonica, "pixGetDimensions", &o->dimensions},
    };
    for (size_t i = 0; i < AN_COUNT(functions); i++) {
        void *f = functions[i].library ? dlsym(functions[i].library, functions[i].name) : NULL;
        if (!f)
            return false;
        memcpy(functions[i].to, &f, sizeof f);
    }
    return true;
}

// Where models are: as Debian 12 has them, as others do.
static const char *const folders[] = {"/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tessdata",
                                      "/usr/share/tesseract/tessdata", "/usr/local/share/tessdata"};

// The folder that has the models of all `languages`; NULL: none.
static const char *folder_of(const char *languages) {
    for (size_t i = 0; i < AN_COUNT(folders); i++) {
        struct an_str rest = an_str_from_c(languages), one;
        bool all = true;
        while (all && an_str_next(&rest, '+', &one)) {
            char path[256];
            struct stat st;
            int n = snprintf(path, sizeof path, "%s/%.*s.traineddata", folders[i], AN_STR_ARG(one));
            all = one.len && n > 0 && (size_t) n < sizeof path && stat(path, &st) == 0 && S_ISREG(st.st_mode);
        }
        if (all)
            return folders[i];
    }
    return NULL;
}

static const char tesseract_library[] = "libtesseract.so.5";

enum an_code an_ocr_choose(const char *asked, char out[AN_OCR_LANGUAGES], struct an_err *err) {
    static const char *const usual[] = {"chi_sim+eng", "chi_sim", "eng"};
    void *library = dlopen(tesseract_library, RTLD_LAZY | RTLD_LOCAL);
    if (!library)
        return an_fail(err, AN_USAGE, "--ocr: text is recognised with Tesseract, which is not installed here: install "
                       "tesseract-ocr and tesseract-ocr-chi-sim");
    (void) dlclose(library);
    if (strspn(asked, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+") != strlen(asked) ||
        strlen(asked) >= AN_OCR_LANGUAGES)
        return an_fail(err, AN_USAGE, "--ocr: '%.40s' names no languages such as chi_sim+eng", asked);
    for (size_t i = 0; i < AN_COUNT(usual) && !*asked; i++)
        if (folder_of(usual[i]))
            asked = usual[i];
    if (!*asked)
        return an_fail(err, AN_USAGE, "--ocr: Tesseract has neither Chinese nor English here: install tesseract-ocr-chi-sim and "
                       "tesseract-ocr-eng");
    if (!folder_of(asked))
        return an_fail(err, AN_USAGE, "--ocr: Tesseract does not have '%s' here: install tesseract-ocr-chi-sim for chi_sim, and "
                       "likewise for others", asked);
    memcpy(out, asked, strlen(asked) + 1);
    return AN_OK;
}

void an_ocr_free(struct an_ocr *o) {
    if (!o)
        return;
    if (o->api)
        o->delete(o->api);
    an_free(o);
}

struct an_ocr *an_ocr_new(const char *languages) {
    const char *folder = folder_of(languages);
    struct an_ocr *o = folder ? an_alloc(sizeof *o) : NULL;
    if (!o)
        return NULL;
    // a parser may not start threads, and its keeper has the whole machine's work beside it
    (void) setenv("OMP_THREAD_LIMIT", "1", 1);
    *o = (struct an_ocr) {.tesseract = dlopen(tesseract_library, RTLD_NOW | RTLD_LOCAL),
                          .leptonica = dlopen("liblept.so.5", RTLD_NOW | RTLD_LOCAL)};
    bool ok = load(o) && (o->api = o->create()) && o->init(o->api, folder, languages) == 0;
    if (ok)
        (void) o->set(o->api, "debug_file", "/dev/null");
    if (!ok)
        an_ocr_free(AN_TAKE(o));
    return o;
}

static enum an_code add_text(struct an_str s, struct an_buf *text, struct an_err *err) {
    for (struct an_str line; an_str_next(&s, '\n', &line);) {
        if (!line.len || text->len > TEXT_MOST)
            continue;
        AN_TRY(an_buf_add(text, an_str_slice(line, 0, an_utf8_valid(line)), err));
        AN_TRY(an_buf_add(text, AN_STR("\n"), err));
    }
    return AN_OK;
}

static enum an_code recognise(struct an_ocr *o, void *picture, struct an_buf *text, enum an_ocr_result *ret_result,
                              struct an_err *err) {
    void *monitor = o->monitor_new();
    if (!monitor)
        return an_fail(err, AN_NOMEM, "no memory to recognise text");
    o->monitor_deadline(monitor, MILLISECONDS);
    o->set_picture(o->api, picture);
    bool done = o->recognize(o->api, monitor) == 0;
    char *found = done ? o->get_text(o->api) : NULL;
    *ret_result = done ? AN_OCR_DONE : AN_OCR_TOO_LONG;
    enum an_code code = found ? add_text(an_str_from_c(found), text, err) : AN_OK;
    if (found)
        o->delete_text(found);
    o->clear(o->api);
    o->monitor_delete(monitor);
    return code;
}

enum an_code an_ocr_read(struct an_ocr *o, struct an_str picture, struct an_buf *text, enum an_ocr_result *ret_result,
                         struct an_err *err) {
    const unsigned char *bytes;
    int width = 0, height = 0, depth = 0;
    memcpy(&bytes, &picture.ptr, sizeof bytes);
    void *unpacked = picture.len ? o->read_picture(bytes, picture.len) : NULL;
    *ret_result = AN_OCR_NO_PICTURE;
    if (!unpacked)
        return AN_OK;
    enum an_code code = AN_OK;
    (void) o->dimensions(unpacked, &width, &height, &depth);
    *ret_result = AN_OCR_TOO_LARGE;
    if (width < SIDE_MIN || height < SIDE_MIN)
        *ret_result = AN_OCR_DONE;
    else if (width <= SIDE_MAX && height <= SIDE_MAX && (int64_t) width * height <= POINTS_MAX)
        code = recognise(o, unpacked, text, ret_result, err);
    o->free_picture(&unpacked);
    return code;
}
