// International bank account numbers (IBAN).
#include "ident/canon.h"

enum { MIN = 15, MAX = 34 };

// Each country's length, and the structure of what follows the check digits: "8n12c" is 8 digits, then 12 of
// either sort.
static const struct format { char country[3]; uint8_t len; char structure[16]; } formats[] = {
#include "ident/iban_table.h"
};

// The account that the standard's registry and every manual show, one a country.
static const char *const samples[] = {
    "AT611904300234573201", "BE68539007547034", "CH9300762011623852957", "DE89370400440532013000",
    "DK5000400440116243", "ES9121000418450200051332", "FI2112345600000785", "FR1420041010050500013M02606",
    "GB29NWBK60161331926819", "GB82WEST12345698765432", "IE29AIBK93115212345678",
    "IT60X0542811101000000123456", "NL91ABNA0417164300", "NO9386011117947", "PL61109010140000071219812874",
    "PT50000201231234567890154", "SE4550000000058398257466",
};

static const struct format *format_of(const char *country) {
    size_t low = 0, high = AN_COUNT(formats);
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = memcmp(formats[middle].country, country, 2);
        if (order == 0)
            return &formats[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static bool has_structure(const char *text, const char *structure) {
    while (*structure) {
        size_t n = 0;
        while (an_canon_is_digit(*structure))
            n = n * 10 + (size_t) (*structure++ - '0');
        char sort = *structure++;
        for (; n; n--, text++) {
            bool digit = an_canon_is_digit(*text);
            if (sort == 'n' ? !digit : sort == 'a' && digit)
                return false;
        }
    }
    return true;
}

// ISO 7064 MOD 97-10 over the number with its first four characters moved to the end, letters read as 10 to
// 35.
static bool has_check(const char *text, size_t n) {
    unsigned rest = 0;
    for (size_t i = 0; i < n; i++) {
        char c = text[(i + 4) % n];
        bool digit = an_canon_is_digit(c);
        rest = digit ? rest * 10 + (unsigned) (c - '0') : rest * 100 + (unsigned) (c - 'A') + 10;
        rest %= 97;
    }
    return rest == 1;
}

// Two letters, then digits.
static bool hopeless(struct an_str text) {
    bool led = text.len > 2 && an_canon_is_letter(text.ptr[0]) && !an_canon_is_digit(text.ptr[1]);
    return !led || (an_canon_is_letter(text.ptr[1]) && an_canon_is_letter(text.ptr[2]));
}

static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    (void) context;
    if (hopeless(text))
        return AN_GRADE_NONE;
    char out[MAX];
    size_t n = 0;
    bool small = false, large = false, apart = true;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == ' ' || c == '-') {
            if (apart)
                return AN_GRADE_NONE;
            apart = true;
            continue;
        }
        if (n == MAX || (!an_canon_is_digit(c) && !an_canon_is_letter(c)))
            return AN_GRADE_NONE;
        large |= an_canon_is_upper(c);
        small |= an_canon_is_letter(c) && !an_canon_is_upper(c);
        out[n++] = an_canon_upper(c);
        apart = false;
    }
    // the standard has capitals; all small is somebody's habit, both together is another sort of text
    if (n < MIN || apart || (small && large))
        return AN_GRADE_NONE;
    const struct format *format = format_of(out);
    if (!format || format->len != n || !an_canon_is_digit(out[2]) || !an_canon_is_digit(out[3]))
        return AN_GRADE_NONE;
    // 00, 01 and 99 are no check digits: the algorithm gives 02 to 98
    int digits = (out[2] - '0') * 10 + out[3] - '0';
    if (digits < 2 || digits > 98 || !has_structure(out + 4, format->structure) || !has_check(out, n))
        return AN_GRADE_NONE;
    an_canon_put(ret_key, out, n);
    for (size_t i = 0; i < AN_COUNT(samples); i++)
        if (strlen(samples[i]) == n && memcmp(samples[i], out, n) == 0)
            return AN_GRADE_BLOCKED;
    return AN_GRADE_FLOOR;
}

static const char *const headers[] = {
    "iban", "ibanno", "ibannumber", "ibancode", "国际银行账号", "国际银行账户号码", "国际银行帐号", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("DE02120300000000202051"), AN_GRADE_FLOOR, false, "DE02120300000000202051", "Germany"},
    {AN_STR_INIT("GB33BUKB20201555555555"), AN_GRADE_FLOOR, false, "GB33BUKB20201555555555",
     "with a bank's letters"},
    {AN_STR_INIT("NO83 3000 1234 567"), AN_GRADE_FLOOR, true, "NO8330001234567", "the shortest, in groups"},
    {AN_STR_INIT("DE89370400440532013000"), AN_GRADE_BLOCKED, false, NULL, "the manuals' sample"},
    {AN_STR_INIT("DE03120300000000202051"), AN_GRADE_NONE, false, NULL, "wrong check digits"},
    {AN_STR_INIT("DE0212030000000020205"), AN_GRADE_NONE, false, NULL, "a digit short"},
    {AN_STR_INIT("De02120300000000202051"), AN_GRADE_NONE, false, NULL, "capital and small letters"},
};

const struct an_ident an_ident_iban = {
    .code = 25,
    .name = "iban",
    .title = {"International bank account number (IBAN)", "国际银行账号（IBAN）"},
    .source = "ISO 13616-1:2020",
    .shape = AN_SHAPE_WORD,
    .min = MIN,
    .max = MAX,
    .rank = 34,
    .use = AN_USE_PERSON,
    .charge = 9,
    .linker = true,
    .sensitive = true,
    .m = AN_MANY,
    .c = 2,
    .headers = headers,
    .check = check,
    .hopeless = hopeless,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
