package embedded_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

func (f *fixture) notFound(stream string) {
	f.Helper()
	_, err := f.readWith(stream, client.ReadStreamOptions{From: client.Start{}}, math.MaxUint64)
	require.Equal(f, client.ErrorCodeResourceNotFound, code(f, err))
}

// truncation returns the $tb of a stream's last metadata.
func (f *fixture) metadata(stream string) string {
	f.Helper()
	got := f.read("$$" + stream)
	require.Len(f, got, 1, "a metastream shows its last event only")
	return string(got[0].Event.Data)
}

func TestSoftDelete(t *testing.T) {
	f := newFixture(t)
	f.put("a", some(3)...)
	f.setMetadata("a", `{"$maxCount":10,"own":{"x":1}}`)
	require.NoError(t, f.delete("a", client.Revision(2)))
	f.notFound("a")
	require.Equal(t, `{"$tb":9223372036854775807}`, f.metadata("a"), "other settings are lost")
	require.Len(t, f.all(), 5, "$all still shows everything")

	t.Run("again", func(t *testing.T) {
		require.NoError(t, f.delete("a", client.Any{}))
		require.Equal(t, client.ErrorCodeStreamDeleted, code(t, f.delete("a", client.StreamExists{})))
		f.notFound("a")
	})
	t.Run("append goes on counting", func(t *testing.T) {
		w := f.put("a", some(2)...)
		require.EqualValues(t, 4, w.NextExpectedVersion)
		require.Equal(t, []int{3, 4}, revisions(f.read("a")))
		require.Equal(t, `{"$tb":3}`, f.metadata("a"))
		all := f.all()
		require.Equal(t, "$$a", all[len(all)-1].Event.StreamID, "the metadata follows the events")
		require.Equal(t, w.CommitPosition, all[len(all)-2].Event.Position.Commit)
	})
	t.Run("append after delete keeps other settings of the deletion", func(t *testing.T) {
		f.setMetadata("a", `{"$tb":9223372036854775807,"own":{"x":1}}`)
		f.notFound("a")
		f.put("a", some(1)...)
		require.JSONEq(t, `{"$tb":5,"own":{"x":1}}`, f.metadata("a"))
		require.Equal(t, []int{5}, revisions(f.read("a")))
	})
	t.Run("metadata undeletes", func(t *testing.T) {
		require.NoError(t, f.delete("a", client.Any{}))
		f.setMetadata("a", `{"$maxCount":7}`)
		require.JSONEq(t, `{"$maxCount":7,"$tb":6}`, f.metadata("a"))
		require.Empty(t, f.read("a"), "the stream is there again, without events")
		f.put("a", some(1)...)
		require.Equal(t, []int{6}, revisions(f.read("a")))
	})
	t.Run("metadata that is no JSON ends the deletion as it is", func(t *testing.T) {
		require.NoError(t, f.delete("a", client.Any{}))
		f.put("$$a", client.EventData{EventID: uuid.New(), EventType: "$metadata", ContentType: client.ContentTypeBinary, Data: []byte{1}})
		require.Len(t, f.read("a"), 7)
	})
}

// TestUndeleteInOneGroup writes to a soft-deleted stream while its metadata is still
// being committed.
func TestUndeleteInOneGroup(t *testing.T) {
	f := newFixture(t)
	for i := range 50 {
		stream := fmt.Sprint("a", i)
		f.put(stream, some(1)...)
		done := make(chan error, 4)
		go func() { done <- f.delete(stream, client.Any{}) }()
		for range 3 {
			go func() {
				_, err := f.append(stream, client.Any{}, some(1)...)
				done <- err
			}()
		}
		for range cap(done) {
			require.NoError(t, <-done)
		}
		f.put(stream, some(1)...)
		got := revisions(f.read(stream))
		require.Equal(t, 4, got[len(got)-1])
	}
}

