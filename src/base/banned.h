// Calls nobody makes here, each with what to use instead. The build includes this file before every other.
//
// The compiler itself refuses a call (-Werror=deprecated-declarations): it sees through macros and skips
// comments. tools/check-style refuses the same names by their text, and those that are macros (alloca).
//
// Nothing is included here: a standard header read this early would fix the feature macros of the file that
// follows. So types are spelled without the names of those headers (size_t; time_t on a 64-bit machine).
#ifndef AN_BASE_BANNED_H
#define AN_BASE_BANNED_H

#define AN_BANNED(instead) __attribute__((deprecated("banned here: " instead)))
#define AN_BANNED_COPY     AN_BANNED("use an_buf_add, or memcpy with a checked length")
#define AN_BANNED_NUMBER   AN_BANNED("it cannot say 'no number'; use strtoull and look at its end")
#define AN_BANNED_TIME     AN_BANNED("one buffer for all threads, or this machine's zone; time is passed in")
#define AN_BANNED_NAME     AN_BANNED("a race; use mkstemp, or open with O_TMPFILE")

struct tm;

char *strcpy(char *__restrict, const char *__restrict) AN_BANNED_COPY;
char *strncpy(char *__restrict, const char *__restrict, __SIZE_TYPE__) AN_BANNED_COPY;
char *stpcpy(char *__restrict, const char *__restrict) AN_BANNED_COPY;
char *strcat(char *__restrict, const char *__restrict) AN_BANNED_COPY;
char *strncat(char *__restrict, const char *__restrict, __SIZE_TYPE__) AN_BANNED_COPY;
char *strdup(const char *) AN_BANNED("use an_arena_copy");
char *strtok(char *__restrict, const char *__restrict) AN_BANNED("use an_str_next");
int sprintf(char *__restrict, const char *__restrict, ...) AN_BANNED("use an_buf_addf or snprintf");
int vsprintf(char *__restrict, const char *__restrict, __builtin_va_list) AN_BANNED("use vsnprintf");
int atoi(const char *) AN_BANNED_NUMBER;
long atol(const char *) AN_BANNED_NUMBER;
long long atoll(const char *) AN_BANNED_NUMBER;
double atof(const char *) AN_BANNED_NUMBER;
struct tm *gmtime(const long *) AN_BANNED_TIME;
struct tm *localtime(const long *) AN_BANNED_TIME;
char *ctime(const long *) AN_BANNED_TIME;
char *asctime(const struct tm *) AN_BANNED_TIME;
char *tmpnam(char *) AN_BANNED_NAME;
char *mktemp(char *) AN_BANNED_NAME;
int rand(void) AN_BANNED("chance is passed in; for keys use libsodium");

#undef AN_BANNED
#undef AN_BANNED_COPY
#undef AN_BANNED_NUMBER
#undef AN_BANNED_TIME
#undef AN_BANNED_NAME

#endif
