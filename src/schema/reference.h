// What OSCAL's schemas do not say: whether the UUIDs of a document are its own, and what refers to them finds them.
//
// Checked: no UUID stands for two objects; every `...-uuid` and `...-uuids` leads to an object, and to one of the right sort (a
// risk-uuid to a risk; a subject and an actor to what their `type` says); every href "#uuid" leads to a resource of the back
// matter; every role-id is a role of the metadata; no title, description, statement or remarks is empty or blank; no object has
// the same property twice; and of the properties of our own name space, that numbers are numbers, that floor, linked and
// ceiling are in order, that a verdict is one, and that an undetermined one is nowhere `satisfied`.
// A reference may lead into what the document imports: import-ap, import-ssp, import-profile are followed where they lead to a
// resource that holds the document itself (base64), and into the documents that the caller gives.
// Source: NIST OSCAL 1.1.2, assessment layer; the list of what its schemas let pass was found by trying.
#ifndef AN_SCHEMA_REFERENCE_H
#define AN_SCHEMA_REFERENCE_H

#include "schema/schema.h"

// The name space of our properties. A name, not an address: nothing is asked there.
#define AN_OSCAL_NS "urn:anshen:oscal:1"

enum { AN_REFERENCE_IMPORTS_MAX = 64, AN_REFERENCE_UUIDS_MAX = 1000 * 1000 };

// Checks documents[0]; the others are what it may refer to. The documents have passed their schemas, or say little. What is
// wrong goes to *ret, its texts to `arena`. LIMIT: more than AN_REFERENCE_UUIDS_MAX objects.
enum an_code an_reference_check(const json_t *const documents[], size_t count, struct an_arena *arena,
                                struct an_schema_faults *ret, struct an_err *err) AN_MUST_USE;

#endif
