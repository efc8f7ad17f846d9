// A measurement as a case keeps it: from a census to the body of a `measurement` entry, its census header, and its commitment.
//
// All of it is canonical JSON (compact, keys sorted, whole numbers), and none of it holds a token or a value. docs/DOSSIER.md,
// section 4, has the members.
#ifndef AN_APP_MEASUREMENT_H
#define AN_APP_MEASUREMENT_H

#include <jansson.h>
#include "base/buf.h"
#include "base/date.h"
#include "census/census.h"
#include "census/commit.h"

#define AN_CENSUS_HEADER_FORM "anshen.census-header/1"

// Fills `ret_header` (what the object of the entry's `census` holds: what was read, how, and what was counted in each store) and
// `ret_body` (the entry's body). The census is sorted and not empty; `label` is the people's name for it. Errors: of memory and
// disk.
enum an_code an_measurement_make(const struct an_census *census, struct an_str label, an_day day, struct an_buf *ret_header,
                                 struct an_buf *ret_body, struct an_err *err) AN_MUST_USE;

// The digests of what a census commits to, and the commitment. `digests` has a budget and is empty before.
enum an_code an_census_commit(const struct an_census *census, struct an_set *digests, struct an_commitment *ret,
                              struct an_err *err) AN_MUST_USE;

// A commitment as JSON and back. What is read is checked (an_commit_check), and its member names, kinds and numbers as well.
json_t *an_commitment_json(const struct an_commitment *c);      // NULL: no memory
enum an_code an_commitment_read(const json_t *json, struct an_commitment *ret, struct an_err *err) AN_MUST_USE;

#endif
