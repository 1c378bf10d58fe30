package drand

import (
	"context"
	"encoding/hex"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit/beacon"
	"lotteryledger/domain/draw"
)

const (
	quicknetPath = "/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971/public/"
	round1       = `{"round":1,"randomness":"1466a6cd24e327188770752f6134001c64d6efcc590ccc26b721611ad96f165a","signature":"b55e7cb2d5c613ee0b2e28d6750aabbb78c39dcc96bd9d38c2c2e12198df95571de8e8e402a0cc48871c7089a2b3af4b"}`
	round1000    = `{"round":1000,"randomness":"fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd","signature":"b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"}`
)

// honest serves the recorded rounds of quicknet.
func honest(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case quicknetPath + "1":
		fmt.Fprintln(w, round1)
	case quicknetPath + "1000":
		fmt.Fprintln(w, round1000)
	default:
		http.NotFound(w, r)
	}
}

// says serves one body for every round.
func says(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }
}

func relay(t *testing.T, h http.HandlerFunc) string {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func TestFetchRecordedRounds(t *testing.T) {
	c := Client{Relays: []string{relay(t, honest)}}
	signature, err := c.Fetch(t.Context(), draw.Quicknet, 1)
	require.NoError(t, err)
	require.Contains(t, round1, hex.EncodeToString(signature))
	signature, err = c.Fetch(t.Context(), draw.Quicknet, 1000)
	require.NoError(t, err)
	require.Contains(t, round1000, hex.EncodeToString(signature))

	_, err = c.Fetch(t.Context(), draw.Quicknet, 1001)
	require.ErrorIs(t, err, ErrNotYet)
	_, err = c.Fetch(t.Context(), draw.Quicknet, 0)
	require.ErrorContains(t, err, "rounds count from 1")
}

func TestFaultyRelays(t *testing.T) {
	for name, v := range map[string]struct {
		relay http.HandlerFunc
		want  string
	}{
		"not yet": {func(w http.ResponseWriter,
			_ *http.Request,
		) {
			w.WriteHeader(http.StatusTooEarly)
		}, "not published yet"},
		"failing": {func(w http.ResponseWriter,
			_ *http.Request,
		) {
			w.WriteHeader(http.StatusBadGateway)
		}, "502"},
		"garbage":     {says("<html>"), "reading the answer"},
		"empty":       {says(""), "reading the answer"},
		"wrong round": {says(round1000), "of round 1000"},
		"relabelled": {
			says(strings.Replace(round1000, `"round":1000`, `"round":1`, 1)),
			"beacon_signature",
		},
		"wrong hex": {
			says(strings.Replace(round1, "b55e", "x55e", 1)),
			"reading the signature",
		},
		"short":          {says(strings.Replace(round1, "b55e", "", 1)), "beacon_length"},
		"no signature":   {says(`{"round":1}`), "beacon_length"},
		"no point":       {says(strings.Replace(round1, "b55e", "355e", 1)), "beacon_encoding"},
		"huge":           {says(`{"round":1,"x":"` + strings.Repeat("x", 1<<20)), "longer than"},
		"cut off":        {cutOff, "reading the answer"},
		"slow":           {slow, "deadline exceeded"},
		"another chain":  {http.NotFound, "not published yet"},
		"negative round": {says(`{"round":-1}`), "reading the answer"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := relay(t, v.relay)
			_, err := Client{
				Relays:  []string{bad},
				Timeout: 500 * time.Millisecond,
			}.Fetch(t.Context(), draw.Quicknet, 1)
			require.ErrorContains(t, err, v.want)
			require.ErrorContains(t, err, "fetching round 1 of quicknet: "+bad)

			c := Client{Relays: []string{bad, relay(t, honest)}, Timeout: 500 * time.Millisecond}
			signature, err := c.Fetch(t.Context(), draw.Quicknet, 1)
			require.NoError(t, err, "the next relay is asked")
			require.Contains(t, round1, hex.EncodeToString(signature))
		})
	}
}

func cutOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "300")
	fmt.Fprint(w, round1[:40])
}

func slow(w http.ResponseWriter, r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-time.After(2 * time.Second):
	}
}

// TestSecondEncodingIsRefused finds a round whose signature has a second
// encoding that careless decoders take, and serves that one.
func TestSecondEncodingIsRefused(t *testing.T) {
	p, ok := new(big.Int).SetString(
		"1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab", 16)
	require.True(t, ok)
	for round := uint64(1); round < 200; round++ {
		signature, err := beacon.DemonstrationSignature(round)
		require.NoError(t, err)
		flags := signature[0] & 0xe0
		x := new(big.Int).SetBytes(append([]byte{signature[0] & 0x1f}, signature[1:]...))
		if x.Add(x, p).BitLen() > 381 {
			continue
		}
		bent := x.FillBytes(make([]byte, 48))
		bent[0] |= flags
		c := Client{Relays: []string{relay(t,
			says(fmt.Sprintf(`{"round":%d,"signature":"%x"}`, round, bent)))}}
		_, err = c.Fetch(t.Context(), draw.Demonstration, round)
		require.ErrorContains(t, err, "beacon_encoding")
		c = Client{Relays: []string{relay(t,
			says(fmt.Sprintf(`{"round":%d,"signature":"%x"}`, round, signature)))}}
		_, err = c.Fetch(t.Context(), draw.Demonstration, round)
		require.NoError(t, err)
		return
	}
	require.Fail(t, "no round has a second encoding")
}

func TestEveryFailureIsTold(t *testing.T) {
	down := httptest.NewServer(http.HandlerFunc(honest))
	down.Close()
	broken, early := relay(t, says("{")), relay(t, http.NotFound)
	c := Client{Relays: []string{down.URL, broken, early, "::"}}
	_, err := c.Fetch(t.Context(), draw.Quicknet, 1)
	for _, want := range []string{
		down.URL, "refused", broken, "reading the answer", early,
		"not published yet", "::",
	} {
		require.ErrorContains(t, err, want)
	}
	require.ErrorIs(t, err, ErrNotYet)
	require.NotContains(t, err.Error(), "\n")
}

func TestCancelledFetchAsksNoFurther(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var second atomic.Int32
	c := Client{Relays: []string{
		relay(t, func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() }),
		relay(t, func(w http.ResponseWriter, r *http.Request) { second.Add(1); honest(w, r) }),
	}}
	_, err := c.Fetch(ctx, draw.Quicknet, 1)
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, second.Load())
}

func TestPublicRelays(t *testing.T) {
	for _, r := range publicRelays() {
		require.True(t, strings.HasPrefix(r, "https://"), r)
	}
	var asked []string
	c := Client{HTTP: &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response,
		error,
	) {
		asked = append(asked, r.URL.String())
		return nil, http.ErrHandlerTimeout
	})}}
	_, err := c.Fetch(t.Context(), draw.Quicknet, 1000)
	require.ErrorIs(t, err, http.ErrHandlerTimeout)
	require.Equal(t, "https://api.drand.sh"+quicknetPath+"1000", asked[0])
	require.Len(t, asked, len(publicRelays()))
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
