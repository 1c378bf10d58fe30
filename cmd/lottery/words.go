package main

import (
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
)

// words are what is said of an application, in one language.
type words struct {
	application, because, check, upheld, asked, offered, valid, barred, losses string
	rank, indicator, useBy, next, history                                      string
	about, since, comma, stop                                                  string // of a message

	phases     map[application.Phase]string
	applicants map[domain.ApplicantKind]string
	indicators map[domain.IndicatorKind]string
	outcomes   map[application.Outcome]string
	rights     map[indicator.Phase]string
	seats      map[bool]string
	reasons    map[string]string // as in docs/rules.md
	bans       map[string]string // of disqualification, as in docs/rules.md
	steps      map[string]string // of nextSteps
	events     map[string]string // stored names without "application." and version
	answers    map[application.Answer]string
	// why an indicator is lost, as in docs/rules.md
	revocations, forfeits map[string]string
}

// vocabulary holds the words by language.
var vocabulary = map[string]words{
	"en": {
		application: "application %s: %s, %s %s, submitted %s for round %s",
		because:     ", because of %v",
		check:       "\n  check %s/%s: %s",
		upheld:      "\n  the rejection was rechecked and upheld",
		asked:       "\n  a recheck is asked for, to be answered before %s",
		offered:     "\n  a recheck may be asked for before %s",
		valid:       "\n  valid until %s",
		barred:      "\n  nobody of it may apply before %s",
		losses:      "\n  draws of this ledger taken part in without a win: %d",
		rank:        "\n  round %s, pool %s: rank %d, %s",
		indicator:   "\n  indicator %s: %s",
		useBy:       ", to be used by %s",
		next:        "\n  next: %s",
		history:     "\n  history:",
		about:       "Application %s: %s",
		since:       ", because %s",
		comma:       "; ",
		stop:        ".",
		phases: map[application.Phase]string{
			application.PhaseSubmitted: "submitted", application.PhaseApproved: "approved", application.PhaseRejected: "rejected",
			application.PhaseWithdrawn: "withdrawn", application.PhaseAwarded: "awarded",
			application.PhaseExpired: "expired", application.PhaseDisqualified: "disqualified",
		},
		applicants: map[domain.ApplicantKind]string{domain.Individual: "individual", domain.Family: "family", domain.Organisation: "organisation"},
		indicators: map[domain.IndicatorKind]string{domain.Ordinary: "ordinary", domain.NewEnergy: "new_energy", domain.Dwelling: "dwelling"},
		outcomes:   map[application.Outcome]string{"": "not checked since the last edit", application.Passed: "passed", application.Failed: "failed"},
		rights: map[indicator.Phase]string{
			indicator.PhaseAwarded: "awarded, provisionally", indicator.PhaseConfirmed: "confirmed", indicator.PhaseRevoked: "revoked",
			indicator.PhaseUsed: "used", indicator.PhaseForfeited: "forfeited",
		},
		seats: map[bool]string{true: "selected", false: "in reserve"},
		reasons: map[string]string{
			"not_resident":      "the applicant does not meet the conditions of residence",
			"no_licence":        "the applicant has no valid driving licence",
			"owns_car":          "a car is registered in the name of the applicant or spouse",
			"holds_indicator":   "the applicant holds a valid indicator already",
			"debt_enforcement":  "the applicant is under enforcement of a debt by a court",
			"insurance_or_tax":  "social insurance or income tax was not paid long enough",
			"kinship_unproven":  "marriage or kinship between the members is not proven",
			"data_mismatch":     "the data differ from those of the departments",
			"documents_missing": "documents that the check needs are missing",
			"deceased":          "a member of the application has died",
		},
		bans: map[string]string{
			"false_statement":    "the application held a false statement",
			"impersonation":      "somebody applied in the name of another",
			"no_longer_eligible": "the conditions are no longer met",
			"traded_indicator":   "an indicator was lent, rented or sold",
			"debt_enforcement":   "the applicant is under enforcement of a debt by a court",
			"deceased":           "a member of the application has died",
		},
		steps: map[string]string{
			"review":    "the office reviews the application",
			"edit":      "the application may be edited, and is then reviewed again",
			"recheck":   "the applicant may ask for a recheck of the rejection",
			"answer":    "another reviewer answers the recheck",
			"draw":      "the application takes part in every round whose window closes while it is valid",
			"lapsed":    "the application is no longer valid and takes part in no further round",
			"renew":     "the validity may be renewed",
			"withdraw":  "the applicant may withdraw the application",
			"indicator": "the indicator is used in time, or it is lost",
			"other":     "an indicator of another kind may be applied for in the window of a round",
			"again":     "the application has ended; another one may be submitted in the window of a round",
		},
		answers: map[application.Answer]string{application.Granted: "rechecked, and up for review again", application.Upheld: "rechecked, and rejected still"},
		revocations: map[string]string{
			"kinship_unproven": "marriage or kinship between the members is not proven",
			"not_eligible":     "the winner does not meet the conditions",
			"false_statement":  "the application held a false statement",
			"not_confirmed":    "the award was neither confirmed nor revoked within the time of the rules",
		},
		forfeits: map[string]string{
			"lapsed":  "the indicator was not used in time",
			"refused": "the holder gave the indicator back",
		},
		events: map[string]string{
			"submitted": "submitted", "edited": "edited", "check_recorded": "check recorded", "credited": "draws credited",
			"approved": "approved", "rejected": "rejected", "recheck_asked": "recheck asked", "recheck_answered": "recheck answered",
			"renewed": "renewed", "withdrawn": "withdrawn", "expired": "expired", "disqualified": "disqualified", "awarded": "awarded",
		},
	},
	"zh": {
		application: "申请 %s：%s，%s，%s，提交于 %s，第 %s 期",
		because:     "，原因 %v",
		check:       "\n  审核 %s/%s：%s",
		upheld:      "\n  复核结论：维持驳回",
		asked:       "\n  已申请复核，应于 %s 前答复",
		offered:     "\n  可在 %s 前申请复核",
		valid:       "\n  有效期至 %s",
		barred:      "\n  申请成员在 %s 前不得再次申请",
		losses:      "\n  在本账本中参加摇号未中签 %d 次",
		rank:        "\n  第 %s 期，池 %s：第 %d 名，%s",
		indicator:   "\n  指标 %s：%s",
		useBy:       "，请于 %s 前使用",
		next:        "\n  下一步：%s",
		history:     "\n  经过：",
		about:       "申请 %s：%s",
		since:       "，原因：%s",
		comma:       "；",
		stop:        "。",
		phases: map[application.Phase]string{
			application.PhaseSubmitted: "待审核", application.PhaseApproved: "审核通过", application.PhaseRejected: "已驳回",
			application.PhaseWithdrawn: "已撤回", application.PhaseAwarded: "已中签",
			application.PhaseExpired: "已失效", application.PhaseDisqualified: "已取消资格",
		},
		applicants: map[domain.ApplicantKind]string{domain.Individual: "个人", domain.Family: "家庭", domain.Organisation: "单位"},
		indicators: map[domain.IndicatorKind]string{domain.Ordinary: "普通指标", domain.NewEnergy: "新能源指标", domain.Dwelling: "住房"},
		outcomes:   map[application.Outcome]string{"": "自最后一次修改后尚未审核", application.Passed: "通过", application.Failed: "不通过"},
		rights: map[indicator.Phase]string{
			indicator.PhaseAwarded: "已授予，待确认", indicator.PhaseConfirmed: "已确认", indicator.PhaseRevoked: "已撤销",
			indicator.PhaseUsed: "已使用", indicator.PhaseForfeited: "逾期放弃",
		},
		seats: map[bool]string{true: "中签", false: "候补"},
		reasons: map[string]string{
			"not_resident":      "不符合户籍或居住条件",
			"no_licence":        "没有有效的驾驶证",
			"owns_car":          "申请人或配偶名下已有登记的小客车",
			"holds_indicator":   "已持有有效指标",
			"debt_enforcement":  "属于失信被执行人",
			"insurance_or_tax":  "社会保险或个人所得税缴纳年限不足",
			"kinship_unproven":  "成员之间的婚姻或亲属关系未能证实",
			"data_mismatch":     "填报信息与主管部门的记录不一致",
			"documents_missing": "缺少审核所需的材料",
			"deceased":          "申请中有成员已去世",
		},
		bans: map[string]string{
			"false_statement":    "申请中有虚假陈述",
			"impersonation":      "冒用他人身份申请",
			"no_longer_eligible": "已不符合申请条件",
			"traded_indicator":   "出租、出借或买卖指标",
			"debt_enforcement":   "属于失信被执行人",
			"deceased":           "申请中有成员已去世",
		},
		steps: map[string]string{
			"review":    "等待审核",
			"edit":      "可以修改申请，修改后重新审核",
			"recheck":   "申请人可以就驳回申请复核",
			"answer":    "由另一名审核人员答复复核",
			"draw":      "在有效期内截止的各期均参加配置",
			"lapsed":    "申请已过有效期，不再参加以后各期",
			"renew":     "可以延期",
			"withdraw":  "申请人可以撤回申请",
			"indicator": "请按期使用指标，逾期视为放弃",
			"other":     "可在受理期内另行申请其他类别的指标",
			"again":     "申请已终止，可在受理期内另行申请",
		},
		answers: map[application.Answer]string{application.Granted: "复核后重新审核", application.Upheld: "复核后维持驳回"},
		revocations: map[string]string{
			"kinship_unproven": "成员之间的婚姻或亲属关系未能证实",
			"not_eligible":     "中签者不符合条件",
			"false_statement":  "申请中有虚假陈述",
			"not_confirmed":    "在规定期限内既未确认也未撤销",
		},
		forfeits: map[string]string{
			"lapsed":  "逾期未使用",
			"refused": "持有人放弃",
		},
		events: map[string]string{
			"submitted": "提交", "edited": "修改", "check_recorded": "记录审核项目", "credited": "记入摇号次数",
			"approved": "审核通过", "rejected": "驳回", "recheck_asked": "申请复核", "recheck_answered": "答复复核",
			"renewed": "延期", "withdrawn": "撤回", "expired": "失效", "disqualified": "取消资格", "awarded": "中签",
		},
	},
}
