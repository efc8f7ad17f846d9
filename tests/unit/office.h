// Documents made in memory, part by part.
#ifndef AN_TESTS_OFFICE_H
#define AN_TESTS_OFFICE_H

#include "sink.h"

#include "zip/zip.h"

struct office_part { const char *name, *text; };

// The archive of the parts; released with an_buf_release.
static inline struct an_buf office_zip(const struct office_part *parts, size_t count) {
    struct an_zip_member members[16];
    struct an_buf out = {0};
    struct an_err err = {0};
    assert_true(count <= AN_COUNT(members));
    for (size_t i = 0; i < count; i++)
        members[i] = (struct an_zip_member) {an_str_from_c(parts[i].name), an_str_from_c(parts[i].text), i == 0};
    assert_int_equal(an_zip_write(members, count, &out, &err), AN_OK);
    return out;
}

static inline void office_check(const char *uri, const struct office_part *parts, size_t count, const char *expected) {
    struct an_buf zip = office_zip(parts, count);
    sink_check(uri, an_buf_str(&zip), expected);
    an_buf_release(&zip);
}

// A workbook of one sheet: `rows` is what its sheetData holds, `rest` what follows it.
static inline struct an_buf office_book(const char *rows, const char *rest, const char *strings) {
    AN_AUTO(an_buf) sheet = {0};
    struct an_err err = {0};
    assert_int_equal(an_buf_addf(&sheet, &err, "<worksheet><sheetData>%s</sheetData>%s</worksheet>", rows, rest), AN_OK);
    const struct office_part parts[] = {
        {"[Content_Types].xml", "<Types/>"},
        {"xl/workbook.xml", "<workbook><sheets><sheet name=\"Sheet1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"},
        {"xl/_rels/workbook.xml.rels",
         "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/></Relationships>"},
        {"xl/styles.xml", "<styleSheet><numFmts><numFmt numFmtId=\"170\" formatCode=\"000000\"/></numFmts><cellXfs><xf "
         "numFmtId=\"0\"/>"
                          "<xf numFmtId=\"14\"/><xf numFmtId=\"170\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"},
        {"xl/worksheets/sheet1.xml", sheet.ptr},
        {"xl/sharedStrings.xml", strings ? strings : "<sst/>"},
    };
    return office_zip(parts, AN_COUNT(parts));
}

static inline void office_check_book(const char *rows, const char *rest, const char *strings, const char *expected) {
    struct an_buf zip = office_book(rows, rest, strings);
    sink_check("b.xlsx", an_buf_str(&zip), expected);
    an_buf_release(&zip);
}

#endif
