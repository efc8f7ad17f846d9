// anshen report: any format of what was measured, judged and kept in a case.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "app/answer.h"
#include "app/format.h"
#include "app/paper_entries.h"
#include "base/file.h"
#include "cmd/pdf.h"
#include "cmd/session.h"
#include "cmd/verb.h"
#include "report/report.h"

static const char usage[] =
    "usage: anshen report --as NAME [STORE... | --census FILE]... [--case FILE] [options]\n"
    "       anshen report --list\n"
    "\n"
    "Writes a report, a paper to be handed in, or a workbook. Numbers come from the stores (which are\n"
    "read and counted), from census files, or, when only a case is given, from its last measurement and\n"
    "its facts. What nobody said is marked (to be completed) in a paper.\n"
    "\n"
    "  --as NAME        html, json, screen, xlsx, oscal-ar, oscal-poam, oscal-catalog, or a paper: see --list\n"
    "  -o FILE          where it goes (default: standard output)\n"
    "  --case FILE      a case file: its facts, events, documents, findings, plan ... go into papers\n"
    "  --for ROLE       who will read it: public, filer, adviser, body, authority, examiner (default: the case's\n"
    "                   own side); entries that this role may not see are left out\n"
    "  --census FILE    a census file made by anshen scan; may be repeated\n"
    "  --company FILE   a company file\n"
    "  --listing CC     country of the listing: US, HK, SG ...\n"
    "  --role ROLE      role of the company\n"
    "  --what-if NAME=VALUE   a fact in place of what was measured or declared; may be repeated\n"
    "  --template FILE  fill this Word document instead of the one that comes with the program\n"
    "  --set NAME=TEXT  fill a blank of a paper; --list names them. May be repeated\n"
    "  --pdf            write the paper or the HTML report as PDF (by LibreOffice, Chromium)\n"
    "  --list           list the formats, the blanks, and where the templates are\n"
    AN_SESSION_HELP
    "\n"
    "Examples:\n"
    "  anshen report examples/cn --listing US --as no-review-statement --lang zh -o statement.docx\n"
    "  anshen report --case review.anshen --as review-filing --lang zh -o filing.docx\n"
    "  anshen report --case review.anshen --as xlsx -o case.xlsx\n"
    "  anshen report data --as csrc-answers --template ours.docx --set answer.services='...' --pdf -o a.pdf\n"
    "\n"
    AN_EXIT_HELP;

struct wanted {
    const struct an_report *report;
    const struct an_paper_kind *paper;
    const struct an_format *format;
};

struct options {
    const char *as, *out, *case_file, *role_of_reader, *company, *country, *role, *template;
    struct an_texts census, set;
    bool pdf, list;
};

static enum an_code find(const char *name, struct wanted *ret, struct an_err *err) {
    struct an_str s = an_str_from_c(name);
    *ret = (struct wanted) {.report = an_report_find(s), .paper = an_paper_kind_find(s)};
    for (size_t i = 0; i < an_format_count && !ret->format; i++)
        if (strcmp(an_formats[i].name, name) == 0)
            ret->format = &an_formats[i];
    return ret->report || ret->paper || ret->format ? AN_OK
           : an_fail(err, AN_USAGE, "--as: no format '%s' (see: anshen report --list)", name);
}

static void row(const char *name, struct an_words title, enum an_lang lang) {
    printf("  %-22s %s\n", name, an_say(title, lang));
}

static enum an_code list(struct an_session *s, struct an_err *err) {
    (void) err;
    bool zh = s->lang == AN_ZH;
    puts(zh ? "报告（--as）：" : "Reports (--as):");
    for (size_t i = 0; i < an_report_count; i++)
        row(an_reports[i]->name, an_reports[i]->title, s->lang);
    for (size_t i = 0; i < an_format_count; i++)
        row(an_formats[i].name, an_formats[i].title, s->lang);
    puts(zh ? "\n文书（--as），Word 文档：" : "\nPapers (--as), Word documents:");
    for (size_t i = 0; i < an_paper_kind_count; i++)
        row(an_paper_kinds[i].name, an_paper_kinds[i].title, s->lang);
    puts(zh ? "\n可填的空白（--set NAME=TEXT）：" : "\nBlanks (--set NAME=TEXT):");
    for (const struct an_paper_blank_field *f = an_paper_inputs; f->name; f++)
        row(f->name, f->title, s->lang);
    puts(zh ? "\n模板：" : "\nTemplates:");
    for (size_t i = 0; i < an_paper_kind_count; i++) {
        const char *path;
        struct an_err none;
        if (!an_paper_template(&an_paper_kinds[i], s->lang, getenv("ANSHEN_DATA"), &s->arena, &path, &none))
            printf("  %s\n", path);
    }
    return AN_OK;
}

