// Package drand fetches one round of a beacon from public relays over HTTP. A
// relay is not trusted: what it answers is verified before anyone sees it, so
// any of them will do, and a lying one only costs the time to ask the next.
package drand

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"lotteryledger/audit/beacon"
	"lotteryledger/domain/draw"
)

// ErrNotYet is part of the error where a relay does not have the round yet.
// The rule of a draw is then to wait, never to take another round.
var ErrNotYet = errors.New("the round is not published yet")

// Client asks relays in turn. The zero Client asks the public ones.
type Client struct {
	Relays  []string      // base URLs; empty: the public relays of the League of Entropy
	Timeout time.Duration // for each relay; 0: 5 s
	HTTP    *http.Client  // nil: http.DefaultClient
}

// maxBody is far more than the answer to a round, which is some 300 bytes.
const maxBody = 4096

func publicRelays() []string {
	return []string{
		"https://api.drand.sh",
		"https://api2.drand.sh",
		"https://drand.cloudflare.com",
	}
}

// Fetch returns the verified 48-byte signature of a round. Where no relay gives
// it, the error tells what each of them did.
func (c Client) Fetch(ctx context.Context, chain draw.Chain, round uint64) ([]byte, error) {
	if round == 0 {
		return nil, errors.New("fetching a beacon round: rounds count from 1")
	}
	relays := c.Relays
	if len(relays) == 0 {
		relays = publicRelays()
	}
	failures := fmt.Errorf("fetching round %d of %s", round, chain.ID)
	for i, relay := range relays {
		signature, err := c.ask(ctx, relay, chain, round)
		if err == nil {
			return signature, nil
		}
		if ctx.Err() != nil {
			return nil, fmt.Errorf("fetching round %d of %s: %w", round, chain.ID, ctx.Err())
		}
		separator := ";"
		if i == 0 {
			separator = ":"
		}
		failures = fmt.Errorf("%w%s %s: %w", failures, separator, relay, err)
	}
	return nil, failures
}

// ask asks one relay and verifies its answer.
func (c Client) ask(ctx context.Context, relay string, chain draw.Chain, round uint64) ([]byte,
	error,
) {
	timeout := c.Timeout
	if timeout == 0 {
		timeout = 5 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	body, err := c.get(ctx, relay, chain, round)
	if err != nil {
		return nil, err
	}
	signature, err := parse(body, round)
	if err != nil {
		return nil, err
	}
	if err := beacon.Verify(chain, round, signature); err != nil {
		// not wrapped: it refuses nothing
		return nil, fmt.Errorf("verifying the signature: %v", err)
	}
	return signature, nil
}

// parse reads the signature out of a relay's answer. Its field "randomness" is not read:
// it follows from the signature.
func parse(body []byte, round uint64) ([]byte, error) {
	var answer struct {
		Round     uint64 `json:"round"`
		Signature string `json:"signature"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	if answer.Round != round {
		return nil, fmt.Errorf("the answer is of round %d", answer.Round)
	}
	signature, err := hex.DecodeString(answer.Signature)
	if err != nil {
		return nil, fmt.Errorf("reading the signature: %w", err)
	}
	return signature, nil
}

// get returns the body of the relay's answer.
func (c Client) get(ctx context.Context, relay string, chain draw.Chain, round uint64) ([]byte,
	error,
) {
	hash := chain.Hash()
	address, err := url.JoinPath(relay, hex.EncodeToString(hash[:]), "public",
		strconv.FormatUint(round, 10))
	if err != nil {
		return nil, fmt.Errorf("naming the round: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("naming the round: %w", err)
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound, http.StatusTooEarly:
		return nil, ErrNotYet
	default:
		return nil, fmt.Errorf("the relay answers %s", response.Status)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	if len(body) > maxBody {
		return nil, fmt.Errorf("the answer is longer than %d bytes", maxBody)
	}
	return body, nil
}
