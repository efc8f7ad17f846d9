// Risky parsers apart: the cage, what is made of a parser's words, and what becomes of documents whose parser misbehaves.
#include "sink.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source/apart.h"
#include "source/apart_cage.h"
#include "source/apart_keeper.h"
#include "source/apart_talk.h"

static const struct an_str one_page = AN_STR_INIT(
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
    "4 0 obj<</Length 44>>stream\nBT /F 12 Tf 20 50 Td (Li Ming 4521) Tj ET   \nendstream endobj\n"
    "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R/Size 6>>\n%%EOF\n");

// --- the cage: each attempt in a process of its own, which says with its exit status how it went

enum { FINE = 0, REFUSED = 7, NOT_CAGED = 99 };

static int caged(int (*attempt)(void)) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct an_cage *cage;
        struct an_err err;
        static const char *const folders[] = {"/usr/share/poppler/cMap", NULL};
        int in = open("/dev/null", O_RDONLY);
        if (an_cage_new(&cage, &err) || dup2(in, AN_CAGE_IN) < 0 || dup2(in, AN_CAGE_OUT) < 0)
            _exit(NOT_CAGED);
        an_cage_open_below(cage, folders);
        if (an_cage_enter(cage, (uint64_t) 1 << 30, &err))
            _exit(NOT_CAGED);
        _exit(attempt());
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static int refused(long r) { return r < 0 ? REFUSED : FINE; }
static int reads_its_document(void) { char c; return read(AN_CAGE_IN, &c, 1) < 0; }
static int has_memory(void) { volatile char *p = an_alloc(64 << 20); if (p) p[1] = 1; return p ? FINE : REFUSED; }
static int opens_a_file(void) { return refused(open("/etc/passwd", O_RDONLY)); }
static int makes_a_file(void) { return refused(open("/tmp/anshen-should-not-be", O_RDWR | O_CREAT, 0600)); }
static int opens_its_table(void) { return refused(open("/usr/share/poppler/cMap/Identity-H", O_RDONLY)); }
static int writes_its_table(void) { return refused(open("/usr/share/poppler/cMap/Identity-H", O_RDWR)); }
static int writes_elsewhere(void) { return refused(write(STDERR_FILENO, "x", 1)); }
static int reaches_out(void) { return refused(socket(AF_INET, SOCK_STREAM, 0)); }
static int starts_a_program(void) { char *none[] = {NULL}; return refused(execve("/bin/true", none, none)); }
static int kills_others(void) { return refused(kill(getppid(), SIGTERM)); }
static int forks(void) { return refused(fork()); }
static int brings_code(void) {
    enum { ALL = PROT_READ | PROT_WRITE | PROT_EXEC };
    return mmap(NULL, 4096, ALL, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? REFUSED : FINE;
}

static void a_parser_may_only_parse(void **state) {
    static const struct { const char *what; int (*attempt)(void); int result; } attempts[] = {
        {"reads its document", reads_its_document, FINE}, {"has memory", has_memory, FINE},
        {"opens a file", opens_a_file, REFUSED}, {"makes a file", makes_a_file, REFUSED},
        {"opens its table", opens_its_table, FINE}, {"writes to its table", writes_its_table, REFUSED},
        {"writes elsewhere", writes_elsewhere, REFUSED}, {"brings code", brings_code, REFUSED},
        {"reaches out", reaches_out, -SIGSYS}, {"starts a program", starts_a_program, -SIGSYS},
        {"kills others", kills_others, -SIGSYS}, {"forks", forks, REFUSED},
    };
    (void) state;
    for (size_t i = 0; i < AN_COUNT(attempts); i++) {
        int result = caged(attempts[i].attempt);
        if (result != attempts[i].result)
            fail_msg("%s: %d", attempts[i].what, result);
    }
}

// --- what a parser says

struct said { struct an_talker talker; struct an_sink sink; int pipe[2]; };

static void say_begin(struct said *s) {
    *s = (struct said) {0};
    assert_int_equal(pipe(s->pipe), 0);
    s->talker.fd = s->pipe[1];
    s->sink = an_talker_sink(&s->talker);
}

// What was said, padded; the caller frees it.
static struct an_str say_end(struct said *s) {
    enum { MOST = 32 * 1024 };
    (void) close(s->pipe[1]);
    char *p = an_alloc(MOST + AN_SOURCE_PADDING);
    assert_non_null(p);
    memset(p, 0, MOST + AN_SOURCE_PADDING);
    ssize_t n = read(s->pipe[0], p, MOST);
    assert_true(n >= 0);
    (void) close(s->pipe[0]);
    an_talker_release(&s->talker);
    return (struct an_str) {p, (size_t) n};
}

static struct an_value value(const char *text, uint32_t column) {
    return (struct an_value) {.text = an_str_from_c(text), .column = column};
}

static void say_all(struct said *s, struct an_err *err) {
    const struct an_str names[] = {AN_STR("name"), AN_STR("mail")};
    const struct an_value values[] = {value("Li Ming", 0), value("li@example.com", 1)};
    const struct an_record record = {.values = values, .count = 2, .number = 1, .offset = 9};
    const struct an_trouble trouble = {.code = AN_INPUT, .text = AN_STR("page 3 of 13912345678 for a@b.cn\nis bad")};
    assert_int_equal(s->sink.open(&s->talker, &(struct an_store_info) {.uri = AN_STR(""), .format = "pdf"}, err), AN_OK);
    assert_int_equal(s->sink.columns(&s->talker, names, 2, err), AN_OK);
    assert_int_equal(s->sink.record(&s->talker, &record, err), AN_OK);
    assert_int_equal(s->sink.lines(&s->talker, AN_STR("one\ntwo\n"), 2, 50, err), AN_OK);
    assert_int_equal(s->sink.trouble(&s->talker, &trouble, err), AN_OK);
    assert_int_equal(s->sink.close(&s->talker, AN_STORE_PARTLY, 77, (struct an_str) {0}, err), AN_OK);
    const struct an_store_info member = {.uri = AN_STR("!a.txt"), .format = "text", .encoding = "utf-8"};
    assert_int_equal(s->sink.open(&s->talker, &member, err), AN_OK);
    assert_int_equal(s->sink.close(&s->talker, AN_STORE_READ, 0, (struct an_str) {0}, err), AN_OK);
    assert_int_equal(an_talker_done(&s->talker, AN_OK, err), AN_OK);
}

static const char all_heard[] =
    "open d.pdf pdf -\ncolumns name|mail\nrecord 1@9 Li Ming|li@example.com\nline 2 one\nline 3 two\n"
    "trouble input@0 0 page 3 of 139123##### for a b.cn is bad\nclose partly 77\nopen d.pdf!a.txt text utf-8\nclose read 0\n";

static void what_a_parser_says_is_passed_on_and_made_fit_for_people(void **state) {
    struct said said;
    struct sink s;
    struct an_err err = {0};
    (void) state;
    say_begin(&said);
    say_all(&said, &err);
    struct an_str bytes = say_end(&said), rest = bytes;
    sink_begin(&s);
    struct an_listener l = {.sink = &s.sink, .uri = AN_STR("d.pdf"), .record_bytes = 4096};
    assert_int_equal(an_listener_hear(&l, &rest, &err), AN_OK);
    assert_null(l.lie);
    assert_true(l.done && !l.open);
    assert_string_equal(sink_text(&s), all_heard);
    an_listener_release(&l);
    sink_end(&s);
    char *p;
    memcpy(&p, &bytes.ptr, sizeof p);
    an_free(p);
}

// Every bit of every byte turned over: whatever is heard keeps to the contract, which the sink checks.
static void no_turned_bit_breaks_the_contract(void **state) {
    struct said said;
    struct an_err err = {0};
    (void) state;
    say_begin(&said);
    say_all(&said, &err);
    struct an_str bytes = say_end(&said);
    char *p;
    memcpy(&p, &bytes.ptr, sizeof p);
    for (size_t bit = 0; bit < bytes.len * 8; bit++) {
        struct sink s;
        struct an_str rest = bytes;
        sink_begin(&s);
        s.quiet = true;
        struct an_listener l = {.sink = &s.sink, .uri = AN_STR("d.pdf"), .record_bytes = 4096};
        p[bit / 8] = (char) (p[bit / 8] ^ (1 << bit % 8));
        assert_int_equal(an_listener_hear(&l, &rest, &err), AN_OK);
        p[bit / 8] = (char) (p[bit / 8] ^ (1 << bit % 8));
        assert_true(l.lie || l.done || rest.len);
        an_listener_release(&l);
        sink_end(&s);
    }
    an_free(p);
}

// --- keepers that misbehave

static void answers(int fd, int what) {
    struct an_talker talker = {.fd = fd};
    struct an_sink sink = an_talker_sink(&talker);
    struct an_err err;
    AN_IGNORE(sink.open(&talker, &(struct an_store_info) {.uri = AN_STR(""), .format = "pdf"}, &err));
    AN_IGNORE(sink.lines(&talker, AN_STR("some text\n"), 1, 0, &err));
    if (what == 'c')
        AN_IGNORE(sink.close(&talker, AN_STORE_READ, 9, (struct an_str) {0}, &err));
    if (what == 't')            // twice the same
        AN_IGNORE(sink.lines(&talker, AN_STR("some text\n"), 1, 0, &err));
    if (what == 'u')
        AN_IGNORE(sink.lines(&talker, AN_STR("\xFF\n"), 2, 0, &err));
    AN_IGNORE(an_talker_done(&talker, what == 'n' ? AN_NOMEM : AN_BUG, &err));     // pushes out what was said
}

// Plays a keeper that does with its first document what `what` says, and answers with `status`.
_Noreturn static void play(int socket, int what, int status) {
    struct an_keeper_ask ask;
    union { char bytes[CMSG_SPACE(2 * sizeof(int))]; struct cmsghdr align; } control;
    struct iovec io = {&ask, sizeof ask};
    struct msghdr message = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    int fds[2];
    if (recvmsg(socket, &message, 0) != sizeof ask)
        _exit(1);
    memcpy(fds, CMSG_DATA(&control.align), sizeof fds);
    if (what == 'g' && write(fds[1], "what is this, if not a message at all?", 38) != 38)
        _exit(1);
    if (what != 'g' && what != 'q' && what != 'v')
        answers(fds[1], what);
    if (what == 'h')
        (void) pause();
    if (what == 'v')
        _exit(0);
    (void) close(fds[1]);
    (void) send(socket, &status, sizeof status, 0);
    (void) pause();
    _exit(0);
}

#define OPENED "open d.pdf pdf -\n"
#define LINE OPENED "line 1 some text\n"
#define READER " 0 the reader of PDF documents "
#define SO_FAR "after 1 records and lines"
#define UNREAD "\nclose unread 0\n"
#define PARTLY "\nclose partly 0\n"
#define ATTACK "; the document may attack it"

static void what_a_parser_did_not_read_is_told(void **state) {
    static const struct { int what, status; const char *heard; } cases[] = {
        {'g', 0, OPENED "trouble input@0" READER "was stopped after 0 records and lines: what it said made no sense "
                 "(a message is none)" ATTACK UNREAD},
        {'t', 0, LINE "trouble input@0" READER "was stopped " SO_FAR ": what it said made no sense (lines were told out of turn)"
                 ATTACK PARTLY},
        {'u', 0, LINE "trouble input@0" READER "was stopped " SO_FAR ": what it said made no sense (lines were told out of turn)"
                 ATTACK PARTLY},
        {'v', 0, OPENED "trouble io@0" READER "vanished after 0 records and lines" UNREAD},
        {'q', SIGSEGV, OPENED "trouble input@0" READER "stopped (signal 11) after 0 records and lines" UNREAD},
        {'o', SIGSEGV, LINE "trouble input@0" READER "stopped (signal 11) " SO_FAR PARTLY},
        {'o', SIGSYS, LINE "trouble input@0" READER "was stopped " SO_FAR ": it tried what a parser may not" ATTACK PARTLY},
        {'o', SIGXCPU, LINE "trouble limit@0" READER "was stopped " SO_FAR ": it may compute for 120 seconds" PARTLY},
        {'o', SIGKILL, LINE "trouble limit@0" READER "was killed " SO_FAR ": memory may have run out" PARTLY},
        {'n', 0, LINE "trouble limit@0" READER "needed more memory than a document gets, " SO_FAR PARTLY},
        {'h', 0, LINE "trouble limit@0" READER "did not end in 1 seconds and was stopped " SO_FAR PARTLY},
        {'c', SIGABRT, LINE "close read 9\nopen d.pdf!(the rest) pdf -\ntrouble input@0" READER
                       "stopped (signal 6) " SO_FAR UNREAD},
    };
    (void) state;
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        struct sink s;
        struct an_err err = {0};
        struct an_apart *apart;
        int pair[2];
        assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
        pid_t keeper = fork();
        if (keeper == 0) {
            (void) close(pair[0]);
            play(pair[1], cases[i].what, cases[i].status);
        }
        (void) close(pair[1]);
        assert_int_equal(an_apart_new(&apart, &err), AN_OK);
        an_apart_adopt(apart, keeper, pair[0], 1.5);
        sink_begin(&s);
        struct memory memory = {.data = one_page};
        struct an_reading reading = {.sink = &s.sink, .apart = apart};
        struct an_input input = {.uri = AN_STR("d.pdf"), .arg = &memory, .read = memory_read};
        assert_int_equal(an_source_read(&reading, &input, &err), AN_OK);
        assert_string_equal(sink_text(&s), cases[i].heard);
        sink_end(&s);
        an_apart_free(apart);
    }
}