static enum an_code read_inputs(struct an_session *s, const struct an_texts *set, struct an_paper_source *source,
                                struct an_err *err) {
    struct an_paper_input *all = AN_NEW_N(&s->arena, set->count + 1, struct an_paper_input);
    if (!all)
        return an_fail(err, AN_NOMEM, "no memory for --set");
    for (size_t i = 0; i < set->count; i++) {
        const char *equals = strchr(set->items[i], '=');
        if (!equals)
            return an_fail(err, AN_USAGE, "--set: '%.64s' is not NAME=TEXT", set->items[i]);
        all[i] = (struct an_paper_input) {{set->items[i], (size_t) (equals - set->items[i])}, an_str_from_c(equals + 1)};
    }
    source->inputs = all;
    source->input_count = set->count;
    return AN_OK;
}

static enum an_code read_case(struct an_session *s, const struct options *o, bool alone, struct an_case **ret_case,
                              struct an_paper_source *source, struct an_err *err) {
    enum an_code code = an_case_open(o->case_file, false, ret_case, err);
    if (code)
        return code;
    const char *side = json_string_value(json_object_get(an_case_entry(*ret_case, 1)->body, "side"));
    const char *own = side && strcmp(side, "authority") == 0 ? "examiner" : "filer";
    source->file = *ret_case;
    code = an_paper_entries(*ret_case, an_str_from_c(o->role_of_reader ? o->role_of_reader : own), &s->arena, source, err);
    if (code)
        return o->role_of_reader ? an_err_context(err, "--for") : code;
    // whatever is said of the case, its reader may see it
    if (!s->company.name.len && source->entry_count && source->entries[0].seq == 1)
        s->company.name = an_entry_text(json_object_get(source->entries[0].body, "company"), "name");
    if (alone && s->as_of == AN_DAY_NONE)
        s->as_of = an_paper_verdict_day(source);
    return an_paper_facts(source, alone, &s->arena, &s->told, err);
}

static enum an_code measure(struct an_session *s, const struct options *o, char *const paths[], size_t count,
                            struct an_err *err) {
    if (o->census.count)
        return an_session_load(s, (char *const *) (uintptr_t) o->census.items, o->census.count, err);
    return count || s->company.store_count ? an_session_measure(s, paths, count, err) : AN_OK;
}

static enum an_code paper(struct an_session *s, const struct options *o, const struct an_paper_kind *kind,
                          const struct an_paper_source *source, struct an_buf *out, struct an_err *err) {
    enum { TEMPLATE_MAX = 64 << 20 };
    AN_AUTO(an_buf) template = {0};
    struct an_paper made;
    const char *path = o->template;
    enum an_code code = an_paper_make(source, kind, s->lang, &s->arena, &made, err);
    if (!code && !path)
        code = an_paper_template(kind, s->lang, getenv("ANSHEN_DATA"), &s->arena, &path, err);
    if (!code)
        code = an_file_read(path, TEMPLATE_MAX, 0, &template, err);
    if (!code && (code = an_paper_docx(&made, an_buf_str(&template), out, err)))
        return an_err_context(err, "template %.80s", path);
    return code;
}

static enum an_code put(struct an_session *s, const struct options *o, const struct wanted *w,
                          const struct an_paper_source *source, struct an_err *err) {
    AN_AUTO(an_buf) out = {0};
    AN_AUTO(an_buf) pdf = {0};
    bool to_screen = !o->out || strcmp(o->out, "-") == 0;
    bool binary = o->pdf || w->paper || (w->format && w->format->is_binary);
    if (binary && to_screen && isatty(STDOUT_FILENO))
        return an_fail(err, AN_USAGE, "give -o FILE: %s is not for a terminal", o->as);
    struct an_report_options how = {.color = to_screen && isatty(STDOUT_FILENO) && !getenv("NO_COLOR"), .all = s->all};
    enum an_code code = w->report ? w->report->write(source->model, s->lang, &how, &out, err)
                        : w->paper ? paper(s, o, w->paper, source, &out, err)
                        : w->format->write(source, s->lang, &out, err);
    if (!code && o->pdf)
        code = an_pdf_make(an_buf_str(&out), w->paper ? "docx" : o->as, &pdf, err);
    return code ? code : an_session_write(an_buf_str(o->pdf ? &pdf : &out), o->out, err);
}