func TestDeleteExpectations(t *testing.T) {
	for _, act := range []struct {
		name string
		call func(*fixture, string, client.ExpectedRevision) error
		// wanted for any, no stream, stream exists, revision 0, 1, 2 on a stream that is
		// missing, has metadata only, has two events, is soft-deleted after two events
		want map[string][4]string
	}{
		{"delete", (*fixture).delete, map[string][4]string{
			"any": {"wrong", "", "", ""}, "none": {"wrong", "", "wrong", ""}, "exists": {"wrong", "", "", "deleted"},
			"0": {"wrong", "wrong", "wrong", "wrong"}, "1": {"wrong", "wrong", "", ""}, "2": {"wrong", "wrong", "wrong", "wrong"},
		}},
		{"tombstone", (*fixture).tombstone, map[string][4]string{
			"any": {"", "", "", ""}, "none": {"", "", "wrong", ""}, "exists": {"wrong", "", "", "deleted"},
			"0": {"wrong", "wrong", "wrong", "wrong"}, "1": {"wrong", "wrong", "", ""}, "2": {"wrong", "wrong", "wrong", "wrong"},
		}},
	} {
		f := newFixture(t)
		expectations := map[string]client.ExpectedRevision{
			"any": client.Any{}, "none": client.NoStream{}, "exists": client.StreamExists{},
			"0": client.Revision(0), "1": client.Revision(1), "2": client.Revision(2),
		}
		for expected, wants := range act.want {
			for i, state := range []string{"missing", "metadata only", "two events", "soft-deleted"} {
				t.Run(act.name+"/"+expected+"/"+state, func(t *testing.T) {
					stream := uuid.NewString()
					switch i {
					case 1:
						f.setMetadata(stream, `{}`)
					case 2, 3:
						f.put(stream, some(2)...)
					}
					if i == 3 {
						require.NoError(t, f.delete(stream, client.Any{}))
					}
					err := act.call(f, stream, expectations[expected])
					switch wants[i] {
					case "":
						require.NoError(t, err)
						_, err = f.readWith(stream, client.ReadStreamOptions{From: client.Start{}}, 1)
						if act.name == "delete" {
							require.Equal(t, client.ErrorCodeResourceNotFound, code(t, err))
						} else {
							require.Equal(t, client.ErrorCodeStreamDeleted, code(t, err))
						}
					case "wrong":
						require.Equal(t, codes.FailedPrecondition, status.Code(err), "%v", err)
						require.Equal(t, client.ErrorCodeUnknown, code(t, err))
					case "deleted":
						require.Equal(t, client.ErrorCodeStreamDeleted, code(t, err))
					}
				})
			}
		}
	}
}

func TestWrongVersionTrailers(t *testing.T) {
	f := newFixture(t)
	f.put("a", some(2)...)
	want := metadata.Pairs("exception", "wrong-expected-version", "stream-name", "a", "expected-version", "0", "actual-version", "1")
	var trailer metadata.MD
	_, err := f.raw.Delete(f.ctx, &streams.DeleteReq{Options: &streams.DeleteReq_Options{
		StreamIdentifier: identifier("a"), ExpectedStreamRevision: &streams.DeleteReq_Options_Revision{Revision: 0},
	}}, grpc.Trailer(&trailer))
	require.Equal(t, codes.FailedPrecondition, status.Code(err))
	for key, value := range want {
		require.Equal(t, value, trailer.Get(key), key)
	}
	_, err = f.raw.Tombstone(f.ctx, &streams.TombstoneReq{Options: &streams.TombstoneReq_Options{
		StreamIdentifier: identifier("a"), ExpectedStreamRevision: &streams.TombstoneReq_Options_Revision{Revision: 0},
	}}, grpc.Trailer(&trailer))
	require.Equal(t, codes.FailedPrecondition, status.Code(err))
	for key, value := range want {
		require.Equal(t, value, trailer.Get(key), key)
	}
	_, err = f.raw.Delete(f.ctx, &streams.DeleteReq{})
	require.Equal(t, codes.InvalidArgument, status.Code(err))
}

