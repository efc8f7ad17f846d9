// The table of roles.
//
// Numbers are written to census files and must not move: a new role goes to the end. A role is given wherever
// its word stands, also when every column of a table carries it.
//
// Choices. English "contact" is the subject: an object of that name holds the ways to reach whom the record
// is about (contact.mobile beside profile.realName). Chinese 联系人 in front of an attribute (联系人电话) is
// another person; alone it is a name, the subject's. Customers, users, members and patients are what records
// are kept about: subjects. Pupils, employees and drivers may be subjects or not: they are roles, which costs
// the ceiling a person where they were the subject, and never takes one away.
#include "ident/header.h"
#include "ident/role.h"

#include "base/cleanup.h"

#define WORDS(...) (const char *const[]) {__VA_ARGS__, NULL}

const struct an_role an_roles[] = {
    {"", WORDS("客户", "用户", "会员", "顾客", "患者", "病人", "本人", "个人", "当事人", "账户", "customer",
        "cust", "client", "user", "member", "patient", "person", "people", "profile", "account", "contact",
        "contacts", "contactinfo", "userinfo", "userprofile", "personal", "personalinfo", "basicinfo",
        "baseinfo", "customerinfo", "memberinfo")},
    {"buyer", WORDS("买家", "买方", "购买人", "采购人", "订货人", "下单人", "订购人", "gmr", "xdr", "buyer",
        "purchaser", "orderer", "billto", "soldto", "billing")},
    {"seller", WORDS("卖家", "卖方", "商家", "销售人", "出卖人", "maijia", "xsr", "seller", "vendor",
        "merchant", "salesman", "salesperson")},
    {"receiver", WORDS("收货人", "收件人", "收货", "收件", "领取人", "取件人", "签收人", "提货人", "收货方",
        "shr", "sjr", "qsr", "receiver", "recipient", "consignee", "shipto", "shipping", "deliveryto",
        "addressee")},
    {"sender", WORDS("寄件人", "发件人", "发货人", "寄件", "发件", "寄货人", "托运人", "jjr", "fjr", "fhr",
        "sender", "shipper", "consignor", "shipfrom")},
    {"guardian", WORDS("监护人", "家长", "父亲", "母亲", "父母", "爸爸", "妈妈", "抚养人", "jhr", "jz", "fq",
        "mq", "guardian", "parent", "father", "mother", "dad", "mom")},
    {"emergency", WORDS("紧急联系人", "紧急联络人", "应急联系人", "紧急联系", "jjlxr", "jinjilianxiren",
        "emergency", "emergencycontact", "emergencycontacts", "urgentcontact")},
    {"spouse", WORDS("配偶", "丈夫", "妻子", "爱人", "peiou", "spouse", "husband", "wife")},
    {"referrer", WORDS("推荐人", "邀请人", "介绍人", "引荐人", "推广人", "tjr", "yqr", "jsr", "referrer",
        "referer", "inviter", "introducer", "recommender", "promoter")},
    {"agent", WORDS("经办人", "代理人", "受托人", "委托代理人", "代办人", "代理", "办理人", "jbr", "dlr",
        "agent", "handler", "attorney", "proxy")},
    {"contact", WORDS("联系人", "联络人", "第二联系人", "其他联系人", "lxr", "lianxiren")},
    {"legal-rep", WORDS("法人", "法定代表人", "法人代表", "企业法人", "负责人", "单位负责人", "frdb", "fddbr",
        "fr", "legalperson", "legalrep", "legalrepresentative", "corporaterep")},
    {"payer", WORDS("付款人", "付款方", "缴费人", "交款人", "汇款人", "fkr", "jfr", "hkr", "payer",
        "remitter", "drawer")},
    {"payee", WORDS("收款人", "收款方", "领款人", "skr", "payee", "remittee")},
    {"insured", WORDS("被保险人", "被保人", "参保人", "bbxr", "bbr", "insured", "insuredperson", "assured")},
    {"applicant", WORDS("投保人", "申请人", "报名人", "tbr", "sqr", "applicant", "policyholder", "proposer")},
    {"beneficiary", WORDS("受益人", "收益人", "syr", "beneficiary")},
    {"doctor", WORDS("医生", "医师", "主治医生", "主治医师", "护士", "ys", "doctor", "physician",
        "practitioner", "nurse")},
    {"teacher", WORDS("教师", "老师", "班主任", "讲师", "导师", "辅导员", "js", "bzr", "teacher", "tutor",
        "instructor")},
    {"student", WORDS("学生", "学员", "孩子", "子女", "幼儿", "儿童", "xs", "student", "pupil", "child",
        "kid", "trainee")},
    {"driver", WORDS("司机", "驾驶员", "驾驶人", "车主", "jsy", "cz", "driver", "chauffeur", "courier",
        "骑手", "快递员", "配送员", "rider", "deliveryman")},
    {"passenger", WORDS("乘客", "旅客", "乘车人", "乘机人", "同行人", "入住人", "cjr", "lk", "passenger",
        "traveller", "traveler", "guest")},
    {"owner", WORDS("业主", "房主", "户主", "房东", "产权人", "所有人", "权利人", "yz", "fd", "owner",
        "landlord", "proprietor", "householder")},
    {"tenant", WORDS("租客", "租户", "承租人", "租赁人", "zk", "czr", "tenant", "lessee", "renter")},
    {"employee", WORDS("员工", "职工", "雇员", "业务员", "客服", "操作员", "操作人", "经理", "客户经理",
        "主管", "yg", "zg", "ywy", "czy", "employee", "emp", "staff", "manager", "supervisor", "clerk",
        "salesrep", "supportrep")},
    {"holder", WORDS("持卡人", "持证人", "开户人", "ckr", "khr", "holder", "cardholder", "accountholder")},
    {"creator", WORDS("创建人", "录入人", "填表人", "审核人", "审批人", "修改人", "更新人", "登记人",
        "制单人", "lrr", "creator", "createdby", "createby", "updatedby", "updateby", "updater", "auditor",
        "reviewer", "approver")},
    {"guarantor", WORDS("担保人", "保证人", "dbr", "guarantor", "surety", "cosigner")},
    {"relative", WORDS("亲属", "家属", "亲友", "家庭成员", "兄弟", "姐妹", "relative", "kin", "nextofkin",
        "familymember", "sibling")},
    {"witness", WORDS("证人", "见证人", "报案人", "被害人", "受害人", "举报人", "投诉人", "witness", "victim",
        "reporter", "complainant")},
};
const size_t an_role_count = AN_COUNT(an_roles);

const char *an_role_name(uint16_t role) { return role < an_role_count ? an_roles[role].name : ""; }
