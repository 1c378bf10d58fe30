package draw_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
)

const (
	quicknet1    = "b55e7cb2d5c613ee0b2e28d6750aabbb78c39dcc96bd9d38c2c2e12198df95571de8e8e402a0cc48871c7089a2b3af4b"
	quicknet1000 = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

func text(b [32]byte) string { return hex.EncodeToString(b[:]) }

// vectorSeed is the seed of the published vector, without a ceremony.
func vectorSeed(t testing.TB) draw.Seed {
	a := draw.AnnouncementDigest([]byte("PLD1 test announcement"))
	return draw.NewSeed(a, draw.Quicknet.Hash(), 1000, unhex(t, quicknet1000), nil)
}

func vectorRoster(pool string) draw.Roster {
	return draw.Roster{Pool: pool, Method: draw.PLD1, Entries: []draw.Entry{
		{Code: "0001000000001", Weight: 1},
		{Code: "0001000000002", Weight: 2},
		{Code: "0001000000003", Weight: 3},
		{Code: "0001000000004", Weight: 6},
		{Code: "0001000000005", Weight: 12},
	}}
}

func TestSeedVectors(t *testing.T) {
	a := draw.AnnouncementDigest([]byte("PLD1 test announcement"))
	require.Equal(t, "9706ef38a6ed06aa76508c36306f59e4326ecab2126b0107a6ca8ee812c6f65f", text(a))
	s := vectorSeed(t)
	require.Equal(t, "bf7ae3f6aa924fcd3b9fdb2ddd1c5a0a0450fa3b235254cd450a3f479b8b7a7e", text(s))
	ceremony := draw.NewSeed(a, draw.Quicknet.Hash(), 1000, unhex(t, quicknet1000),
		[]byte("314159"))
	require.Equal(t, "d80ada2078ba1c2a4ef2c80401a5add2f116060c3bbaee629d84b278823040d0",
		text(ceremony))
	require.Equal(t, "dda377a988466ae01ceed34cdaa9fcb6bdac4fd1493bfef0d524773e7801c228",
		text(s.Key("ordinary")))
	require.Equal(t, "cf6530e04dc428df3621e7344a3678afff1d9677defb6924f810014b855ca590",
		text(s.Key("nev")))
}

func TestSeedDependsOnEveryInput(t *testing.T) {
	a, chain := [32]byte{1}, [32]byte{2}
	base := draw.NewSeed(a, chain, 3, []byte{4}, []byte{5})
	seeds := map[draw.Seed]bool{
		base: true,
		draw.NewSeed([32]byte{9}, chain, 3, []byte{4}, []byte{5}): true,
		draw.NewSeed(a, [32]byte{9}, 3, []byte{4}, []byte{5}):     true,
		draw.NewSeed(a, chain, 9, []byte{4}, []byte{5}):           true,
		draw.NewSeed(a, chain, 3, []byte{9}, []byte{5}):           true,
		draw.NewSeed(a, chain, 3, []byte{4}, []byte{9}):           true,
		// the border between the two counts
		draw.NewSeed(a, chain, 3, []byte{4, 5}, nil): true,
		draw.NewSeed(a, chain, 3, nil, []byte{4, 5}): true,
	}
	require.Len(t, seeds, 8)
}

func TestTicketAndScoreVectors(t *testing.T) {
	k := vectorSeed(t).Key("ordinary")
	require.Equal(t, "fe103003d057360392af023089b2e0315d54153528f7b33121b622774e17b94c",
		text(k.Ticket(0, "0001000000002")))
	require.Equal(t, "4ed70617267965cf8a9c0a66371775cb6427c0d31888fde033a20c775c0379c0",
		text(k.Ticket(1, "0001000000002")))
	require.Equal(t, k.Ticket(1, "0001000000002"), k.Score("0001000000002", 2))
	require.Equal(t, bytes.Repeat([]byte{0xff}, 32), sliced(k.Score("0001000000002", 0)))

	long := "a code that no roster would hold but that is hashed all the same"
	plain := append(append(append([]byte{}, k[:]...), 0, 0, 0, 7), long...)
	require.Equal(t, sha256.Sum256(plain), k.Ticket(7, long))
}

func sliced(b [32]byte) []byte { return b[:] }

func TestRankVectors(t *testing.T) {
	var out bytes.Buffer
	ranks, err := draw.Rank(vectorRoster("ordinary"), vectorSeed(t), 10)
	require.NoError(t, err)
	require.NoError(t, draw.WriteResult(&out, "ordinary", draw.PLD1, ranks))
	require.Equal(t, ""+
		"ordinary\t1\t0001000000004\t6\t1ce0c8422e6ee735ccfbb0aae797946d1d7293e8132ed0ba45650ef10f221eec\n"+
		"ordinary\t2\t0001000000005\t12\t22ac33c7256c975878e5ac81502590f2b93f18b7e234700e140af76f29576b67\n"+
		"ordinary\t3\t0001000000002\t2\t4ed70617267965cf8a9c0a66371775cb6427c0d31888fde033a20c775c0379c0\n"+
		"ordinary\t4\t0001000000001\t1\t949e50b9d8fb35dde98e340ba49e4861c337b73e3f7042ef2830bad7c02bb149\n"+
		"ordinary\t5\t0001000000003\t3\t95e4afe524db35fdeb8091d731b3fbae8346ac73553e7ce43386ec63bd163fc9\n",
		out.String())

	ranks, err = draw.Rank(vectorRoster("nev"), vectorSeed(t), 5)
	require.NoError(t, err)
	require.Equal(t, []string{"3 1222aac8", "5 13d6aaf8", "4 1c9d3093", "2 4c9169cb", "1 96ed6fcc"},
		short(ranks))
}

// short is the last digit of each code and the first of its score, by rank.
func short(ranks []draw.Ranked) []string {
	var s []string
	for _, r := range ranks {
		s = append(s, r.Code[len(r.Code)-1:]+" "+hex.EncodeToString(r.Score[:4]))
	}
	return s
}

func TestSealVector(t *testing.T) {
	s, err := vectorRoster("ordinary").Seal()
	require.NoError(t, err)
	require.Equal(t, "20ae2fcbb15556e17204bf75b7dee254085f7fa5c7e6739d3c0350b73a6da289",
		text(s.Root))
	require.Equal(t, uint64(5), s.Count)
	require.Equal(t, uint64(24), s.Weight)

	var file bytes.Buffer
	n, err := vectorRoster("ordinary").WriteTo(&file)
	require.NoError(t, err)
	require.Equal(t, int64(file.Len()), n)
	require.Equal(t, sha256.Sum256(file.Bytes()), s.FileSHA256)
}

func TestChainVectors(t *testing.T) {
	require.Equal(t, "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
		text(draw.Quicknet.Hash()))
	for _, v := range []struct {
		at    int64
		round uint64
	}{
		{0, 1},
		{-1 << 63, 1},
		{1692803367, 1},
		{1692803368, 2},
		{1692803370, 2},
		{1692803371, 3},
		{1776643200, 27946612}, // 2026-04-20T00:00:00Z
		{1798250400, 35149012}, // 2026-12-26T02:00:00Z
		{1798250401, 35149013},
	} {
		r, err := draw.Quicknet.RoundAt(v.at)
		require.NoError(t, err)
		require.Equal(t, v.round, r, v.at)
		at, err := draw.Quicknet.TimeOf(r)
		require.NoError(t, err)
		require.GreaterOrEqual(t, at, v.at)
		require.True(t, r == 1 || at-3 < v.at)
	}
}

func TestChainLimits(t *testing.T) {
	for _, r := range []uint64{0, 1 << 62, 1<<64 - 1} {
		_, err := draw.Quicknet.TimeOf(r)
		requireCode(t, err, "beacon_round", 0)
	}
	_, err := draw.Quicknet.RoundAt(1<<63 - 1)
	requireCode(t, err, "beacon_round", 0)
	_, err = draw.Chain{}.RoundAt(5)
	requireCode(t, err, "beacon_chain", 0)
	_, err = draw.Chain{Period: 1, Genesis: -5}.TimeOf(5)
	requireCode(t, err, "beacon_chain", 0)
}

func TestChainByName(t *testing.T) {
	demonstration := draw.Demonstration.Hash()
	for name, want := range map[string]draw.Chain{
		"quicknet": draw.Quicknet,
		"52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971": draw.Quicknet,
		"demonstration":               draw.Demonstration,
		"lotteryledger-demonstration": draw.Demonstration,
		text(demonstration):           draw.Demonstration,
	} {
		c, ok := draw.ChainByName(name)
		require.True(t, ok, name)
		require.Equal(t, want, c)
	}
	for _, name := range []string{
		"", "Quicknet",
		"52DB9BA70E0CC0F6EAF7803DD07447A1F5477735FD3F661792BA94600C84E971",
		"8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce",
	} {
		_, ok := draw.ChainByName(name)
		require.False(t, ok, name)
	}
}

// requireCode asks for an error of a code at a line.
func requireCode(t testing.TB, err error, code string, line int) {
	t.Helper()
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, code, e.Code)
	require.Equal(t, line, e.Site.Line)
	require.Contains(t, err.Error(), code)
}
