// The people bar: floor, linked and ceiling against the line, as inline SVG.
#include "report/page.h"
#include "report/scale.h"

// A drawing of 1000 units: the axis with a margin on both sides; room on the right for an arrow.
enum { LEFT = 24, LENGTH = 930, TOP = 62, HEIGHT = 34, BOTTOM = TOP + HEIGHT, AXIS = BOTTOM + 34 };
enum { APART = 3, LETTER = 8 };

static double x_of(const struct an_scale *scale, uint64_t n) {
    return LEFT + an_scale_at(scale, n, LENGTH, APART);
}

static void box(struct an_page *p, double from, double to, const char *class_name) {
    if (to > from)
        an_out_rawf(&p->out, "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>\n",
                    class_name, from, TOP, to - from, HEIGHT);
}

// A label that belongs to x. It leans to the left (-1), to the right (1) or neither (0), as asked, unless it
// would then leave the drawing or lie across the line.
static void label(struct an_page *p, double x, int y, const char *class_name, struct an_words words,
                  uint64_t n, int lean, double line) {
    struct an_str figure = AN_PAGE_FIGURE(p, n);
    double wide = (double) (an_columns(an_str_from_c(an_say(words, p->out.lang))) + figure.len) * LETTER;
    if (lean == 0)
        lean = x - wide / 2 < 0 ? 1 : x + wide / 2 > 1000 ? -1 : 0;
    else {
        if (lean < 0 ? line <= x && line > x - wide : line >= x && line < x + wide)
            lean = -lean;
        if (lean < 0 && x - wide < 0)
            lean = 1;
        else if (lean > 0 && x + wide > 1000)
            lean = -1;
    }
    static const char *const anchors[] = {"end", "middle", "start"};
    an_out_rawf(&p->out, "<text class=\"%s\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">", class_name, x, y,
                anchors[lean + 1]);
    an_out_fill(&p->out, words, &figure);
    an_out_raw(&p->out, "</text>\n");
}

static void tick_mark(struct an_page *p, double x, int from, int to, const char *class_name) {
    an_out_rawf(&p->out, "<line class=\"%s\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>\n", class_name, x,
                from, x, to);
}

static void axis(struct an_page *p, const struct an_scale *scale) {
    uint64_t ticks[AN_SCALE_TICKS];
    size_t count = an_scale_ticks(scale, ticks), every = count > 9 ? 2 : 1;
    an_out_rawf(&p->out, "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", LEFT, AXIS,
                LEFT + LENGTH, AXIS);
    for (size_t i = 0; i < count; i++) {
        double x = LEFT + an_scale_at(scale, ticks[i], LENGTH, 0);
        tick_mark(p, x, AXIS, AXIS + 5, "axis");
        if (i && i % every)
            continue;
        an_out_rawf(&p->out, "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">", x,
                    AXIS + 21);
        an_out_text(&p->out, AN_FIGURE(an_figure_tick, ticks[i], p->out.lang));
        an_out_raw(&p->out, "</text>\n");
    }
}

static void describe(struct an_page *p) {
    const struct an_model_people *people = &p->model->people;
    an_page_element(p, "title", AN_WORDS("People in the data against the line", "数据中的人数与门槛线"));
    an_out_raw(&p->out, "<desc>");
    an_out_fill(&p->out,
                AN_WORDS("Proven floor {0}; linked estimate {1}; proven ceiling {2}; the line {3}.",
                         "已证下限 {0}；关联估计 {1}；已证上限 {2}；门槛线 {3}。"),
                (struct an_str[]) {AN_PAGE_FIGURE(p, people->floor), AN_PAGE_FIGURE(p, people->linked),
                                  AN_PAGE_FIGURE(p, people->ceiling),
                                  AN_PAGE_FIGURE(p, p->model->threshold)});
    an_out_raw(&p->out, "</desc>\n");
}

