#include "report/terms.h"

#include <string.h>
#include "base/cleanup.h"

static const struct { const char *code; struct an_words words; } terms[] = {
    {"applies", {"applies", "适用"}},
    {"does-not-apply", {"does not apply", "不适用"}},
    {"undetermined", {"undetermined", "未能确定"}},
    {"yes", {"yes", "成立"}},
    {"no", {"no", "不成立"}},
    {"read", {"read", "已读取"}},
    {"partly", {"read in part", "部分读取"}},
    {"unread", {"not read", "未读取"}},
    {"skipped", {"skipped", "已跳过"}},
    {"in_force", {"in force", "现行有效"}},
    {"draft", {"draft, not law", "征求意见稿，尚非法律"}},
    {"adopted", {"adopted, not yet in force", "已通过，尚未施行"}},
    {"superseded", {"superseded", "已被取代"}},
    {"guidance", {"guidance", "指引"}},
    {"measured", {"measured", "实测"}},
    {"declared", {"declared by the company", "企业申报"}},
    {"snapshots", {"from dated counts", "依据分日期的计数"}},
    {"derived", {"derived", "推导"}},
    {"assumed", {"assumed", "假定"}},
    {"what-if", {"what-if", "情景设定"}},
    {"general", {"general data", "一般数据"}},
    {"important", {"important data", "重要数据"}},
    {"core", {"core data", "核心数据"}},
    {"undeclared-store", {"measured, and not in the inventory", "已测量，但不在清单中"}},
    {"undeclared-kind", {"holds a kind that the inventory does not name", "含有清单未列明的标识类型"}},
    {"kind-not-found", {"the inventory names a kind that is not there", "清单所列的标识类型未被发现"}},
    {"nothing-there", {"in the inventory, and not measured", "在清单中，但未被测量"}},
    {"in-the-clear", {"sensitive identifiers stored readable", "敏感标识以明文存储"}},
    {"secret", {"keys, tokens or passwords that lie readable", "可读的密钥、令牌或口令"}},
    {"password-in-clear", {"a column of passwords whose cells are no hashes", "口令字段的内容不是哈希值"}},
    {"id-in-log", {"identity numbers in running text or logs", "日志或文本中的身份证号"}},
    {"under-14", {"birth dates of children under 14 among the cells looked at", "所查单元格中有未满十四周岁者的出生日期"}},
    {"likely-category", {"a column that by its content is likely to hold", "依内容推断，该字段很可能含有"}},
    {"heading-denied", {"the heading says so, and the content does not bear it out", "表头如此，但内容不相符"}},
    {"combination", {"together in one store: may be sensitive (a hint, no conclusion)",
                     "同一存储中并存，可能构成敏感信息（提示，非结论）"}},
    {"heading", {"by its heading", "依表头"}},
    {"both", {"heading and content agree", "表头与内容一致"}},
    {"partly", {"the content bears out part of it", "内容部分相符"}},
    {"content", {"by its content alone: likely", "仅依内容：很可能"}},
    {"cells", {"cells", "个单元格"}},
    {"records", {"records", "条记录"}},
    {"bytes", {"bytes", "字节"}},
    {"abroad", {"people held outside the mainland", "个人信息存储于境外"}},
};

struct an_words an_term(const char *code) {
    for (size_t i = 0; code && i < AN_COUNT(terms); i++)
        if (strcmp(terms[i].code, code) == 0)
            return terms[i].words;
    return code ? (struct an_words) {code, code} : (struct an_words) {"", ""};
}
