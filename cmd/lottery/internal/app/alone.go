package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lotteryledger/audit/filelock"
)

// impatient is how long a command waits for another one before it says so.
const impatient = 2 * time.Second

// Alone waits until nobody else on this machine decides on the published ledger, and keeps the
// others waiting until free is called. Each of two decisions at once may be right by itself and
// wrong beside the other, as two seals of rounds that share an application; their streams differ,
// so the store would take both. Of what the same App has begun, only the outermost waits.
func (a *App) Alone(ctx context.Context) (free func() error, err error) {
	if a.Trial != nil || a.alone != nil {
		return func() error { return nil }, nil
	}
	unlock, err := a.Wait(ctx, a.Path("private", "steps.lock"), "another step of this ledger")
	if err != nil {
		return nil, err
	}
	a.alone = unlock
	return a.crowd, nil
}

// Wait takes a lock. If somebody else has it for long, it says whom it waits for.
func (a *App) Wait(ctx context.Context, lock, whom string) (free func() error, err error) {
	soon, end := context.WithTimeout(ctx, impatient)
	defer end()
	free, err = filelock.Wait(soon, lock)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		fmt.Fprintf(a.Err, "waiting for %s to end\n", whom)
		free, err = filelock.Wait(ctx, lock)
	}
	if err != nil {
		return nil, fmt.Errorf("waiting for %s: %w", whom, err)
	}
	return free, nil
}

// crowd ends what [App.Alone] began.
func (a *App) crowd() error {
	unlock := a.alone
	a.alone = nil
	if unlock == nil {
		return nil
	}
	return unlock()
}
