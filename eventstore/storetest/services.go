package storetest

import (
	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/projections"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// serviceFacts are what a server offers.
var serviceFacts = []fact{
	{name: "features", check: func(p *peer) {
		m, err := serverfeatures.NewServerFeaturesClient(p.bare).GetSupportedMethods(p.ctx,
			&shared.Empty{})
		require.NoError(p, err)
		require.Regexp(p, `^[0-9]+\.[0-9]+\.[0-9]+$`, m.GetEventStoreServerVersion())
		offered := map[string]bool{}
		for _, method := range m.GetMethods() {
			offered[method.GetServiceName()+"/"+method.GetMethodName()] = true
		}
		for _, name := range []string{"read", "append", "delete", "tombstone"} {
			require.True(p, offered["event_store.client.streams.streams/"+name], name)
		}
	}},
	{name: "features, nothing more, of 23.10.6", embedded: true, check: func(p *peer) {
		m, err := serverfeatures.NewServerFeaturesClient(p.bare).GetSupportedMethods(p.ctx,
			&shared.Empty{})
		require.NoError(p, err)
		require.Equal(p, "23.10.6", m.GetEventStoreServerVersion())
		require.Len(p, m.GetMethods(), 4)
	}},
	{name: "gossip has one leader", check: func(p *peer) {
		info, err := gossip.NewGossipClient(p.bare).Read(p.ctx, &shared.Empty{})
		require.NoError(p, err)
		leaders := 0
		for _, m := range info.GetMembers() {
			if m.GetState() == gossip.MemberInfo_Leader && m.GetIsAlive() {
				leaders++
				require.NotEmpty(p, m.GetHttpEndPoint().GetAddress())
				require.NotZero(p, m.GetHttpEndPoint().GetPort())
			}
		}
		require.Equal(p, 1, leaders)
	}},
	{name: "a cluster of one", embedded: true, check: func(p *peer) {
		info, err := gossip.NewGossipClient(p.bare).Read(p.ctx, &shared.Empty{})
		require.NoError(p, err)
		require.Len(p, info.GetMembers(), 1)
	}},
	{name: "batch append is not offered", embedded: true, check: func(p *peer) {
		call, err := p.streams().BatchAppend(p.ctx)
		require.NoError(p, err)
		_, err = call.Recv()
		require.Equal(p, codes.Unimplemented, status.Code(err), "%v", err)
	}},
	{name: "persistent subscriptions are not offered", embedded: true, check: func(p *peer) {
		_, err := persistent.NewPersistentSubscriptionsClient(p.bare).Create(p.ctx,
			&persistent.CreateReq{})
		require.Equal(p, codes.Unimplemented, status.Code(err), "%v", err)
		call, err := persistent.NewPersistentSubscriptionsClient(p.bare).Read(p.ctx)
		require.NoError(p, err)
		_, err = call.Recv()
		require.Equal(p, codes.Unimplemented, status.Code(err), "%v", err)
	}},
	{name: "projections are not offered", embedded: true, check: func(p *peer) {
		_, err := projections.NewProjectionsClient(p.bare).Create(p.ctx, &projections.CreateReq{})
		require.Equal(p, codes.Unimplemented, status.Code(err), "%v", err)
	}},
}
