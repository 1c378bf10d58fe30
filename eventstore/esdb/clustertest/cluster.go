// Package clustertest is a cluster of event store nodes for tests, which can be put into the
// trouble that a real one has. Its nodes are doors to one server: each has an address of its own,
// answers gossip, serves calls that need the leader only while it is the leader, and can be
// killed, frozen, or made to refuse. What one node has stored, all have, at once; so a test sees
// what a client makes of the trouble, and nothing of replication.
package clustertest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// Cluster is a running cluster.
type Cluster struct {
	server *grpc.ClientConn
	nodes  []*node

	mu      sync.Mutex
	leader  int  // the node's number, or none
	told    int  // who the nodes say is the leader
	refuses bool // the leader is not ready
	calls   int  // that came so far, without gossip
	fault   Fault
	at      int // the call at which it happens; 0: at none
	timers  []*time.Timer
}

const none = -1

// Start starts a cluster in front of the server at this address, which speaks no TLS.
func Start(t *testing.T, nodes int, server string) *Cluster {
	conn, err := grpc.NewClient(server, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	c := &Cluster{server: conn}
	for i := range nodes {
		n, err := startNode(c, i)
		require.NoError(t, err)
		c.nodes = append(c.nodes, n)
	}
	t.Cleanup(func() {
		c.stop()
		for _, n := range c.nodes {
			n.stop()
		}
		require.NoError(t, conn.Close())
	})
	return c
}

// ConnectionString names all nodes.
func (c *Cluster) ConnectionString() string {
	var hosts []string
	for _, n := range c.nodes {
		hosts = append(hosts, n.address())
	}
	return "esdb://" + strings.Join(hosts, ",") + "?tls=false"
}

// Calls returns how many calls came so far, without those for gossip.
func (c *Cluster) Calls() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls
}

// Fault is a trouble that begins at a call.
type Fault struct {
	Kind Kind
	// Answered: the call is carried out, and its answer is lost. Otherwise the call itself is.
	Answered bool
	// Noticed is after what time the others notice, and Elected after what time more they have
	// a leader.
	Noticed, Elected time.Duration
	// Back is after what time a node that was killed or frozen is back, as a follower.
	Back time.Duration
}

// Kind is what happens to the leader.
type Kind string

// The kinds of trouble.
const (
	Kill   Kind = "kill"   // its connections break, and nobody listens
	Freeze Kind = "freeze" // its connections stay, and nothing comes over them
	Resign Kind = "resign" // another node leads, and this one says so
	Refuse Kind = "refuse" // it is not ready
	Lose   Kind = "lose"   // it knows of no leader
)

// Kinds lists them all.
var Kinds = []Kind{Kill, Freeze, Resign, Refuse, Lose}

// FailAt lets a fault happen at the call with this number, from 1 on, counted from now.
func (c *Cluster) FailAt(call int, f Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fault, c.at = f, c.calls+call
}

// Fail lets a fault happen now.
func (c *Cluster) Fail(f Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fault = f
	c.begin()
}

// Recover ends all trouble.
func (c *Cluster) Recover() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range c.timers {
		t.Stop()
	}
	c.leader, c.told, c.refuses = 0, 0, false
	for _, n := range c.nodes {
		n.thaw()
		n.revive()
	}
}

// came counts a call at a node, and returns the fault that happens at it.
func (c *Cluster) came() (f Fault, happens bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls++
	return c.fault, c.calls == c.at
}

// happen lets the fault happen that came returned.
func (c *Cluster) happen() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.begin()
}

func (c *Cluster) begin() {
	f, victim := c.fault, c.leader
	if victim == none {
		return
	}
	n := c.nodes[victim]
	next := (victim + 1) % len(c.nodes)
	switch f.Kind {
	case Kill:
		n.kill()
		c.after(f.Back, func() { n.revive() })
	case Freeze:
		n.freeze()
		c.after(f.Back, func() { n.thaw() })
	case Resign:
		c.leader, c.told = next, next
		return
	case Refuse:
		c.refuses = true
		c.after(f.Noticed+f.Elected, func() { c.refuses = false })
		return
	case Lose:
		next = victim
	}
	c.leader = none
	c.after(f.Noticed, func() { c.told = none })
	c.after(f.Noticed+f.Elected, func() { c.leader, c.told = next, next })
}

// after does something later, under the mutex.
func (c *Cluster) after(d time.Duration, do func()) {
	c.timers = append(c.timers, time.AfterFunc(d, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		do()
	}))
}

func (c *Cluster) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range c.timers {
		t.Stop()
	}
}

// leading returns whether a node leads and is ready, and who it says does.
func (c *Cluster) leading(n int) (leads bool, told int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.leader == n && !c.refuses, c.told
}

// members serves gossip at a node.
type members struct {
	gossip.UnimplementedGossipServer
	*Cluster
}

// Read lists the nodes as they are known to each other.
func (m members) Read(context.Context, *shared.Empty) (*gossip.ClusterInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	info := &gossip.ClusterInfo{}
	for i, n := range m.nodes {
		state := gossip.MemberInfo_Follower
		switch m.told {
		case none:
			state = gossip.MemberInfo_Unknown
		case i:
			state = gossip.MemberInfo_Leader
		}
		info.Members = append(info.Members, &gossip.MemberInfo{
			InstanceId: &shared.UUID{Value: &shared.UUID_String_{String_: uuid.NewString()}},
			State:      state, IsAlive: m.told == i || n.alive(),
			HttpEndPoint: &gossip.EndPoint{Address: n.host, Port: uint32(n.port)},
		})
	}
	return info, nil
}

func (f Fault) String() string {
	when := "before"
	if f.Answered {
		when = "after"
	}
	return fmt.Sprintf("%s %s", f.Kind, when)
}
