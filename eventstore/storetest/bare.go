package storetest

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
)

// dialLeader connects to the leader among the nodes of a connection string, without
// the official client.
func dialLeader(t *testing.T, config *client.Configuration) *grpc.ClientConn {
	seeds := []string{config.Address}
	for _, s := range config.GossipSeeds {
		seeds = append(seeds, s.String())
	}
	var errs []error
	for _, seed := range seeds {
		_, address, schemed := strings.Cut(seed, "://")
		if !schemed {
			address = seed
		}
		if address == "" {
			continue
		}
		conn := dialBare(t, config, address)
		leader, err := leaderOf(t, conn)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if leader == address || len(config.GossipSeeds) == 0 {
			return conn
		}
		return dialBare(t, config, leader)
	}
	require.Fail(t, "no node tells who is the leader", "%v", errors.Join(errs...))
	return nil
}

func leaderOf(t *testing.T, conn *grpc.ClientConn) (address string, err error) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	info, err := gossip.NewGossipClient(conn).Read(ctx, &shared.Empty{})
	if err != nil {
		return "", err
	}
	for _, m := range info.GetMembers() {
		if m.GetState() == gossip.MemberInfo_Leader && m.GetIsAlive() {
			at := m.GetHttpEndPoint()
			return net.JoinHostPort(at.GetAddress(), strconv.Itoa(int(at.GetPort()))), nil
		}
	}
	return "", errors.New("the cluster has no leader")
}

func dialBare(t *testing.T, config *client.Configuration, address string) *grpc.ClientConn {
	options := []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}
	if !config.DisableTLS {
		options = []grpc.DialOption{grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{
			InsecureSkipVerify: config.SkipCertificateVerification, RootCAs: config.RootCAs,
		}))}
		if config.Username != "" {
			options = append(options,
				grpc.WithPerRPCCredentials(basic(config.Username+":"+config.Password)))
		}
	}
	conn, err := grpc.NewClient(address, options...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	return conn
}

// basic is "user:password" in each call.
type basic string

// GetRequestMetadata makes the header.
func (b basic) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Basic " +
		base64.StdEncoding.EncodeToString([]byte(b))}, nil
}

// RequireTransportSecurity keeps the password off plain connections.
func (basic) RequireTransportSecurity() bool { return true }

func identifier(stream string) *shared.StreamIdentifier {
	return &shared.StreamIdentifier{StreamName: []byte(stream)}
}

// bareAppend sends messages as they are and returns what came back. A server may
// answer before it has read everything.
func (p *peer) bareAppend(msgs ...*streams.AppendReq) (*streams.AppendResp, metadata.MD, error) {
	p.Helper()
	var trailer metadata.MD
	call, err := p.streams().Append(p.ctx, grpc.Trailer(&trailer))
	require.NoError(p, err)
	for _, m := range msgs {
		if err := call.Send(m); err != nil {
			require.ErrorIs(p, err, io.EOF)
			break
		}
	}
	resp, err := call.CloseAndRecv()
	return resp, trailer, err
}

// to begins an append without expectation.
func to(stream string) *streams.AppendReq {
	return &streams.AppendReq{
		Content: &streams.AppendReq_Options_{Options: &streams.AppendReq_Options{
			StreamIdentifier:       identifier(stream),
			ExpectedStreamRevision: &streams.AppendReq_Options_Any{Any: &shared.Empty{}},
		}},
	}
}

// message is an event of an append, changed a little.
func message(changes ...func(*streams.AppendReq_ProposedMessage)) *streams.AppendReq {
	m := &streams.AppendReq_ProposedMessage{
		Id:       &shared.UUID{Value: &shared.UUID_String_{String_: uuid.NewString()}},
		Metadata: map[string]string{"type": "happened", "content-type": "application/json"},
		Data:     []byte("{}"),
	}
	for _, change := range changes {
		change(m)
	}
	return &streams.AppendReq{Content: &streams.AppendReq_ProposedMessage_{ProposedMessage: m}}
}

// bareRead receives everything that a read yields.
func (p *peer) bareRead(o *streams.ReadReq_Options) (got []*streams.ReadResp, trailer metadata.MD,
	err error,
) {
	p.Helper()
	call, err := p.streams().Read(p.ctx, &streams.ReadReq{Options: o}, grpc.Trailer(&trailer))
	require.NoError(p, err)
	for {
		m, err := call.Recv()
		if errors.Is(err, io.EOF) {
			return got, trailer, nil
		}
		if err != nil {
			return got, trailer, err
		}
		got = append(got, m)
	}
}

// wholeStream are the options of a read of a stream from its start.
func wholeStream(stream string) *streams.ReadReq_Options {
	return &streams.ReadReq_Options{
		StreamOption: &streams.ReadReq_Options_Stream{
			Stream: &streams.ReadReq_Options_StreamOptions{
				StreamIdentifier: identifier(stream),
				RevisionOption: &streams.ReadReq_Options_StreamOptions_Start{
					Start: &shared.Empty{},
				},
			},
		},
		CountOption:  &streams.ReadReq_Options_Count{Count: 100},
		FilterOption: &streams.ReadReq_Options_NoFilter{NoFilter: &shared.Empty{}},
		UuidOption: &streams.ReadReq_Options_UUIDOption{
			Content: &streams.ReadReq_Options_UUIDOption_Structured{Structured: &shared.Empty{}},
		},
	}
}

// everything is $all from its start.
func everything() *streams.ReadReq_Options_All {
	return &streams.ReadReq_Options_All{All: &streams.ReadReq_Options_AllOptions{
		AllOption: &streams.ReadReq_Options_AllOptions_Start{Start: &shared.Empty{}},
	}}
}
