package main

import (
	"os"
	"strings"

	"lotteryledger/domain/fault"
	"lotteryledger/domain/round"
)

// words are what the report of a ledger says, in one language.
type words struct {
	help, usage, flags, noArgument, beacon, committed, foreseen, linesRead  string
	unannounced, undrawn                                                    string
	verifying, proven, disproven, leaves, files, texts, round, seeded, pool string
	demonstration, folderKey, limits, noLedger                              string
	voided, reruns, superseded, anchor, ceremony, settled, abort            string
	site                                                                    fault.Words
	phases                                                                  map[round.Phase]string
}

func (w words) phase(p round.Phase) string {
	if s, ok := w.phases[p]; ok {
		return s
	}
	return string(p)
}

// vocabulary holds the words by language.
var vocabulary = map[string]words{
	"en": {
		help:  english,
		usage: "usage", flags: "flags of lottery-verify %s:",
		noArgument: "%s takes no argument besides its flags",
		beacon:     "valid: round %d of %s, due at %s\nchain hash %s\nrandomness %s",
		committed:  "valid: a record of %d, and the commitment %s is to it",
		foreseen: "this is a demonstration: the secret key of its beacon is public, so anyone " +
			"could foresee or forge the round",
		linesRead:   "%d lines of the roster read",
		unannounced: "    pool %s: %d applications, weight %d; its seats are not announced yet",
		undrawn:     "    pool %s: %d applications, weight %d; %d seats, no result yet",
		verifying:   "verifying leaves",
		proven:      "PROVEN: ledger %s",
		disproven:   "DISPROVEN %s at %s: %s",
		leaves:      "  %d events replayed and allowed by the rules; root %s",
		files:       "  %d rosters, announcements and results computed again: all equal",
		texts:       "  %d texts of notices have the digests in the ledger",
		round:       "  round %s: %s, rules %s",
		seeded:      "    draw time %s, beacon round %d of chain %s…",
		pool: "    pool %s: %d applications, weight %d; %d seats, %d selected, %d in " +
			"reserve",
		demonstration: "    DEMONSTRATION beacon: its key is public, this draw proves nothing " +
			"about chance",
		folderKey: "  the key came from the folder itself; compare it with one published " +
			"elsewhere: %s",
		voided:     "    voided: %s",
		reruns:     "    stands for the voided round %s",
		superseded: "    announcements superseded before the valid one: %d",
		anchor: "    seen outside, it is said: %s claims %s, evidence %s (not verified " +
			"here: the evidence is elsewhere)",
		ceremony: "    ceremony: %d bytes went into the seed",
		settled: "    pool %s settled: %d awarded, %d used, %d forfeited, %d revoked, %d " +
			"promoted from the reserve; %d seats return",
		abort: "    voided for a missing beacon: whoever has the signature of beacon " +
			"round %d refutes it with --beacon %s:SIGNATURE",
		limits: "  not proven here: that the applicants exist, that others are shown the " +
			"same ledger, when it was published",
		noLedger: "%w (is this the public folder of a ledger?)",
		site:     fault.English,
		phases: map[round.Phase]string{
			round.PhaseOpened: "open", round.PhaseClosed: "closed", round.PhaseSealed: "sealed",
			round.PhaseAnnounced: "announced",
			round.PhaseSeeded:    "seeded", round.PhaseDrawn: "drawn",
			round.PhasePublished: "published", round.PhaseSettled: "settled",
			round.PhaseVoided: "voided",
		},
	},
	"zh": {
		help:  chinese,
		usage: "用法", flags: "lottery-verify %s 的选项：",
		noArgument:    "%s 除选项外不接受参数",
		beacon:        "有效：第 %d 轮，信标链 %s，应出时间 %s\n链哈希 %s\n随机数 %s",
		committed:     "有效：记录含 %d 人，承诺 %s 与之相符",
		foreseen:      "这是演示：其信标的密钥是公开的，任何人都能预知或伪造该轮次",
		linesRead:     "已读取名单 %d 行",
		unannounced:   "    池 %s：%d 个申请，权重合计 %d；指标数尚未公告",
		undrawn:       "    池 %s：%d 个申请，权重合计 %d；指标 %d 个，尚无结果",
		verifying:     "正在核验",
		proven:        "核验通过：账本 %s",
		disproven:     "核验不通过：错误代码 %s，位置：%s，详情：%s",
		leaves:        "  已重放 %d 个事件，全部符合规则；树根 %s",
		files:         "  已重新计算 %d 个摇号池名单、公告和结果文件，全部一致",
		texts:         "  %d 份公告文本与账本中的摘要一致",
		round:         "  第 %s 期：%s，规则 %s",
		seeded:        "    摇号时间 %s，信标轮次 %d，信标链 %s…",
		pool:          "    池 %s：%d 个申请，权重合计 %d；指标 %d 个，中签 %d 个，候补 %d 个",
		demonstration: "    演示信标：其密钥是公开的，本次摇号不能证明随机性",
		folderKey:     "  公钥取自该文件夹本身，请与其他渠道公布的公钥核对：%s",
		voided:        "    作废理由：%s",
		reruns:        "    本期为作废的第 %s 期的重办",
		superseded:    "    现行公告之前被更换的公告：%d 份",
		anchor:        "    外部存证声明：%s，所称时间 %s，证据摘要 %s（证据在他处，此处未核验）",
		ceremony:      "    现场仪式：%d 字节计入种子",
		settled: "    池 %s 已结清：授予 %d 个，使用 %d 个，放弃 %d 个，撤销 %d " +
			"个，候补递补 %d 个；收回名额 %d 个",
		abort:    "    以信标缺失作废：持有信标轮次 %d 签名者可用 --beacon %s:签名 予以驳斥",
		limits:   "  此处不能证明：申请人真实存在、他人看到的是同一账本、账本的公布时间",
		noLedger: "%w（这是账本的公开文件夹吗？）",
		site: fault.Words{
			Leaf: "叶 %d", Revision: "流 %s 修订 %d", File: "文件 %s",
			Line: "第 %d 行", Comma: "，",
		},
		phases: map[round.Phase]string{
			round.PhaseOpened: "受理中", round.PhaseClosed: "已截止",
			round.PhaseSealed: "名单已封存", round.PhaseAnnounced: "已公告",
			round.PhaseSeeded: "种子已产生", round.PhaseDrawn: "已摇号",
			round.PhasePublished: "已公布", round.PhaseSettled: "已结清",
			round.PhaseVoided: "已作废",
		},
	},
}

// language is the reader's, after the environment.
func language() string {
	for _, v := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if s := os.Getenv(v); s != "" {
			if strings.HasPrefix(s, "zh") {
				return "zh"
			}
			return "en"
		}
	}
	return "en"
}
