// One HTML page being written: what its sections share.
#ifndef AN_REPORT_PAGE_H
#define AN_REPORT_PAGE_H

#include "report/choice.h"
#include "report/figure.h"
#include "report/out.h"
#include "report/report.h"

// At most so many rows of a table, columns of a store and so on are printed; what is left out is counted, and
// is in the JSON.
enum { AN_PAGE_ROWS = 200, AN_PAGE_KINDS = 12, AN_PAGE_COLUMNS = 40, AN_PAGE_NAME = 160, AN_PAGE_PAIRS = 15 };

struct an_page {
    struct an_out out;
    const struct an_model *model;
    const struct an_model_store **stores;       // an_choice_stores
};

extern const char an_page_style[];              // style.css

// The sections, in the order they stand. Each writes one <section> with one <h2>.
void an_page_answer(struct an_page *p);
void an_page_next(struct an_page *p);
void an_page_map(struct an_page *p);
void an_page_proof(struct an_page *p);
void an_page_unread(struct an_page *p);

void an_page_duties(struct an_page *p);         // a part of the second: the rules with what follows from each
void an_page_copies(struct an_page *p);         // a part of the third: which stores hold the same people
void an_page_inventory(struct an_page *p);      // likewise: what the company declares of its stores, beside what was found
void an_page_bar(struct an_page *p);            // the people against the line, as SVG

void an_page_section(struct an_page *p, const char *id, struct an_words title);     // closed by "</section>"
void an_page_heading(struct an_page *p, struct an_words title);                     // <h3>
void an_page_note(struct an_page *p, struct an_words text); // a paragraph in small print
void an_page_element(struct an_page *p, const char *tag, struct an_words text);     // <tag>text</tag>
void an_page_badge(struct an_page *p, const char *verdict); // a verdict in words, with a shape

// A table: caption and column heads. A head that begins with '#' stands over numbers. Closed by
// an_page_table_end.
void an_page_table(struct an_page *p, const char *class_name, struct an_words caption,
                   const struct an_words *heads, size_t count);
void an_page_table_end(struct an_page *p);
void an_page_cell(struct an_page *p, struct an_str text);
void an_page_number(struct an_page *p, struct an_str figure);
void an_page_cell_words(struct an_page *p, struct an_words text);

// <tag>name</tag> for a name from outside: isolated from the text around it, broken anywhere, cut if endless.
void an_page_name(struct an_page *p, const char *tag, struct an_str name);

void an_page_list(struct an_page *p, const struct an_str *strs, size_t count);       // <ul>

void an_page_clocks(struct an_page *p, const struct an_model_rule *rule);           // <ul>, each with its day

// "Other n are in the JSON result", where fewer were shown than there are.
void an_page_left_out(struct an_page *p, size_t shown, size_t all);

#define AN_PAGE_FIGURE(p, n) AN_FIGURE(an_figure, n, (p)->out.lang)
#define AN_PAGE_SMALL(p, n) AN_FIGURE(an_figure_small, n, (p)->out.lang)

#endif
