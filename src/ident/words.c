#include "ident/words.h"

#include <stddef.h>

const char *const an_words_personal[] = {
    "性别", "出生日期", "出生年月", "出生年月日", "生日", "年龄", "地址", "住址", "家庭住址", "现住址",
    "户籍地", "户籍", "籍贯", "出生地", "居住地", "民族", "证件类型", "证件种类", "学历", "学位", "毕业院校",
    "婚姻状况", "婚姻", "婚否", "国籍", "职业", "职务", "职位", "岗位", "工资", "薪资", "薪水", "月薪",
    "年薪", "收入", "政治面貌", "出生时间", "周岁", "族别", "文化程度", "户口所在地", "宗教", "宗教信仰",
    "血型", "身高", "体重", "病史", "诊断", "昵称", "用户名", "登录名", "登录账号", "微信昵称", "头像",
    "密码", "社保号", "社保卡号", "医保卡号", "公积金账号", "学号", "工号", "指纹", "人脸", "xb", "csrq",
    "csny", "sr", "nl", "dz", "zz", "jtzz", "jtdz", "mz", "zjlx", "xl", "hyzk", "gj", "zy", "xingbie",
    "chushengriqi", "nianling", "dizhi", "zhuzhi", "hjdz", "lxdz", "txdz", "xxdz", "shengri", "guoji", "whcd",
    "hunyin", "minzu", "xueli", "sex", "gender", "birth", "birthday", "birthdate", "birthdt", "birthyear",
    "dateofbirth", "dob", "bornon", "age", "address", "addr", "homeaddress", "homeaddr", "streetaddress",
    "address1", "address2", "street", "ethnicity", "ethnic", "race", "nation", "nationality", "citizenship",
    "idtype", "certtype", "certificatetype", "idcardtype", "education", "edulevel", "degree", "marital",
    "maritalstatus", "marriage", "occupation", "profession", "jobtitle", "salary", "income", "wage",
    "religion", "bloodtype", "borndate", "residence", "domicile", "diagnosis", "nickname", "nick", "username",
    "loginname", "accountname", "password", "passwd", "pwd", "avatar", "employeeno", "studentno", NULL,
};

const char *const an_words_text[] = {
    "备注", "备注信息", "说明", "内容", "留言", "描述", "评论", "评价内容", "摘要", "简介", "附言", "反馈",
    "意见", "聊天记录", "短信内容", "正文", "消息", "详情", "原始数据", "报文", "日志", "bz", "beizhu",
    "remark", "remarks", "memo", "comment", "comments", "content", "contents", "description", "desc",
    "message", "messages", "msg", "note", "notes", "text", "payload", "body", "raw", "rawdata", "summary",
    "feedback", "smscontent", "chat", "log", "extra", "ext", "extinfo", "request", "response", "params", NULL,
};

const char *const an_words_decoy[] = {
    "会员卡号", "会员卡", "就诊卡号", "诊疗卡号", "购物卡号", "充值卡号", "礼品卡号", "加油卡号", "门禁卡号",
    "饭卡号", "优惠券卡号", "用户代理", "创建人", "录入人", "更新人", "修改人", "操作员", "操作人", "审核人",
    "审批人", "制单人", "公司名", "企业名", "membercard", "membercardno", "giftcard", "giftcardno",
    "giftcardnumber", "simcard", "useragent", "mobileoperator", "phonecode", "createby", "createdby",
    "updateby", "updatedby", "creator", "updater", "operator", "merchantname", "vendorname", "walletaddress",
    "contractaddress", "phonebrand", "phonemodel", "mobilemodel", "macos", NULL,
};

const char *const an_words_generic[] = {
    "code", "number", "num", "no", "id", "name", "value", "account", "card", "type", "key", "certificate",
    "号", "号码", "编号", "代码", "名称", "账号", "帐号", "账户", NULL,
};

const char *const an_words_tail[] = {
    "no", "num", "number", "nr", "value", "val", "str", "string", "enc", "encrypted", "encrypt", "cipher",
    "plain", "new", "old", "bak", "tmp", "号", "号码", "编号", "信息", NULL,
};

const char *const an_words_short[] = {"ip", "qq", NULL};

const char *const an_words_box[] = {
    "data", "result", "results", "list", "items", "rows", "records", "record", "body", "payload", "response",
    "request", "info", "detail", "details", "content", "object", "obj", "entity", "source", "root", "page",
    "params", "basic", "base", NULL,
};

const char *const an_words_question[] = {
    "is", "has", "have", "can", "need", "should", "enable", "allow", "verify", "check", "send", "show",
    "hide", "use", NULL,
};

const char *const an_words_pinyin[] = {
    "xm", "dh", "sj", "sjh", "sjhm", "sfz", "sfzh", "sfzhm", "zjh", "zjhm", "lxdh", "lxfs", "dz", "zz", NULL,
};