func TestTombstone(t *testing.T) {
	f := newFixture(t)
	f.put("a", some(2)...)
	f.setMetadata("a", `{"$maxCount":5}`)
	require.NoError(t, f.tombstone("a", client.Revision(1)))

	all := f.all()
	end := all[len(all)-1].Event
	require.Equal(t, "$streamDeleted", end.EventType)
	require.EqualValues(t, math.MaxInt64, end.EventNumber)

	for _, stream := range []string{"a", "$$a"} {
		t.Run(stream, func(t *testing.T) {
			_, err := f.readWith(stream, client.ReadStreamOptions{From: client.Start{}}, 1)
			require.Equal(t, client.ErrorCodeStreamDeleted, code(t, err))
			_, err = f.append(stream, client.Any{}, some(1)...)
			require.Equal(t, client.ErrorCodeStreamDeleted, code(t, err))
			require.Equal(t, client.ErrorCodeStreamDeleted, code(t, f.delete(stream, client.Any{})))
			require.Equal(t, client.ErrorCodeStreamDeleted, code(t, f.tombstone(stream, client.Any{})))
			_, err = f.client.SubscribeToStream(f.ctx, stream, client.SubscribeToStreamOptions{From: client.End{}})
			require.Equal(t, client.ErrorCodeStreamDeleted, code(t, err))
		})
	}
	require.NoError(t, f.tombstone("never was", client.NoStream{}))
	_, err := f.append("never was", client.NoStream{}, some(1)...)
	require.Equal(t, client.ErrorCodeStreamDeleted, code(t, err))
}

func TestMetadata(t *testing.T) {
	f := newFixture(t)
	f.put("a", some(10)...)
	for _, row := range []struct {
		name, metadata string
		first          int // lowest revision that is seen
	}{
		{"none", `{}`, 0},
		{"max count", `{"$maxCount":3}`, 7},
		{"max count over the length", `{"$maxCount":30}`, 0},
		{"truncated", `{"$tb":4}`, 4},
		{"both, count wins", `{"$tb":4,"$maxCount":2}`, 8},
		{"both, truncation wins", `{"$tb":9,"$maxCount":5}`, 9},
		{"all truncated", `{"$tb":100}`, 10},
		{"not positive", `{"$maxCount":0,"$tb":-3,"$maxAge":-1}`, 0},
		{"cache control is only stored", `{"$cacheControl":12}`, 0},
		{"beyond int64", `{"$tb":4,"$maxCount":9223372036854775808}`, 0},
		{"no integer", `{"$tb":4,"$maxCount":"3"}`, 0},
		{"no JSON", `{"$tb":4`, 0},
		{"no object", `[4]`, 0},
		{"young enough", `{"$maxAge":1000}`, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			f.setMetadata("a", row.metadata)
			want := []int{}
			for i := row.first; i < 10; i++ {
				want = append(want, i)
			}
			require.Equal(t, want, revisions(f.read("a")))
			got, err := f.readWith("a", client.ReadStreamOptions{From: client.End{}, Direction: client.Backwards}, math.MaxUint64)
			require.NoError(t, err)
			for i, j := 0, len(want)-1; i < j; i, j = i+1, j-1 {
				want[i], want[j] = want[j], want[i]
			}
			require.Equal(t, want, revisions(got))
		})
	}
	t.Run("not flagged as JSON", func(t *testing.T) {
		f.put("$$a", client.EventData{EventID: uuid.New(), EventType: "$metadata", ContentType: client.ContentTypeBinary, Data: []byte(`{"$tb":4}`)})
		require.Len(t, f.read("a"), 10)
	})
	t.Run("hides nothing from $all", func(t *testing.T) {
		f.setMetadata("a", `{"$tb":4}`)
		seen := 0
		for _, e := range f.all() {
			if e.Event.StreamID == "a" {
				seen++
			}
		}
		require.Equal(t, 10, seen)
	})
	t.Run("by the client", func(t *testing.T) {
		var m client.StreamMetadata
		m.SetMaxCount(2)
		_, err := f.client.SetStreamMetadata(f.ctx, "a", client.AppendToStreamOptions{ExpectedRevision: client.Any{}}, m)
		require.NoError(t, err)
		require.Equal(t, []int{8, 9}, revisions(f.read("a")))
		back, err := f.client.GetStreamMetadata(f.ctx, "a", client.ReadStreamOptions{From: client.End{}, Direction: client.Backwards})
		require.NoError(t, err)
		require.EqualValues(t, 2, *back.MaxCount())
	})
}

func TestMaxAge(t *testing.T) {
	f := newFixture(t)
	f.put("a", some(2)...)
	f.setMetadata("a", `{"$maxAge":1}`)
	require.Len(t, f.read("a"), 2)
	time.Sleep(1100 * time.Millisecond)
	require.Empty(t, f.read("a"), "an expired stream is empty, not missing")
	f.put("a", some(1)...)
	require.Equal(t, []int{2}, revisions(f.read("a")))
}