// --- real ones

static void read_apart(struct an_apart *apart, const char *uri, struct memory memory, const char *heard, bool breaks) {
    struct sink s;
    struct an_err err = {0};
    sink_begin(&s);
    memory.breaks = breaks;
    struct an_reading reading = {.sink = &s.sink, .apart = apart};
    struct an_input input = {.uri = an_str_from_c(uri), .arg = &memory, .read = memory_read};
    assert_int_equal(an_source_read(&reading, &input, &err), AN_OK);
    assert_string_equal(sink_text(&s), heard);
    sink_end(&s);
}

static void a_document_is_read_by_a_process_of_its_own(void **state) {
    struct an_apart *apart;
    struct an_err err;
    (void) state;
    assert_int_equal(an_apart_new(&apart, &err), AN_OK);
    for (int i = 0; i < 3; i++)
        read_apart(apart, "d.pdf", (struct memory) {.data = one_page, .step = (size_t) i * 100},
                   "open d.pdf pdf -\nline 1 Li Ming 4521\nclose read 397\n", false);
    an_apart_free(apart);
}

static void what_the_program_knows_of_a_document_is_told_in_its_store(void **state) {
    struct an_apart *apart;
    struct an_err err;
    (void) state;
    assert_int_equal(an_apart_new(&apart, &err), AN_OK);
    char *big = an_alloc(100000);
    assert_non_null(big);
    memset(big, ' ', 100000);
    memcpy(big, one_page.ptr, one_page.len);
    read_apart(apart, "d.pdf", (struct memory) {.data = {big, 100000}, .break_at = 80000},
               "open d.pdf pdf -\nline 1 Li Ming 4521\n"
               "trouble input@0 0 ends without the mark of its end: pages may be missing; get a whole copy\n"
               "trouble io@0 0 the disk broke as asked\nclose partly 80000\n", true);
    an_free(big);
    an_apart_free(apart);
}