static void draw(struct an_page *p, const struct an_scale *scale) {
    const struct an_model_people *people = &p->model->people;
    double floor = x_of(scale, people->floor), linked = x_of(scale, people->linked),
           ceiling = x_of(scale, people->ceiling);
    bool is_open = people->ceiling == AN_INFINITE;
    double known = is_open ? x_of(scale, people->ceiling_read) : ceiling;
    if (known < linked)
        known = linked;
    an_out_rawf(&p->out, "<rect class=\"track\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n", LEFT, TOP,
                LENGTH, HEIGHT);
    box(p, LEFT, floor, "proven");
    box(p, floor, linked, "estimated");
    box(p, linked, known, "possible");
    if (is_open) {
        box(p, known, LEFT + LENGTH, "unbounded");
        an_out_rawf(&p->out, "<path class=\"arrow\" d=\"M%d %d l16 %d l-16 %d z\"/>\n", LEFT + LENGTH, TOP,
                    HEIGHT / 2, HEIGHT / 2);
    }
    if (known - floor < 2)      // an exact number, or none: a bar without width still has a place
        box(p, floor - 1, floor + 1, "proven");
    double line = p->model->threshold ? x_of(scale, p->model->threshold) : -1;
    tick_mark(p, floor, TOP - 8, BOTTOM, "mark");
    tick_mark(p, known, TOP, BOTTOM + 8, "mark");
    label(p, floor, TOP - 14, "label", AN_WORDS("floor {0}", "下限 {0}"), people->floor, -1, line);
    label(p, known, BOTTOM + 22, "label",
          is_open ? AN_WORDS("ceiling of what was read {0}", "已读部分上限 {0}")
                  : AN_WORDS("ceiling {0}", "上限 {0}"),
          is_open ? people->ceiling_read : people->ceiling, 1, line);
    if (p->model->threshold) {
        tick_mark(p, line, TOP, BOTTOM, "casing");      // red on the dark bar needs white around it
        tick_mark(p, line, 22, AXIS, "line");
        label(p, line, 16, "label line-label", AN_WORDS("the line {0}", "门槛线 {0}"), p->model->threshold, 0,
              line);
    }
}

static void key(struct an_page *p, const char *class_name, struct an_words words) {
    an_out_rawf(&p->out, "<li><span class=\"swatch %s\"></span>", class_name);
    an_out_words(&p->out, words);
    an_out_raw(&p->out, "</li>\n");
}

void an_page_bar(struct an_page *p) {
    const struct an_scale scale = an_scale_for(&p->model->people, p->model->threshold);
    an_out_rawf(&p->out, "<figure class=\"bar\">\n<svg viewBox=\"0 0 1000 %d\" role=\"img\">\n", AXIS + 30);
    describe(p);
    an_out_raw(&p->out,
               "<defs><pattern id=\"hatch\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" "
               "patternTransform=\"rotate(45)\"><rect class=\"hatch-ground\" width=\"7\" height=\"7\"/>"
               "<rect class=\"hatch-line\" width=\"2\" height=\"7\"/></pattern><pattern id=\"dots\" "
               "width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><circle class=\"hatch-line\" "
               "cx=\"4\" cy=\"4\" r=\"1.3\"/></pattern></defs>\n");
    draw(p, &scale);
    axis(p, &scale);
    an_out_raw(&p->out, "</svg>\n<figcaption>\n<ul class=\"key\">\n");
    key(p, "proven", AN_WORDS("proven: at least so many", "已证明：至少如此之多"));
    key(p, "estimated", AN_WORDS("estimated by linking records", "经记录关联估计"));
    key(p, "possible", AN_WORDS("possible, not excluded", "可能存在，未能排除"));
    if (p->model->people.ceiling == AN_INFINITE)
        key(p, "unbounded",
            AN_WORDS("open: something unread has no known size", "无界：有未读取部分，规模不明"));
    if (p->model->threshold)
        key(p, "at-line", AN_WORDS("the line of the rule", "规则的门槛线"));
    an_out_raw(&p->out, "</ul>\n<p class=\"note\">");
    an_out_words(
        &p->out,
        scale.is_log
            ? AN_WORDS(
                  "Logarithmic axis: each step is ten times the one before, so lengths do not compare as "
                  "numbers do.",
                  "对数坐标：每格为前一格的十倍，长度之比不等于人数之比。")
            : AN_WORDS("Linear axis from 0: lengths compare as numbers do.",
                       "线性坐标，自 0 起：长度之比即人数之比。"));
    an_out_raw(&p->out, "</p>\n</figcaption>\n</figure>\n");
}
