package esdb_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
	"lotteryledger/eventstore/embedded/embeddedtest"
	"lotteryledger/eventstore/storetest"
)

// TestBulkContract: appends in bulk keep the whole contract.
func TestBulkContract(t *testing.T) {
	h := newHost(t)
	storetest.Run(t, func(t *testing.T) eventstore.Store {
		s := open(t, h.server.ConnectionString())
		s.Bulk(t)
		return s
	})
}

// TestForeignContract: with a server that has no calls of its own for us the contract is the
// same.
func TestForeignContract(t *testing.T) {
	h := newHost(t)
	storetest.Run(t, func(t *testing.T) eventstore.Store {
		s := open(t, h.server.ConnectionString())
		s.Estrange()
		return s
	})
}

// TestForeign: a server that does not know the calls is asked once.
func TestForeign(t *testing.T) {
	server := &odd{messages: []*streams.ReadResp{
		{Content: &streams.ReadResp_Confirmation{
			Confirmation: &streams.ReadResp_SubscriptionConfirmation{},
		}},
		{Content: &streams.ReadResp_CaughtUp_{CaughtUp: &streams.ReadResp_CaughtUp{}}},
	}}
	s := open(t, server.serve(t))
	require.False(t, s.Foreign())
	for range 2 {
		for _, err := range s.Streams(t.Context(), "a") {
			require.NoError(t, err)
		}
		require.True(t, s.Foreign())
	}
}

// TestBulkIsForMany: few appends at once are the official client's, many share a call.
func TestBulkIsForMany(t *testing.T) {
	h := newHost(t)
	s := open(t, h.server.ConnectionString())
	for i := range 20 {
		_, err := s.Append(t.Context(), fmt.Sprint("few-", i), eventstore.NoStream, some(1)...)
		require.NoError(t, err)
	}
	require.Zero(t, s.Sent())
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			for k := 0; k < 20 || s.Sent() == 0 && k < 10_000; k++ {
				_, err := s.Append(t.Context(), fmt.Sprint("many-", i), eventstore.Expected(k-1),
					some(1)...)
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	require.NotZero(t, s.Sent())
}

// TestBulkRefusals: what the server refuses has the error that the official client gives.
func TestBulkRefusals(t *testing.T) {
	h := newHost(t)
	s := open(t, h.server.ConnectionString())
	s.Bulk(t)
	_, err := s.Append(t.Context(), "$all", eventstore.NoStream, some(1)...)
	require.ErrorContains(t, err, "denied")
	_, err = s.Append(t.Context(), "", eventstore.NoStream, some(1)...)
	require.ErrorContains(t, err, "stream name is empty")
	_, err = s.Append(t.Context(), "a", 7, some(1)...)
	require.ErrorIs(t, err, eventstore.ErrConflict)
	require.EqualValues(t, 3, s.Sent())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.Append(ctx, "a", eventstore.NoStream, some(1)...)
	require.ErrorIs(t, err, context.Canceled)
}

// TestBulkOverLostServers: an append whose answer is lost is made again, and stored once.
func TestBulkOverLostServers(t *testing.T) {
	h := newHost(t)
	s := open(t, "esdb://"+h.listen+"?tls=false")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var wg sync.WaitGroup
	const writers, each = 32, 60
	for i := range writers {
		wg.Go(func() {
			for k := range each {
				_, err := s.Append(ctx, fmt.Sprint("w-", i), eventstore.Expected(k-1), some(1)...)
				if err != nil {
					t.Error(err)
					return
				}
				time.Sleep(time.Millisecond)
			}
		})
	}
	for range 3 {
		time.Sleep(100 * time.Millisecond)
		h.stop()
		h.start()
	}
	wg.Wait()
	n := 0
	for _, err := range s.ReadAll(ctx, eventstore.Start, "w-") {
		require.NoError(t, err)
		n++
	}
	require.Equal(t, writers*each, n)
}

// TestBulkIsAskedWho: a server with users asks in bulk, too.
func TestBulkIsAskedWho(t *testing.T) {
	_, dir, address := secured(t)
	connection := func(password string) string {
		return embeddedtest.ConnectionString(dir, "esdb", embeddedtest.User, password, address)
	}
	s := open(t, connection(embeddedtest.UserPassword))
	s.Bulk(t)
	_, err := s.Append(t.Context(), "a", eventstore.NoStream, some(1)...)
	require.NoError(t, err)
	_, err = s.Append(t.Context(), "$a", eventstore.NoStream, some(1)...)
	require.ErrorContains(t, err, "access denied")
	require.EqualValues(t, 2, s.Sent())

	wrong := open(t, connection("wrong"))
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			_, err := wrong.Append(t.Context(), fmt.Sprint("b-", i), eventstore.NoStream,
				some(1)...)
			if err == nil {
				t.Error("stored without a password")
			}
		})
	}
	wg.Wait()
	require.Zero(t, wrong.Sent())
}