static void without_a_place_apart_a_document_is_unread(void **state) {
    (void) state;
    read_apart(NULL, "d.pdf", (struct memory) {.data = one_page},
               "open d.pdf pdf -\ntrouble usage@0 0 its format is read in a process of its own only, and none was set up\n"
               "close unread 0\n", false);
}

// The same calls, whether a parser is caged or not: nothing it needs is refused to it.
static void the_cage_costs_no_text(void **state) {
    static const char *const samples[] = {
        "docs/libreoffice-form.pdf", "docs/libreoffice-writer-password.pdf", "docs/pdfjs_XiaoBiaoSong.pdf",
        "docs/pdfjs_issue12823.pdf", "docs/testPDF_protected.pdf", "docs/with-attachment.pdf",
    };
    struct an_apart *apart;
    struct an_err err;
    (void) state;
    assert_int_equal(an_apart_new(&apart, &err), AN_OK);
    for (size_t i = 0; i < AN_COUNT(samples); i++) {
        char path[1024];
        struct sink s[2];
        if (!sink_sample(path, samples[i]))
            break;
        for (size_t inside = 0; inside < 2; inside++) {
            sink_begin(&s[inside]);
            struct an_reading reading = {.sink = &s[inside].sink, .apart = apart, .inside = inside};
            assert_int_equal(an_source_read_path(&reading, an_str_from_c(path), &err), AN_OK);
        }
        assert_true(s[0].log.len > 0);
        assert_string_equal(sink_text(&s[0]), sink_text(&s[1]));
        sink_end(&s[0]);
        sink_end(&s[1]);
    }
    an_apart_free(apart);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_parser_may_only_parse),
        cmocka_unit_test(what_a_parser_says_is_passed_on_and_made_fit_for_people),
        cmocka_unit_test(no_turned_bit_breaks_the_contract),
        cmocka_unit_test(what_a_parser_did_not_read_is_told),
        cmocka_unit_test(a_document_is_read_by_a_process_of_its_own),
        cmocka_unit_test(what_the_program_knows_of_a_document_is_told_in_its_store),
        cmocka_unit_test(without_a_place_apart_a_document_is_unread),
        cmocka_unit_test(the_cage_costs_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
