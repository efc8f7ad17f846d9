// JSON documents and schemas from anybody: reading ends in order, a verdict has its reason, and nothing is left behind.
#include <assert.h>

#include "schema/reference.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// A schema with each keyword in it, so that any document runs into some of them.
static const char all[] =
    "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"definitions\":{\"node\":{\"$id\":\"#n\",\"anyOf\":["
    "{\"type\":\"object\",\"properties\":{\"uuid\":{\"type\":\"string\",\"pattern\":\"^[0-9a-f]{8}-\"},\"kids\":{"
    "\"type\":\"array\","
    "\"minItems\":1,\"maxItems\":9,\"items\":{\"$ref\":\"#n\"}},\"n\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":99,"
    "\"multipleOf\":3},\"when\":{\"format\":\"date-time\"},\"day\":{\"format\":\"date\"},\"at\":{\"format\":\"uri\"},"
    "\"ref\":{\"format\":\"uri-reference\"},\"mail\":{\"format\":\"email\"}},\"required\":[\"uuid\"],\"propertyNames\":"
    "{\"pattern\":\"^\\\\p{L}+$\",\"maxLength\":9},\"additionalProperties\":{\"not\":{\"type\":\"null\"}},\"maxProperties\":7},"
    "{\"type\":\"string\",\"minLength\":1,\"maxLength\":4},{\"enum\":[true,1.5,\"long enough\"]}]}},"
    "\"oneOf\":[{\"$ref\":\"#n\"},{\"type\":\"array\",\"items\":{\"allOf\":[{\"$ref\":\"#/definitions/node\"}]}}]}";

static void hold(const struct an_schema *schema, const json_t *document) {
    AN_AUTO(an_arena) arena = {0};
    struct an_schema_faults faults;
    struct an_err err = {0};
    enum an_code code = an_schema_check(schema, document, &arena, &faults, &err);
    assert(code == AN_OK || code == AN_LIMIT);
    assert(faults.count <= faults.total);
    for (size_t i = 0; i < faults.count; i++)
        assert(faults.items[i].text.len && (!faults.items[i].pointer.len || *faults.items[i].pointer.ptr == '/'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AN_AUTO(an_arena) arena = {0};
    AN_AUTO(an_tree) tree = {0};
    struct an_schema *fixed AN_CLEANUP(an_schema_cleanup) = NULL, *given AN_CLEANUP(an_schema_cleanup) = NULL;
    struct an_schema_faults faults;
    struct an_err err = {0};
    if (size > 1 << 16)
        return 0;
    struct an_str text = {(const char *) data, size};
    enum an_code code = an_tree_read(text, &tree, &err);
    if (code) {
        assert((code == AN_INPUT || code == AN_LIMIT) && err.text[0]);
        return 0;
    }
    code = an_schema_compile(an_str_from_c(all), "all", &fixed, &err);
    assert(!code);
    hold(fixed, tree.root);
    if (an_schema_compile(text, "given", &given, &err) == AN_OK)
        hold(given, tree.root);
    code = an_reference_check((const json_t *const[]) {tree.root}, 1, &arena, &faults, &err);
    assert(code == AN_OK);
    return 0;
}
