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
	lock := a.Path("private", "steps.lock")
	soon, end := context.WithTimeout(ctx, impatient)
	defer end()
	unlock, err := filelock.Wait(soon, lock)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		fmt.Fprintln(a.Err, "waiting for another step of this ledger to end")
		unlock, err = filelock.Wait(ctx, lock)
	}
	if err != nil {
		return nil, fmt.Errorf("waiting for other steps of this ledger: %w", err)
	}
	a.alone = unlock
	return a.crowd, nil
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
