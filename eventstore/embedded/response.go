package embedded

import (
	"encoding/binary"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
)

func structuredID(s *shared.UUID_Structured) (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[:8], uint64(s.GetMostSignificantBits()))
	binary.BigEndian.PutUint64(id[8:], uint64(s.GetLeastSignificantBits()))
	return id
}

func (o outcome) response() *streams.AppendResp {
	success := &streams.AppendResp_Success{
		CurrentRevisionOption: &streams.AppendResp_Success_CurrentRevision{CurrentRevision: uint64(
			o.revision)},
	}
	if o.hasPosition {
		success.PositionOption = &streams.AppendResp_Success_Position{
			Position: &streams.AppendResp_Position{
				CommitPosition:  o.position,
				PreparePosition: o.position,
			},
		}
	} else {
		success.PositionOption = &streams.AppendResp_Success_NoPosition{
			NoPosition: &shared.Empty{},
		}
	}
	if o.revision < 0 {
		success.CurrentRevisionOption = &streams.AppendResp_Success_NoStream{
			NoStream: &shared.Empty{},
		}
	}
	return &streams.AppendResp{Result: &streams.AppendResp_Success_{Success: success}}
}

// response is the answer of an append whose expectation does not hold. It fills in
// the fields of old and new clients.
func (w *wrongVersion) response() *streams.AppendResp {
	r := &streams.AppendResp_WrongExpectedVersion{}
	none := &shared.Empty{}
	if w.actual < 0 {
		r.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentNoStream{
			CurrentNoStream: none,
		}
		r.CurrentRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_NoStream_20_6_0{
			NoStream_20_6_0: none,
		}
	} else {
		r.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentRevision{
			CurrentRevision: uint64(w.actual),
		}
		r.CurrentRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_CurrentRevision_20_6_0{CurrentRevision_20_6_0: uint64(w.actual)}
	}
	switch w.expected.kind {
	case expectAny:
		r.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedAny{
			ExpectedAny: none,
		}
		r.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_Any_20_6_0{
			Any_20_6_0: none,
		}
	case expectExists:
		r.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedStreamExists{
			ExpectedStreamExists: none,
		}
		r.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_StreamExists_20_6_0{StreamExists_20_6_0: none}
	case expectNoStream:
		r.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedNoStream{
			ExpectedNoStream: none,
		}
	case expectExact:
		r.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision{
			ExpectedRevision: w.expected.revision,
		}
		r.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision_20_6_0{ExpectedRevision_20_6_0: w.expected.revision}
	}
	return &streams.AppendResp{
		Result: &streams.AppendResp_WrongExpectedVersion_{WrongExpectedVersion: r},
	}
}

func streamNotFound(stream string) *streams.ReadResp {
	return &streams.ReadResp{
		Content: &streams.ReadResp_StreamNotFound_{StreamNotFound: &streams.ReadResp_StreamNotFound{
			StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(stream)},
		}},
	}
}

func confirmation() *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_Confirmation{
		Confirmation: &streams.ReadResp_SubscriptionConfirmation{SubscriptionId: uuid.NewString()},
	}}
}

func caughtUp() *streams.ReadResp {
	return &streams.ReadResp{
		Content: &streams.ReadResp_CaughtUp_{CaughtUp: &streams.ReadResp_CaughtUp{}},
	}
}

func checkpoint(position uint64) *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_Checkpoint_{
		Checkpoint: &streams.ReadResp_Checkpoint{
			CommitPosition:  position,
			PreparePosition: position,
		},
	}}
}
