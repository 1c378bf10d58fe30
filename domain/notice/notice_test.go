package notice_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/domain"
	"lotteryledger/domain/domaintest"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/notice"
)

var (
	rule  = domaintest.For(notice.Decide, notice.Evolve)
	zh    = notice.Text{Language: "zh", SHA256: domain.Digest{1}, Size: 100}
	en    = notice.Text{Language: "en", SHA256: domain.Digest{2}, Size: 90}
	both  = []notice.Text{zh, en}
	alone = []notice.Text{zh}
)

func TestNotice(t *testing.T) {
	published, replaced := notice.Published{Texts: both}, notice.Replaced{Texts: alone}
	rule.Given().When(notice.Publish{Texts: both}).Then(t, published)
	rule.Given(published).When(notice.Publish{Texts: both}).Nothing(t)
	rule.Given(published).When(notice.Publish{Texts: alone}).Refused(t, "notice_exists")
	rule.Given(published, notice.Withdrawn{}).When(notice.Publish{Texts: both}).Refused(t,
		"notice_exists")
	rule.Given(published).When(notice.Replace{Texts: alone}).Then(t, replaced)
	rule.Given(published, replaced).When(notice.Replace{Texts: alone}).Nothing(t)
	rule.Given(published, replaced).When(notice.Replace{Texts: both}).Then(t,
		notice.Replaced{Texts: both})
	rule.Given().When(notice.Replace{Texts: both}).Refused(t, "unknown_notice")
	rule.Given(published, notice.Withdrawn{}).When(notice.Replace{Texts: alone}).Refused(t,
		"notice_withdrawn")
	rule.Given(published).When(notice.Withdraw{}).Then(t, notice.Withdrawn{})
	rule.Given(published, notice.Withdrawn{}).When(notice.Withdraw{}).Nothing(t)
	rule.Given().When(notice.Withdraw{}).Refused(t, "unknown_notice")
	for _, texts := range [][]notice.Text{
		nil,
		{en},
		{en, zh},
		{zh, zh},
		{zh, {Language: "fr", SHA256: domain.Digest{1}, Size: 1}},
		{{Language: "zh", SHA256: domain.Digest{1}}},
		{{Language: "zh", Size: 1}},
		{{Language: "zh", SHA256: domain.Digest{1}, Size: notice.MaxText + 1}},
	} {
		rule.Given().When(notice.Publish{Texts: texts}).Refused(t, "invalid_notice")
		rule.Given(published).When(notice.Replace{Texts: texts}).Refused(t, "invalid_notice")
	}
}

// TestLife: what is in force is what was last shown, until it is withdrawn for ever.
func TestLife(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s notice.State
		withdrawn := false
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) { require.Equal(t, withdrawn, s.Phase == notice.PhaseWithdrawn) },
			"any": func(t *rapid.T) {
				texts := rapid.SampledFrom([][]notice.Text{both, alone, {en}}).Draw(t, "texts")
				cmd := rapid.SampledFrom([]notice.Command{
					notice.Publish{Texts: texts},
					notice.Replace{Texts: texts},
					notice.Withdraw{},
				}).Draw(t, "command")
				next, events, code := rule.Step(t, s, cmd)
				if len(events) > 0 {
					require.False(t, withdrawn)
				}
				if _, is := cmd.(notice.Withdraw); is && code == "" {
					withdrawn = true
				} else if code == "" {
					require.Equal(t, texts, next.Texts)
				}
				s = next
			},
		})
	})
}

func TestCheck(t *testing.T) {
	require.NoError(t, notice.Check(
		[]byte("# 公告\n\n第 2026 期配置 10000 个指标，咨询电话 "+
			"12345，010-87654321。\n110101199003070012 没有这个号码\n")))
	for text, line := range map[string]string{
		"# a\n中签人 11010519491231002X 请\n": "line 2", "11010519491231002x": "line 1",
		"a\n\nb 13800000001": "line 3", "电话13800000001。": "line 1",
	} {
		err := notice.Check([]byte(text))
		require.Equal(t, "notice_personal", fault.CodeOf(err), text)
		require.ErrorContains(t, err, line)
		require.False(t, strings.Contains(err.Error(), "1380000") ||
			strings.Contains(err.Error(), "19491231"))
	}
}

// TestCheckForm: what is no text at all.
func TestCheckForm(t *testing.T) {
	require.NoError(t, notice.Check([]byte(strings.Repeat("a", notice.MaxText))))
	for _, text := range []string{"\xff\xfe", strings.Repeat("a", notice.MaxText+1)} {
		require.Equal(t, "invalid_notice", fault.CodeOf(notice.Check([]byte(text))))
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte("# 公告\n11010519491231002X"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := notice.Check(text); err != nil {
			require.Equal(t, utf8.Valid(text), fault.CodeOf(err) == "notice_personal")
		}
	})
}
