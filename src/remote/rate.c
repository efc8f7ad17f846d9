#include "remote/rate.h"

#include <stddef.h>
#include <time.h>

void an_rate_take(struct an_rate *rate, uint64_t bytes) {
    const double idle = 0.1;            // seconds whose bytes may be made up for after a pause
    if (!rate || !rate->per_second)
        return;
    struct timespec t;
    (void) clock_gettime(CLOCK_MONOTONIC, &t);
    double now = (double) t.tv_sec + (double) t.tv_nsec / 1e9;
    (void) pthread_mutex_lock(&rate->lock);
    if (rate->free_at < now - idle)
        rate->free_at = now - idle;
    rate->free_at += (double) bytes / (double) rate->per_second;
    double wait = rate->free_at - now;
    (void) pthread_mutex_unlock(&rate->lock);
    if (wait <= 0)
        return;
    time_t whole = (time_t) wait;
    struct timespec left = {.tv_sec = whole, .tv_nsec = (long) ((wait - (double) whole) * 1e9)};
    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) != 0) {
    }
}
