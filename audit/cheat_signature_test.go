package audit_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
)

// keyOf is the key of an officer, or any other.
func keyOf(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("key of " + name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func publicKey(name string) officer.PublicKey {
	return officer.PublicKey(hex.EncodeToString(keyOf(name).Public().(ed25519.PublicKey)))
}

// signLeaf signs a leaf whose meta is the last but one of its fields: alone, as docs/ledger.md
// says.
func signLeaf(leaf []byte, key string) []byte {
	h := sha256.Sum256(append([]byte{0}, leaf...))
	value := ed25519.Sign(keyOf(key),
		append([]byte("lotteryledger officer signature v1\n"), h[:]...))
	return []byte(strings.Replace(string(leaf), `},"data":`,
		`,"signature":{"value":"`+hex.EncodeToString(value)+`"}},"data":`, 1))
}

// everybodySigns gives every officer a key to sign with.
var everybodySigns = hooks{keys: true}

// TestSignedLedger: the good ledger, every event of it signed.
func TestSignedLedger(t *testing.T) {
	lottery(t, everybodySigns).verified(t)
}

// TestKeyChangedInFlight: a command was signed before the change of the key was stored, and
// stored after it; one decided later is signed with the new key, or with none that is known.
func TestKeyChangedInFlight(t *testing.T) {
	for name, change := range map[string]officer.Event{
		"key":    officer.KeyChanged{Key: publicKey("rex's new one")},
		"roles":  officer.RolesChanged{Roles: []officer.Role{officer.Registrar}},
		"office": officer.Dismissed{},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHistory(t, everybodySigns)
			h.open("r1")
			a := h.submit("r1", domain.Ordinary, individual(1))
			changed := h.records[h.put("chief", "officer-rex", change)].at
			h.approve(a)
			h.records[a.from].at = changed + inFlight
			h.records[a.from].key = "rex"
			h.verified(t)
			h.records[a.from].key = ""
			h.refused(t, fault.SignatureMissing)
			h.records[a.from].key = "rita"
			h.refused(t, fault.SignatureWrong)
			h.records[a.from].key = "rex's new one"
			if name == "key" {
				h.verified(t)
			} else {
				h.refused(t, fault.SignatureWrong)
			}
			h.records[a.from].key, h.records[a.from].at = "rex", changed+inFlight+1
			if name == "key" {
				h.refused(t, fault.SignatureWrong)
			} else {
				h.refused(t, "not_allowed")
			}
		})
	}
}

// TestFirstKeyInFlight: an officer gets a first key while an unsigned command is on its way.
func TestFirstKeyInFlight(t *testing.T) {
	h := newHistory(t, hooks{})
	h.open("r1")
	a := h.submit("r1", domain.Ordinary, individual(1))
	changed := h.records[h.put("chief", "officer-rex",
		officer.KeyChanged{Key: publicKey("rex")})].at
	h.approve(a)
	h.records[a.from].at = changed + inFlight
	h.verified(t)
	h.records[a.from].key = "rex"
	h.verified(t)
	h.records[a.from].key = "rita"
	h.refused(t, fault.SignatureWrong)
	h.records[a.from].key, h.records[a.from].at = "", changed+inFlight+1
	h.refused(t, fault.SignatureMissing)
}

func (h *history) refused(t *testing.T, code string) {
	t.Helper()
	_, err := audit.VerifyFolder(h.publish(), "", nil)
	found, _ := fault.Of(err)
	require.Equal(t, code, found.Code, err)
}

// backDated adds an event by an officer, with the key that they once had, as of a time when they
// had it.
func backDated(h *history, id string, at domain.Time) string {
	r := &h.records[h.put(id, of(h.apps[9]),
		application.Disqualified{Reason: application.FalseStatement})]
	r.key, r.at = id, at
	return r.place()
}

