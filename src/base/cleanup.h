// Scope-bound release. `AN_AUTO(an_buf) b = {0};` runs an_buf_release(&b) on every way out of the scope.
#ifndef AN_BASE_CLEANUP_H
#define AN_BASE_CLEANUP_H

#define AN_CLEANUP(fn)  __attribute__((cleanup(fn)))
#define AN_AUTO(type)   AN_CLEANUP(type##_release) struct type
#define AN_MUST_USE     __attribute__((warn_unused_result))
#define AN_PRINTF(f, a) __attribute__((format(printf, f, a)))

#define AN_COUNT(array) (sizeof(array) / sizeof((array)[0]))

// Moves a pointer out of an owning variable, which is left NULL: the return of ownership, in one word.
#define AN_TAKE(p) ({ __typeof__(p) taken_ = (p); (p) = NULL; taken_; })

// A result that is deliberately not looked at. (gcc does not accept a cast to void for this.)
#define AN_IGNORE(call) do { if (call) {} } while (0)

#endif
