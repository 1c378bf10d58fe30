package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"
	"github.com/rs/zerolog"
	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"
)

// Options say where a store keeps its events, and where a server listens.
type Options struct {
	Dir string // folder of the store; made when it does not exist
	// host:port, of a loopback address unless Security has users; default 127.0.0.1:0
	Listen   string
	Security *Security      // nil: plain text, and whoever can connect may do everything
	FS       vfs.FS         // file system of the folder; default the disk
	Logger   zerolog.Logger // receives failures; the zero value drops them
}

// Server is a [Store] that others can reach over the network.
type Server struct {
	*Store
	grpc     *grpc.Server
	listener net.Listener
	access   *access  // nil without security
	public   endpoint // by which clients reach the server
	served   chan struct{}
	close    func() error
}

// Open opens the store in the folder, or makes it, and serves it. Only one server at
// a time can have a folder open.
func Open(o Options) (*Server, error) {
	if o.FS == nil {
		o.FS = vfs.Default
	}
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	_, port, err := net.SplitHostPort(o.Listen)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return nil, optionsError("the event store listens at HOST:PORT, not at %q", o.Listen)
	}
	addr, err := net.ResolveTCPAddr("tcp", o.Listen)
	if err != nil {
		return nil, fmt.Errorf("resolving the address of the event store: %w", err)
	}
	if (o.Security == nil || o.Security.Users == "") && !addr.IP.IsLoopback() {
		return nil, optionsError(
			"without users the event store listens on loopback addresses only, not on %q", o.Listen)
	}
	access, err := o.Security.open(addr)
	if err != nil {
		return nil, err
	}
	listener, err := net.ListenTCP("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("opening the address of the event store: %w", err)
	}
	st, err := OpenStore(o)
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	s := &Server{
		Store: st, listener: listener, access: access,
		served: make(chan struct{}), grpc: newGRPC(access.transport()...),
	}
	s.public = access.reachedAt(listener)
	s.close = sync.OnceValue(s.shutdown)
	streams.RegisterStreamsServer(s.grpc, &service{Store: st, access: access})
	serverfeatures.RegisterServerFeaturesServer(s.grpc, features{})
	gossip.RegisterGossipServer(s.grpc, newMember(s.public))
	(&operations{st, access, o.Dir, o.FS}).register(s.grpc)
	go func() {
		defer close(s.served)
		if err := s.grpc.Serve(listener); err != nil {
			st.store.logger.Error().Err(err).Msg("event store stopped serving")
		}
	}()
	return s, nil
}

// pings says how often clients may ask whether the server is there. They do every ten
// seconds, also without calls; who asks more often than allowed is cut off.
var pings = keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}

func newGRPC(more ...grpc.ServerOption) *grpc.Server {
	const window = 1 << 20
	return grpc.NewServer(append(more,
		grpc.ForceServerCodecV2(newCodec()),
		grpc.UnaryInterceptor(answerUnary),
		grpc.StreamInterceptor(answerStream),
		// An event over the limit is received whole, so that the answer can say so.
		grpc.MaxRecvMsgSize(17<<20),
		// Whoever connects and says nothing keeps a server that stops for no longer.
		grpc.ConnectionTimeout(handshake),
		// Nobody may hand requests to a writer that has stopped.
		grpc.WaitForHandlers(true),
		// Handlers that come back to a grown stack need not grow it again.
		grpc.NumStreamWorkers(64),
		grpc.InitialWindowSize(window),
		grpc.InitialConnWindowSize(4*window),
		grpc.WriteBufferSize(256<<10),
		grpc.ReadBufferSize(256<<10),
		grpc.KeepaliveEnforcementPolicy(pings),
		grpc.KeepaliveParams(keepalive.ServerParameters{
			Time:    10 * time.Second,
			Timeout: 10 * time.Second,
		}),
	)...)
}

// Addr is the address on which the server listens.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

const (
	gracePeriod = 5 * time.Second // how long calls may go on after Close
	handshake   = 5 * time.Second // how long a client may take to say that it is one
)

// Close ends subscriptions, lets other calls finish for five seconds, then cuts them
// off and closes the store. After a failure it returns its cause and leaves the files
// for the next process to recover.
func (s *Server) Close() error { return s.close() }

func (s *Server) shutdown() error {
	s.stop()
	graceful := make(chan struct{})
	go func() {
		defer close(graceful)
		s.grpc.GracefulStop()
	}()
	select {
	case <-graceful:
	case <-time.After(gracePeriod):
		s.grpc.Stop()
		<-graceful
	}
	<-s.served
	return s.Store.Close()
}

// version is that of the EventStoreDB whose behaviour is followed.
const version = "23.10.6"

// features implements the ServerFeatures service.
type features struct {
	serverfeatures.UnimplementedServerFeaturesServer
}

// GetSupportedMethods lists the calls of the Streams service that are answered.
func (features) GetSupportedMethods(context.Context,
	*shared.Empty,
) (*serverfeatures.SupportedMethods, error) {
	m := &serverfeatures.SupportedMethods{EventStoreServerVersion: version}
	for _, name := range []string{"append", "read", "delete", "tombstone"} {
		m.Methods = append(m.Methods, &serverfeatures.SupportedMethod{
			MethodName: name, ServiceName: "event_store.client.streams.streams",
		})
	}
	return m, nil
}

// member implements the Gossip service for a cluster of one.
type member struct {
	gossip.UnimplementedGossipServer
	id uuid.UUID
	at endpoint
}

func newMember(at endpoint) *member { return &member{id: uuid.New(), at: at} }

// Read describes this server as the leader.
func (m *member) Read(context.Context, *shared.Empty) (*gossip.ClusterInfo, error) {
	return &gossip.ClusterInfo{Members: []*gossip.MemberInfo{{
		InstanceId:   &shared.UUID{Value: &shared.UUID_String_{String_: m.id.String()}},
		TimeStamp:    time.Now().UnixNano() / 100,
		State:        gossip.MemberInfo_Leader,
		IsAlive:      true,
		HttpEndPoint: &gossip.EndPoint{Address: m.at.host, Port: uint32(m.at.port)},
	}}}, nil
}
