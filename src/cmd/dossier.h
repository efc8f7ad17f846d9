// The words of `anshen dossier`: what each does.
#ifndef AN_CMD_DOSSIER_H
#define AN_CMD_DOSSIER_H

#include "app/dossier.h"
#include "cmd/session.h"

struct an_dossier_job {
    struct an_session session;              // options, the law, the census key, memory
    char *const *args;                      // behind the word
    size_t arg_count;
    const char *case_path, *sign_path, *password_path, *role, *out, *public_key, *proof_path;
    const char *seed, *kind, *store, *census_path, *challenge_path, *value_path;
    struct an_texts results, records;       // --result, --record
    uint64_t n, rows, entry;
    double confidence;                      // a share; 0: not given
    int status;                             // what the program exits with
    struct an_buf text, json;               // for people; for programs
    struct an_err *err;
};

// Reads the dossier that the job names first and checks it. `file` holds its bytes, which *ret borrows.
enum an_code an_dossier_job_read(struct an_dossier_job *job, struct an_buf *file, struct an_dossier *ret) AN_MUST_USE;

// Draws for the examiner, from his seed.
enum an_code an_dossier_challenge(struct an_dossier_job *job) AN_MUST_USE;
// The filer's answers, from the census and, with its key, from live stores.
enum an_code an_dossier_prove(struct an_dossier_job *job) AN_MUST_USE;
// What answers prove.
enum an_code an_dossier_check_proof(struct an_dossier_job *job) AN_MUST_USE;

#endif
