// Any bytes as a server's list of objects, and as a file of the AWS command line: what is taken from them keeps its bounds.
#include <stdlib.h>
#include <string.h>
#include "remote/aws.h"
#include "remote/folders.h"
#include "remote/listing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do { if (!(condition)) abort(); } while (0)

static void read_bytes(struct an_str s) {
    volatile unsigned char sum = 0;
    for (size_t i = 0; i < s.len; i++)
        sum = (unsigned char) (sum + (unsigned char) s.ptr[i]);
}

static void hold_text(const char *text, size_t cap) { MUST(strnlen(text, cap) < cap); }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct an_str text = {(const char *) data, size};
    struct an_err err;
    AN_AUTO(an_arena) arena = {0};
    struct an_listing list;
    if (!an_listing_s3(text, &arena, &list, &err)) {
        MUST(list.count <= AN_LISTED_MAX && (!list.truncated || list.next.len));
        for (size_t i = 0; i < list.count; i++) {
            MUST(list.items[i].bytes != AN_NO_SIZE);
            read_bytes(list.items[i].name);
        }
        read_bytes(list.next);
    }
    if (!an_listing_dav(text, &arena, &list, &err)) {
        MUST(list.count <= AN_COLLECTED_MAX && !list.truncated);
        for (size_t i = 0; i < list.count; i++) {
            struct an_str name;
            read_bytes(list.items[i].name);
            MUST(list.items[i].name.len);
            if (an_dav_place(AN_STR("http://h:80"), AN_STR("/a"), list.items[i].name, &arena, &name) == AN_DAV_CHILD)
                MUST(name.len && !memchr(name.ptr, '/', name.len) && !memchr(name.ptr, 0, name.len) &&
                     !an_str_eq(name, AN_STR("..")));
        }
    }
    if (!an_listing_hdfs(text, &arena, &list, &err)) {
        MUST(list.count <= AN_COLLECTED_MAX && (!list.truncated || list.count));
        for (size_t i = 0; i < list.count; i++)
            read_bytes(list.items[i].name);
        read_bytes(list.next);
    }
    struct an_str decoded = an_listing_decode(&arena, text, true);
    MUST(decoded.ptr && decoded.len <= size);
    bool found;
    for (int config = 0; config < 2; config++) {
        AN_AUTO(an_aws) aws = {0};
        AN_IGNORE(an_aws_profile(text, AN_STR("default"), config, &aws, &found, &err));
        hold_text(aws.user, sizeof aws.user);
        hold_text(aws.password, sizeof aws.password);
        hold_text(aws.token, sizeof aws.token);
        hold_text(aws.region, sizeof aws.region);
        hold_text(aws.endpoint, sizeof aws.endpoint);
    }
    return 0;
}
