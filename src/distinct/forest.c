#define _GNU_SOURCE
#include "distinct/forest.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "distinct/spill.h"

enum an_code an_forest_make(struct an_forest *f, uint32_t count, struct an_budget *budget, struct an_err *err) {
    size_t bytes = (size_t) count * 5;
    void *p;
    if (atomic_load(&budget->used) + bytes > budget->limit) {
        int fd = an_spill_open(err);
        if (fd < 0)
            return err->code;
        bool sized = ftruncate(fd, (off_t) bytes) == 0;
        p = sized ? mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
        (void) close(fd);
    } else {
        p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    if (p == MAP_FAILED)
        return an_fail(err, AN_NOMEM, "no memory for a forest of %u: %s", count, strerror(errno));
    *f = (struct an_forest) {.parent = p, .flags = (uint8_t *) p + (size_t) count * 4, .count = count,
                             .mapped = bytes, .budget = budget};
    atomic_fetch_add(&budget->used, bytes);
    for (uint32_t i = 0; i < count; i++)
        f->parent[i] = i;
    return AN_OK;
}

void an_forest_release(struct an_forest *f) {
    if (!f->parent)
        return;
    (void) munmap(f->parent, f->mapped);
    atomic_fetch_sub(&f->budget->used, f->mapped);
    *f = (struct an_forest) {0};
}

uint32_t an_forest_root(struct an_forest *f, uint32_t i) {
    uint32_t *p = f->parent;
    while (p[i] != i) {
        p[i] = p[p[i]];
        i = p[i];
    }
    return i;
}

void an_forest_unite(struct an_forest *f, uint32_t a, uint32_t b) {
    a = an_forest_root(f, a);
    b = an_forest_root(f, b);
    if (a < b)
        f->parent[b] = a;
    else
        f->parent[a] = b;
}
