package clustertest

import (
	"net"
	"strconv"
	"sync"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// node is a door to the server.
type node struct {
	cluster *Cluster
	number  int
	host    string
	port    int
	rpc     *grpc.Server
	inner   net.Listener // of rpc
	served  chan struct{}

	mu     sync.Mutex
	outer  net.Listener // where clients come in; nil while the node is dead
	conns  map[net.Conn]bool
	frozen chan struct{} // closed when the node goes on; nil: it is not frozen
}

func startNode(c *Cluster, number int) (*node, error) {
	n := &node{
		cluster: c, number: number, host: "127.0.0.1", served: make(chan struct{}),
		conns: map[net.Conn]bool{},
	}
	var err error
	if n.inner, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	n.rpc = grpc.NewServer(grpc.UnknownServiceHandler(n.pass), grpc.ForceServerCodecV2(newCodec()))
	gossip.RegisterGossipServer(n.rpc, members{Cluster: c})
	go func() {
		defer close(n.served)
		_ = n.rpc.Serve(n.inner) // ends when it is stopped
	}()
	n.revive()
	return n, nil
}

func (n *node) address() string { return net.JoinHostPort(n.host, strconv.Itoa(n.port)) }

func (n *node) alive() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.outer != nil && n.frozen == nil
}

// kill breaks all connections, and lets nobody in.
func (n *node) kill() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.outer == nil {
		return
	}
	_ = n.outer.Close()
	n.outer = nil
	for conn := range n.conns {
		_ = conn.Close()
	}
}

// revive lets clients in, at the address that the node had before.
func (n *node) revive() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.outer != nil {
		return
	}
	l, err := net.Listen("tcp", n.address())
	if err != nil {
		panic(err) // the port was the node's a moment ago
	}
	n.port = l.Addr().(*net.TCPAddr).Port
	n.outer = l
	go n.accept(l)
}

// freeze lets nothing through any more, and breaks nothing.
func (n *node) freeze() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.frozen == nil {
		n.frozen = make(chan struct{})
	}
}

func (n *node) thaw() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.frozen != nil {
		close(n.frozen)
		n.frozen = nil
	}
}

func (n *node) stop() {
	n.thaw()
	n.kill()
	n.rpc.Stop()
	<-n.served
}

func (n *node) accept(l net.Listener) {
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", n.inner.Addr().String())
		if err != nil {
			_ = client.Close()
			continue
		}
		n.mu.Lock()
		n.conns[client], n.conns[server] = true, true
		if n.outer != l { // killed meanwhile
			_, _ = client.Close(), server.Close()
		}
		n.mu.Unlock()
		go n.copy(client, server)
		go n.copy(server, client)
	}
}

// copy passes bytes on until one of the connections ends, and none while the node is frozen.
func (n *node) copy(from, to net.Conn) {
	defer func() {
		_, _ = from.Close(), to.Close()
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(n.conns, from)
		delete(n.conns, to)
	}()
	b := make([]byte, 32<<10)
	for {
		read, err := from.Read(b)
		n.mu.Lock()
		frozen := n.frozen
		n.mu.Unlock()
		if frozen != nil {
			<-frozen
		}
		if _, failed := to.Write(b[:read]); err != nil || failed != nil {
			return
		}
	}
}

// codec passes messages of calls on as they are, and leaves those of gossip to gRPC.
type codec struct{ encoding.CodecV2 }

func newCodec() codec { return codec{encoding.GetCodecV2(proto.Name)} }

func (c codec) Marshal(v any) (mem.BufferSlice, error) {
	if m, ok := v.(*[]byte); ok {
		return mem.BufferSlice{mem.SliceBuffer(*m)}, nil
	}
	return c.CodecV2.Marshal(v)
}

func (c codec) Unmarshal(data mem.BufferSlice, v any) error {
	if m, ok := v.(*[]byte); ok {
		*m = data.Materialize()
		return nil
	}
	return c.CodecV2.Unmarshal(data, v)
}

// pass carries out a call of the server, if this node may, and lets the fault happen that is
// due at it.
func (n *node) pass(_ any, down grpc.ServerStream) error {
	fault, happens := n.cluster.came()
	if happens && !fault.Answered {
		n.cluster.happen()
	}
	if err := n.refuses(down); err != nil {
		return err
	}
	return n.forward(down, happens && fault.Answered)
}

// refuses is why this node does not serve a call.
func (n *node) refuses(down grpc.ServerStream) error {
	md, _ := metadata.FromIncomingContext(down.Context())
	if len(md.Get("requires-leader")) == 0 {
		return nil
	}
	leads, told := n.cluster.leading(n.number)
	switch {
	case leads:
		return nil
	case told == n.number:
		return status.Error(codes.Unavailable, "Server Is Not Ready")
	case told == none:
		return status.Error(codes.Unknown, "No leader info available in response")
	}
	leader := n.cluster.nodes[told]
	down.SetTrailer(metadata.Pairs("exception", "not-leader",
		"leader-endpoint-host", leader.host, "leader-endpoint-port", strconv.Itoa(leader.port)))
	return status.Error(codes.NotFound, "Leader info available")
}