// signatureCheats act in the name of an officer whose key they do not have, or no longer.
func signatureCheats() []cheat {
	signedBy := func(key, stream string, sample catalog.Event) func(*history) string {
		return func(h *history) string {
			r := &h.records[h.index(stream, sample)]
			r.key = key
			return r.place()
		}
	}
	approval := func(change func(string) string) func(*history) string {
		return whose(9, func(s string) func(*history) string {
			return rewritten(s,
				application.Approved{}, change)
		})
	}
	return []cheat{
		{
			name: "signed_by_an_applicant", code: fault.SignatureUnexpected, ledger: reviewed,
			do: func(h *history) string {
				i := slices.IndexFunc(h.records,
					func(r record) bool {
						return strings.HasPrefix(r.actor,
							catalog.ActorApplicant)
					})
				h.records[i].key = "his own"
				return h.records[i].place()
			},
		},
		{
			name: "signed_by_another", code: fault.SignatureWrong, hooks: everybodySigns,
			do: signedBy("rita", "round-r1", round.Sealed{}),
		},
		{
			name: "founder_signed_by_another", code: fault.SignatureWrong, hooks: everybodySigns,
			do: signedBy("rita", "officer-chief", officer.Appointed{}),
		},
		{
			name: "founder_not_signed", code: fault.SignatureMissing, hooks: everybodySigns,
			do: signedBy("", "officer-chief", officer.Appointed{}),
		},
		{
			name: "signature_dropped", code: fault.SignatureMissing, hooks: everybodySigns,
			do: signedBy("", "round-r1", round.Sealed{}),
		},
		{
			name: "signature_of_another_event", code: fault.SignatureWrong, hooks: everybodySigns,
			do: func(h *history) string {
				other := h.records[h.index(of(h.apps[8]), application.Approved{})].leaf(h.t)
				_, from, _ := strings.Cut(string(other), `"signature":{`)
				from, _, _ = strings.Cut(from, "}")
				return approval(func(leaf string) string {
					before, after, _ := strings.Cut(leaf, `"signature":{`)
					_, after, _ = strings.Cut(after, "}")
					return before + `"signature":{` + from + "}" + after
				})(h)
			},
		},
		{
			name: "dated_back_under_the_signature", code: fault.SignatureWrong,
			hooks: everybodySigns,
			do:    approval(replacing(`"at":"2026`, `"at":"2025`)),
		},
		{
			name: "signature_of_a_tree_without_a_path", code: fault.SignatureWrong,
			hooks: everybodySigns, do: approval(replacing(`"}},"data"`, `","of":2}},"data"`)),
		},
		{
			name: "signature_with_a_needless_path", code: fault.SignatureWrong,
			hooks: everybodySigns,
			do: approval(replacing(`"}},"data"`,
				`","path":"`+strings.Repeat("00", 32)+`"}},"data"`)),
		},
		{
			name: "signature_of_an_old_key", code: fault.SignatureWrong, hooks: everybodySigns,
			do: func(h *history) string {
				i := h.index(of(h.apps[9]), application.Approved{})
				h.insert(i, "chief", "officer-rex",
					officer.KeyChanged{Key: publicKey("rex's new one")})
				h.records[i+1].at += 2 * inFlight
				return h.records[i+1].place()
			},
		},
		{
			name: "signature_of_a_later_key", code: fault.SignatureWrong, hooks: everybodySigns,
			do: func(h *history) string {
				h.put("chief", "officer-rex", officer.KeyChanged{Key: publicKey("rex's new one")})
				r := &h.records[h.index(of(h.apps[9]), application.Approved{})]
				r.key = "rex's new one"
				return r.place()
			},
		},
		{
			name: "signed_by_dismissed", code: "not_allowed", hooks: everybodySigns,
			do: func(h *history) string {
				r := &h.records[h.index(of(h.apps[9]), application.Approved{})]
				r.actor, r.key = "dora", "dora"
				r.at += 2 * inFlight
				return r.place()
			},
		},
		{
			name: "signed_by_dismissed_back_dated", code: "not_allowed", hooks: everybodySigns,
			do: func(h *history) string {
				return backDated(h, "dora",
					h.records[h.index("officer-dora", officer.Dismissed{})].at)
			},
		},
		{
			name: "signature_of_an_old_key_back_dated", code: fault.SignatureWrong,
			hooks: everybodySigns, do: func(h *history) string {
				changed := h.records[h.put("chief", "officer-rex",
					officer.KeyChanged{Key: publicKey("rex's new one")})].at
				h.now += 2 * inFlight
				h.put("chief", "officer-rita", officer.KeyChanged{Key: publicKey("rita's new one")})
				return backDated(h, "rex", changed)
			},
		},
		{
			name: "signed_without_a_key", code: fault.SignatureUnexpected,
			do: signedBy("cora", "round-r1", round.Sealed{}),
		},
		{
			name: "appointed_without_a_key", code: "key_missing", hooks: everybodySigns,
			do: changed("officer-rita", func(_ *history, e *officer.Appointed) { e.Key = "" }),
		},
		{
			name: "key_of_another_form", code: "invalid_key", hooks: everybodySigns,
			do: changed("officer-rita", func(_ *history, e *officer.Appointed) {
				e.Key = officer.PublicKey(strings.ToUpper(string(e.Key)))
			}),
		},
		{
			name: "own_key_changed", code: "not_allowed", hooks: everybodySigns,
			do: func(h *history) string {
				return h.insert(h.index("round-r1", round.Opened{}), "rex", "officer-rex",
					officer.KeyChanged{Key: publicKey("rex's new one")}).place()
			},
		},
		{
			name: "key_changed_to_the_same", code: fault.EventUncaused, hooks: everybodySigns,
			do: func(h *history) string {
				return h.insert(h.index("round-r1", round.Opened{}), "chief", "officer-rex",
					officer.KeyChanged{Key: publicKey("rex")}).place()
			},
		},
		{
			name: "roles_changed_out_of_nothing", code: "unknown_officer",
			do: func(h *history) string {
				return h.insert(h.index("round-r1", round.Opened{}), "chief", "officer-ghost",
					officer.RolesChanged{Roles: officer.Roles}).place()
			},
		},
		{
			name: "approved_after_a_change_of_roles", code: "not_allowed", hooks: everybodySigns,
			do: func(h *history) string {
				i := h.index(of(h.apps[9]), application.Approved{})
				h.insert(i, "chief", "officer-rex",
					officer.RolesChanged{Roles: []officer.Role{officer.Registrar}})
				h.records[i+1].at += 2 * inFlight
				return h.records[i+1].place()
			},
		},
	}
}
