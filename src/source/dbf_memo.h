// Memos of a dBASE or FoxPro table: texts and other bytes in a file beside it, in blocks that its records point to.
#ifndef AN_SOURCE_DBF_MEMO_H
#define AN_SOURCE_DBF_MEMO_H

#include "base/buf.h"

struct an_dbf_memos {               // {0}, then an_dbf_memos_open
    int descriptor;                 // 0: there is no such file; private, as are the next
    enum { AN_DBF_MEMOS_III, AN_DBF_MEMOS_IV, AN_DBF_MEMOS_FOXPRO } form;
    uint64_t block, size;
};

// Opens the file beside the table `path`: of the same name, ending in .fpt or .dbt (.dct beside .dbc). False: there is none that
// can be read.
bool an_dbf_memos_open(struct an_dbf_memos *m, const char *path);
void an_dbf_memos_release(struct an_dbf_memos *m);

// Whether a table lies beside `path`, a file of memos or an index.
bool an_dbf_has_table(const char *path);

// Puts the memo that begins with block `number` into `out`. *ret_ok false: it does not lie where it should, is longer than
// out->limit, or cannot be read. *ret_text: it is marked as text.
// Source: dBASE III+ and IV file structures; Microsoft, "Memo File Structure (.fpt)".
enum an_code an_dbf_memo(const struct an_dbf_memos *m, uint64_t number, struct an_buf *out, bool *ret_ok, bool *ret_text,
                         struct an_err *err) AN_MUST_USE;

#endif
