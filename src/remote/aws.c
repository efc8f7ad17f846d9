#include "remote/aws.h"

#include <stdio.h>
#include <string.h>
#include "base/buf.h"
#include "base/file.h"

enum { FILE_MAX = 1 << 20, PATH_BYTES = 4096 };

void an_aws_release(struct an_aws *aws) {
    volatile char *p = (volatile char *) aws;
    for (size_t i = 0; i < sizeof *aws; i++)
        p[i] = 0;
}

static void secret_release(struct an_buf *b) {
    volatile char *p = b->ptr;
    for (size_t i = 0; i < b->len; i++)
        p[i] = 0;
    an_buf_release(b);
}

// Keeps a value where there is none yet.
static enum an_code keep(char *to, size_t cap, struct an_str value, const char *what, struct an_err *err) {
    if (*to || !value.len)
        return AN_OK;
    if (value.len >= cap || memchr(value.ptr, 0, value.len))
        return an_fail(err, AN_INPUT, "%s: longer than it may be", what);
    memcpy(to, value.ptr, value.len);
    to[value.len] = 0;
    return AN_OK;
}

static struct an_str trim(struct an_str s) {
    while (s.len && strchr(" \t\r\n", s.ptr[0]) && s.ptr[0])
        s = an_str_slice(s, 1, s.len);
    while (s.len && s.ptr[s.len - 1] && strchr(" \t\r\n", s.ptr[s.len - 1]))
        s.len--;
    return s;
}

static bool is_section(struct an_str line, struct an_str profile, bool config) {
    struct an_str name = trim(an_str_slice(line, 1, line.len - 1));
    if (config && name.len > 8 && memcmp(name.ptr, "profile ", 8) == 0)
        return an_str_eq(trim(an_str_slice(name, 8, name.len)), profile);
    return an_str_eq(name, profile) && (!config || an_str_eq(profile, AN_STR("default")));
}

static enum an_code take_value(struct an_aws *aws, struct an_str name, struct an_str value, struct an_err *err) {
    if (an_str_eq(name, AN_STR("aws_access_key_id")))
        return keep(aws->user, sizeof aws->user, value, "aws_access_key_id", err);
    if (an_str_eq(name, AN_STR("aws_secret_access_key")))
        return keep(aws->password, sizeof aws->password, value, "aws_secret_access_key", err);
    if (an_str_eq(name, AN_STR("aws_session_token")))
        return keep(aws->token, sizeof aws->token, value, "aws_session_token", err);
    if (an_str_eq(name, AN_STR("region")))
        return keep(aws->region, sizeof aws->region, value, "region", err);
    if (an_str_eq(name, AN_STR("endpoint_url")))
        return keep(aws->endpoint, sizeof aws->endpoint, value, "endpoint_url", err);
    if (an_str_eq(name, AN_STR("addressing_style")) && !aws->path_style && !aws->host_style) {
        aws->path_style = an_str_eq(value, AN_STR("path"));
        aws->host_style = an_str_eq(value, AN_STR("virtual"));
    }
    return AN_OK;
}

enum an_code an_aws_profile(struct an_str text, struct an_str profile, bool config, struct an_aws *aws, bool *ret_found,
                            struct an_err *err) {
    bool inside = false;
    // a session's token belongs to its key: one from here does not go with a key from elsewhere
    bool has_key = aws->user[0] != 0;
    *ret_found = false;
    for (struct an_str line; an_str_next(&text, '\n', &line);) {
        line = trim(line);
        if (!line.len || line.ptr[0] == '#' || line.ptr[0] == ';')
            continue;
        if (line.ptr[0] == '[') {
            inside = line.ptr[line.len - 1] == ']' && is_section(line, profile, config);
            *ret_found |= inside;
            continue;
        }
        const char *equals = inside ? memchr(line.ptr, '=', line.len) : NULL;
        if (!equals)
            continue;
        size_t at = (size_t) (equals - line.ptr);
        struct an_str name = trim(an_str_slice(line, 0, at));
        bool of_key = name.len > 4 && memcmp(name.ptr, "aws_", 4) == 0;
        if (of_key && has_key)
            continue;
        enum an_code code = take_value(aws, name, trim(an_str_slice(line, at + 1, line.len)), err);
        if (code)
            return code;
    }
    return AN_OK;
}

static enum an_code from_environment(an_environment *env, struct an_aws *aws, struct an_err *err) {
    static const struct { const char *name; size_t at, cap; } all[] = {
        {"AWS_ACCESS_KEY_ID", offsetof(struct an_aws, user), sizeof aws->user},
        {"AWS_SECRET_ACCESS_KEY", offsetof(struct an_aws, password), sizeof aws->password},
        {"AWS_SESSION_TOKEN", offsetof(struct an_aws, token), sizeof aws->token},
        {"AWS_REGION", offsetof(struct an_aws, region), sizeof aws->region},
        {"AWS_DEFAULT_REGION", offsetof(struct an_aws, region), sizeof aws->region},
        {"AWS_ENDPOINT_URL_S3", offsetof(struct an_aws, endpoint), sizeof aws->endpoint},
        {"AWS_ENDPOINT_URL", offsetof(struct an_aws, endpoint), sizeof aws->endpoint},
    };
    for (size_t i = 0; i < AN_COUNT(all); i++) {
        enum an_code code = keep((char *) aws + all[i].at, all[i].cap, an_str_from_c(env(all[i].name)), all[i].name, err);
        if (code)
            return code;
    }
    return AN_OK;
}

static enum an_code from_file(an_environment *env, const char *variable, const char *usual, struct an_str profile, bool config,
                              struct an_aws *aws, bool *found, struct an_err *err) {
    char path[PATH_BYTES];
    const char *given = env(variable), *home = env("HOME");
    int n = given && *given ? snprintf(path, sizeof path, "%s", given)
                            : snprintf(path, sizeof path, "%s/.aws/%s", home ? home : "", usual);
    if (n < 0 || (size_t) n >= sizeof path || (!(given && *given) && !home))
        return AN_OK;
    AN_CLEANUP(secret_release) struct an_buf text = {.limit = FILE_MAX};
    struct an_err why;
    bool here = false;
    enum an_code code = an_file_read(path, FILE_MAX, 0, &text, &why);
    if (code == AN_NOMEM || (code && given && *given)) {
        *err = why;
        return code;
    }
    if (code)                           // it is nobody's wish that it be there
        return AN_OK;
    code = an_aws_profile(an_buf_str(&text), profile, config, aws, &here, err);
    *found |= here;
    return code ? an_err_context(err, "%.160s", path) : AN_OK;
}

enum an_code an_aws_find(an_environment *env, struct an_aws *ret, struct an_err *err) {
    *ret = (struct an_aws) {0};
    const char *named = env("AWS_PROFILE");
    struct an_str profile = named && *named ? an_str_from_c(named) : AN_STR("default");
    bool found = false;
    enum an_code code = from_environment(env, ret, err);
    if (!code)
        code = from_file(env, "AWS_SHARED_CREDENTIALS_FILE", "credentials", profile, false, ret, &found, err);
    if (!code)
        code = from_file(env, "AWS_CONFIG_FILE", "config", profile, true, ret, &found, err);
    if (!code && named && *named && !found)
        code = an_fail(err, AN_USAGE, "AWS_PROFILE: there is no such profile in the files of the AWS command line");
    if (!code && ret->user[0] && !ret->password[0])
        code = an_fail(err, AN_USAGE, "an access key without its secret: set AWS_SECRET_ACCESS_KEY too");
    return code;
}
