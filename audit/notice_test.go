package audit_test

import (
	"crypto/sha256"
	"testing"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/domain"
	notices "lotteryledger/domain/notice"
)

// noticed is a ledger with a notice that was replaced, one that was withdrawn, and the texts of
// both.
func noticed(t require.TestingT, k hooks) *history {
	h := newHistory(t, k)
	h.put("chief", "notice-policy", notices.Published{Texts: h.texts("先前", "before")})
	h.put("chief", "notice-policy", notices.Replaced{Texts: h.texts("办理须知", "what to know")})
	h.put("chief", "notice-works", notices.Published{Texts: h.texts("维护")})
	h.put("chief", "notice-works", notices.Withdrawn{})
	return h
}

// texts puts texts into the public folder and names them.
func (h *history) texts(texts ...string) (named []notices.Text) {
	for i, text := range texts {
		t := notices.Text{
			Language: notices.Languages[i], SHA256: sha256.Sum256([]byte(text)),
			Size: uint64(len(text)),
		}
		h.files[audit.NoticePath(t.SHA256)] = []byte(text)
		named = append(named, t)
	}
	return named
}

func pathOf(text string) string {
	return audit.NoticePath(
		domain.Digest(sha256.Sum256([]byte(text))))
}

// TestNotices: texts in force are there and those before may be; what is in force follows from the
// leaves.
func TestNotices(t *testing.T) {
	h := noticed(t, hooks{})
	require.Equal(t, 5, h.verified(t).Texts)
	for _, text := range []string{"先前", "before", "维护"} {
		delete(h.files, pathOf(text))
	}
	require.Equal(t, 2, h.verified(t).Texts)
	l := h.replayed()
	require.Equal(t, []string{"policy", "works"}, l.Notices())
	require.Equal(t, notices.PhaseWithdrawn, l.Notice("works").Phase)
	require.Equal(t, notices.State{}, l.Notice("moon"))
	require.Len(t, l.TextsInForce(), 2)
}

func noticeCheats() []cheat {
	altered := func(text string) func(*history) string {
		return func(h *history) string {
			h.files[pathOf(text)] = append(h.files[pathOf(text)], '!')
			return pathOf(text)
		}
	}
	put := func(stream string, e catalog.Event) func(*history) string {
		return func(h *history) string { return h.records[h.put("chief", stream, e)].place() }
	}
	return []cheat{
		{name: "notice_altered", code: fault.FileWrong, ledger: noticed, do: altered("办理须知")},
		{
			name: "earlier_notice_altered", code: fault.FileWrong, ledger: noticed,
			do: altered("先前"),
		},
		{
			name: "notice_taken_away", code: fault.FileMissing, ledger: noticed,
			do: func(h *history) string {
				delete(h.files, pathOf("what to know"))
				return pathOf("what to know")
			},
		},
		{
			name: "notice_that_nobody_published", code: fault.FileUnknown, ledger: noticed,
			do: func(h *history) string {
				h.files[pathOf("fees are due")] = []byte("fees are due")
				return pathOf("fees are due")
			},
		},
		{
			name: "notice_of_another_length", code: fault.FileWrong, ledger: noticed,
			do: func(h *history) string {
				changed("notice-policy",
					func(_ *history, e *notices.Replaced) { e.Texts[0].Size++ })(h)
				return pathOf("办理须知")
			},
		},
		{
			name: "notice_replaced_out_of_nothing", code: "unknown_notice", ledger: noticed,
			do: put("notice-moon",
				notices.Replaced{Texts: []notices.Text{{
					Language: "zh", SHA256: domain.Digest{1},
					Size: 1,
				}}}),
		},
		{
			name: "notice_published_again", code: "notice_exists", ledger: noticed,
			do: added("chief", "notice-policy", notices.Published{},
				notices.Published{Texts: []notices.Text{{
					Language: "zh", SHA256: domain.Digest{1},
					Size: 1,
				}}}),
		},
		{
			name: "notice_replaced_after_its_end", code: "notice_withdrawn", ledger: noticed,
			do: put("notice-works",
				notices.Replaced{Texts: []notices.Text{{
					Language: "zh", SHA256: domain.Digest{1},
					Size: 1,
				}}}),
		},
		{
			name: "notice_withdrawn_twice", code: fault.EventUncaused, ledger: noticed,
			do: added("chief", "notice-works", notices.Withdrawn{}, notices.Withdrawn{}),
		},
		{
			name: "notice_without_a_text", code: "invalid_notice", ledger: noticed,
			do: changed("notice-policy",
				func(_ *history, e *notices.Published) { e.Texts = []notices.Text{} }),
		},
		{
			name: "notice_by_a_reviewer", code: "not_allowed", ledger: noticed,
			do: func(h *history) string {
				r := &h.records[h.index("notice-policy", notices.Published{})]
				r.actor = "officer:rex"
				return r.place()
			},
		},
		{
			name: "notice_with_a_name", code: "invalid_id", ledger: noticed,
			do: func(h *history) string {
				r := &h.records[h.index("notice-policy", notices.Published{})]
				r.stream = "notice-rita.miller"
				return r.place()
			},
		},
	}
}
