// A place on earth, latitude and longitude in one cell.
#include "ident/canon.h"
#include "ident/kinds.h"

#include <stdio.h>
#include <stdlib.h>

// Digits behind the full stop. Kept: about a metre. Asked for: what tells one house from the next.
enum { SCALE_DIGITS = 5, FINE_DIGITS = 4 };

struct degrees {
    int32_t value;      // in units of 10^-5 degree, rounded half away from zero
    int fraction;       // digits written behind the full stop
};

// Takes one decimal number off the front of *rest.
static bool take(struct an_str *rest, struct degrees *ret) {
    size_t i = 0, whole = 0;
    bool minus = rest->len && *rest->ptr == '-';
    int64_t value = 0;
    *ret = (struct degrees) {0};
    i += minus || (rest->len && *rest->ptr == '+');
    for (; i < rest->len && an_canon_is_digit(rest->ptr[i]); i++, whole++) {
        if (whole == 3)
            return false;
        value = value * 10 + (rest->ptr[i] - '0');
    }
    if (whole == 0)
        return false;
    bool up = false;
    if (i < rest->len && rest->ptr[i] == '.')
        for (i++; i < rest->len && an_canon_is_digit(rest->ptr[i]); i++) {
            if (ret->fraction < SCALE_DIGITS)
                value = value * 10 + (rest->ptr[i] - '0');
            else if (ret->fraction == SCALE_DIGITS)
                up = rest->ptr[i] >= '5';
            ret->fraction++;
        }
    for (int d = ret->fraction; d < SCALE_DIGITS; d++)
        value *= 10;
    value += up;
    ret->value = (int32_t) (minus ? -value : value);
    *rest = an_str_slice(*rest, i, rest->len);
    return true;
}

static void skip(struct an_str *rest, const char *set, bool *ret_any) {
    while (rest->len && *rest->ptr && strchr(set, *rest->ptr)) {
        *rest = an_str_slice(*rest, 1, rest->len);
        *ret_any = true;
    }
}

enum { UNIT = 100000, QUARTER = 90 * UNIT, HALF = 180 * UNIT };

static bool is_within(int32_t value, int32_t most) { return value >= -most && value <= most; }

// Latitude comes first, unless it could not be one: Chinese map services write longitude first, and there it
// is over 90. Within ninety degrees either order is believed as written.
static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    struct degrees a, b;
    bool parted = false, ended = false;
    if (!context->cell || !an_context_names(context, &an_ident_geo_point))
        return AN_GRADE_NONE;
    skip(&text, "([ ", &ended);
    if (!take(&text, &a))
        return AN_GRADE_NONE;
    skip(&text, ",; ", &parted);
    if (!parted || !take(&text, &b))
        return AN_GRADE_NONE;
    skip(&text, ")] ", &ended);
    if (text.len || (a.fraction < FINE_DIGITS && b.fraction < FINE_DIGITS))
        return AN_GRADE_NONE;
    if (!is_within(a.value, QUARTER)) {
        struct degrees first = a;
        a = b;
        b = first;
    }
    if (!is_within(a.value, QUARTER) || !is_within(b.value, HALF))
        return AN_GRADE_NONE;
    long lat = a.value, lon = b.value;
    int n = snprintf(ret_key->text, sizeof ret_key->text, "%s%ld.%05ld,%s%ld.%05ld",
                     lat < 0 ? "-" : "", labs(lat) / UNIT, labs(lat) % UNIT,
                     lon < 0 ? "-" : "", labs(lon) / UNIT, labs(lon) % UNIT);
    ret_key->len = (size_t) n;
    return lat == 0 && lon == 0 ? AN_GRADE_BLOCKED : AN_GRADE_CEILING;
}

static const char *const headers[] = {
    "经纬度", "坐标", "经纬度坐标", "gps坐标", "定位", "定位坐标", "地理位置", "地理坐标", "位置坐标", "jwd",
    "jingweidu", "latlng", "latlon", "lnglat", "lonlat", "gps", "geo", "geopoint", "geolocation",
    "coordinate", "coordinates", "latitudelongitude", "location", "gpslocation", "经度", "纬度", "lat", "lng",
    "lon", "latitude", "longitude", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("39.908823,116.397470"), AN_GRADE_CEILING, true, "39.90882,116.39747",
     "latitude, longitude"},
    {AN_STR_INIT("116.397470, 39.908823"), AN_GRADE_CEILING, true, "39.90882,116.39747", "longitude first"},
    {AN_STR_INIT("(-33.85678, 151.21530)"), AN_GRADE_CEILING, true, "-33.85678,151.21530",
     "south, in brackets"},
    {AN_STR_INIT("0.00000,0.00000"), AN_GRADE_BLOCKED, true, NULL, "what a receiver without a fix sends"},
    {AN_STR_INIT("39.908823"), AN_GRADE_NONE, true, NULL, "one coordinate"},
    {AN_STR_INIT("39.9,116.3"), AN_GRADE_NONE, true, NULL, "too coarse to be somebody's place"},
    {AN_STR_INIT("39.908823,196.397470"), AN_GRADE_NONE, true, NULL, "no such longitude"},
    {AN_STR_INIT("39.908823,116.397470"), AN_GRADE_NONE, false, NULL, "nothing names it"},
};

const struct an_ident an_ident_geo_point = {
    .code = 22,
    .name = "geo-point",
    .title = {"Geographic coordinates", "经纬度坐标"},
    .source = "ISO 6709:2022",
    .shape = AN_SHAPE_CELL,
    .rank = 80,
    .use = AN_USE_NOBODY,
    .sensitive = true,
    .m = AN_MANY,
    .c = AN_MANY,
    .headers = headers,
    .check = check,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