static enum an_code report(struct an_session *s, const struct options *o, char *const paths[], size_t count,
                           struct an_err *err) {
    AN_CLEANUP(an_case_cleanup) struct an_case *file = NULL;
    struct wanted w;
    struct an_model model;
    struct an_paper_source source = {.model = &model, .role = o->role_of_reader, .law = &s->packs};
    if (count || o->census.count)
        source.drawn_from = an_str_from_c(count ? paths[0] : o->census.items[0]);
    bool reads = count || (s->company.store_count && !o->census.count), counts = reads || o->census.count;
    enum an_code code = find(o->as, &w, err);
    if (!code && o->template && !w.paper)
        code = an_fail(err, AN_USAGE, "--template is for papers, which %s is not", o->as);
    if (!code)
        code = read_inputs(s, &o->set, &source, err);
    if (!code && o->case_file)
        code = read_case(s, o, !counts, &file, &source, err);
    if (!code)
        code = an_session_open(s, AN_SESSION_LAW | (reads ? AN_SESSION_KEY : 0), err);
    struct an_review review;
    bool shows_state = file && !o->role_of_reader;      // events that a reader may not see would show in it
    if (!code && shows_state)
        code = an_review_look(file, &s->packs, s->as_of, &s->arena, &review, err);
    if (!code && shows_state)
        code = an_paper_status(&review, s->lang, &s->arena, &source, err);
    if (!code)
        code = measure(s, o, paths, count, err);
    if (!code)
        code = an_session_judge(s, reads && !o->company && !o->case_file, err);
    // JSON is in English whatever the language, so that it depends on the data alone
    if (!code)
        code = an_session_model(s, w.report && strcmp(o->as, "json") == 0 ? AN_EN : s->lang, &model, err);
    if (code)
        return code;
    if (!counts && file && an_paper_measured(&source, &s->arena, &model, err))
        return an_err_context(err, "%.100s", o->case_file);
    code = put(s, o, &w, &source, err);
    return code ? code : an_session_json(s, err);
}

static enum an_code run(int argc, char *argv[], int *ret_status, struct an_err *err) {
    AN_AUTO(an_session) s = an_session_init();
    struct options o = {0};
    const struct an_option table[] = {
        {"--as", AN_OPTION_TEXT, &o.as}, {"-o", AN_OPTION_TEXT, &o.out}, {"--case", AN_OPTION_TEXT, &o.case_file},
        {"--for", AN_OPTION_TEXT, &o.role_of_reader}, {"--census", AN_OPTION_LIST, &o.census},
        {"--company", AN_OPTION_TEXT, &o.company}, {"--listing", AN_OPTION_TEXT, &o.country},
        {"--role", AN_OPTION_TEXT, &o.role}, {"--template", AN_OPTION_TEXT, &o.template}, {"--set", AN_OPTION_LIST, &o.set},
        {"--pdf", AN_OPTION_FLAG, &o.pdf}, {"--list", AN_OPTION_FLAG, &o.list}, {"--what-if", AN_OPTION_LIST, &s.what_if},
        {"--all", AN_OPTION_FLAG, &s.all}, AN_SESSION_OPTIONS(s), {0},
    };
    int n = 0;
    enum an_code code = an_options_read(argc, argv, table, &n, err);
    if (code)
        return code;
    if (o.list)
        return list(&s, err);
    if (!o.as)
        return an_fail(err, AN_USAGE, "--as NAME says which format (see: anshen report --list)");
    if (n && o.census.count)
        return an_fail(err, AN_USAGE, "give stores or census files, not both");
    bool is_of_law = false;
    for (size_t i = 0; i < an_format_count; i++)
        is_of_law |= an_formats[i].is_of_law && strcmp(an_formats[i].name, o.as) == 0;
    if (!is_of_law && !n && !o.census.count && !o.case_file && !o.company && !s.what_if.count)
        return an_fail(err, AN_USAGE, "give stores, --census FILE, --case FILE, --company FILE, or --what-if NAME=VALUE");
    code = an_session_company(&s, o.company, o.country, o.role, err);
    if (!code)
        code = report(&s, &o, argv + 1, (size_t) n, err);
    *ret_status = an_session_status(&s);
    return code;
}

const struct an_verb an_verb_report = {
    .name = "report",
    .summary = {"Write reports, papers to hand in, workbooks", "输出报告、待提交文书和工作簿"},
    .usage = usage,
    .run = run,
};
