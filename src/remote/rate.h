// How fast stores reached by a URL are read: one allowance for all threads of a run.
#ifndef AN_REMOTE_RATE_H
#define AN_REMOTE_RATE_H

#include <pthread.h>
#include <stdint.h>

struct an_rate {                // {.per_second = N, .lock = PTHREAD_MUTEX_INITIALIZER}
    uint64_t per_second;        // bytes; 0: as fast as they come
    pthread_mutex_t lock;       // guards what follows
    double free_at;             // seconds: when what was taken so far has been paid for
};

// `bytes` were read: waits as long as it takes for the rate to be kept. Any thread; `rate` may be NULL.
void an_rate_take(struct an_rate *rate, uint64_t bytes);

#endif
