package embedded

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/cockroachdb/pebble/v2/vfs"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"lotteryledger/eventstore/internal/calls"
)

// The service of operations is not EventStoreDB's. Its messages are the well-known
// types of protobuf.
const (
	operationsName = calls.Service
	methodStatus   = "Status" // Empty → BytesValue with a Status in JSON
	// Empty → UInt64Value with the tail, then BytesValues with the records
	methodBackup = "Backup"

	// And those of package calls.
)

// operations implements the service.
type operations struct {
	*Store
	access *access // for administrators only: a backup holds everything
	dir    string
	fs     vfs.FS
}

func (o *operations) register(s *grpc.Server) {
	s.RegisterService(&grpc.ServiceDesc{
		ServiceName: operationsName,
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: methodStatus, Handler: serveStatus}},
		Streams: []grpc.StreamDesc{
			{StreamName: methodBackup, Handler: serveBackup, ServerStreams: true},
			{StreamName: calls.Streams, Handler: serveStreams, ServerStreams: true},
			{
				StreamName: calls.Appends, Handler: serveAppends, ServerStreams: true,
				ClientStreams: true,
			},
		},
	}, o)
}

func serveStatus(srv any, ctx context.Context, decode func(any) error,
	intercept grpc.UnaryServerInterceptor,
) (any, error) {
	var req emptypb.Empty
	if err := decode(&req); err != nil {
		return nil, err
	}
	handle := func(ctx context.Context, _ any) (any, error) { return srv.(*operations).status(ctx) }
	if intercept == nil {
		return handle(ctx, &req)
	}
	return intercept(ctx, &req,
		&grpc.UnaryServerInfo{Server: srv, FullMethod: "/" + operationsName + "/" + methodStatus},
		handle)
}

func (o *operations) status(ctx context.Context) (*wrapperspb.BytesValue, error) {
	if err := o.access.permit(ctx, allStream); err != nil {
		return nil, err
	}
	st, err := o.store.status(o.dir, o.fs)
	if err != nil {
		return nil, err
	}
	st.Served = true
	b, err := json.Marshal(st)
	return wrapperspb.Bytes(b), err
}

// serveBackup sends all records that are visible when the call begins.
func serveBackup(srv any, call grpc.ServerStream) error {
	o := srv.(*operations)
	s := o.store
	var req emptypb.Empty
	if err := call.RecvMsg(&req); err != nil {
		return err
	}
	if err := o.access.permit(call.Context(), allStream); err != nil {
		return err
	}
	v := s.acquire()
	tail := v.tail
	s.release(v)
	if err := call.SendMsg(wrapperspb.UInt64(tail)); err != nil {
		return err
	}
	for page, err := range s.log.pages(tail) {
		if err = damage(err); errors.Is(err, ErrDamaged) {
			return &fault{code: codes.DataLoss, message: err.Error()}
		}
		if err != nil {
			return err
		}
		if err := call.SendMsg(wrapperspb.Bytes(page)); err != nil {
			return err
		}
		select {
		case <-o.stopping:
			return unavailable(errStopping)
		default:
		}
	}
	return nil
}

// Remote is an embedded store that another process serves.
type Remote struct{ Conn *grpc.ClientConn }

// foreign says what it means that a server does not know the service.
func foreign(err error) error {
	if status.Code(err) == codes.Unimplemented {
		return fmt.Errorf("the server is no embedded store of this program, and the protocol of "+
			"EventStoreDB does not tell; ask its own tools: %w", err)
	}
	return err
}

// Status tells about the store.
func (r Remote) Status(ctx context.Context) (Status, error) {
	var answer wrapperspb.BytesValue
	if err := r.Conn.Invoke(ctx, "/"+operationsName+"/"+methodStatus, &emptypb.Empty{},
		&answer); err != nil {
		return Status{}, fmt.Errorf("asking the event store for its status: %w", foreign(err))
	}
	var st Status
	if err := json.Unmarshal(answer.GetValue(), &st); err != nil {
		return st, fmt.Errorf("reading the status of the event store: %w", err)
	}
	return st, nil
}

// Backup copies all events to a new file on this side, while the server goes on. It
// holds what was visible when it began. Without a file system it writes to the disk.
func (r Remote) Backup(ctx context.Context, fs vfs.FS, to string,
	progress func(done, all int64),
) (Backup, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	call, err := r.Conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true},
		"/"+operationsName+"/"+methodBackup)
	if err == nil {
		err = errors.Join(call.SendMsg(&emptypb.Empty{}), call.CloseSend())
	}
	var tail wrapperspb.UInt64Value
	if err == nil {
		err = call.RecvMsg(&tail)
	}
	if err != nil {
		return Backup{}, fmt.Errorf("asking the event store for a backup: %w", foreign(err))
	}
	return writeBackup(ctx, Folder{FS: fs}.fs(), to, tail.GetValue(), receive(call), progress)
}

// receive yields the pages that follow.
func receive(call grpc.ClientStream) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for {
			var page wrapperspb.BytesValue
			err := call.RecvMsg(&page)
			if errors.Is(err, io.EOF) {
				return
			}
			if status.Code(err) == codes.DataLoss {
				err = fmt.Errorf("%w: %w", ErrDamaged, err)
			}
			if !yield(page.GetValue(), err) || err != nil {
				return
			}
		}
	}
}
