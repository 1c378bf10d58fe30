// Package esdb_test stands in for the file of the official client that starts the
// servers of its tests: here they run in the process.
package esdb_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"lotteryledger/eventstore/embedded"
)

// Container is a server in the process.
type Container struct {
	Endpoint string
	server   *embedded.Server
	dir      string
}

// Close stops the server.
func (c *Container) Close() {
	if err := c.server.Close(); err != nil {
		panic(err)
	}
	if err := os.RemoveAll(c.dir); err != nil {
		panic(err)
	}
}

// GetEnvOrDefault says what the environment says.
func GetEnvOrDefault(key, otherwise string) string {
	if value, ok := os.LookupEnv(key); ok {
		return value
	}
	return otherwise
}

type names struct{}

// Generate invents the name of a stream.
func (names) Generate() string { return uuid.NewString() }

// NAME_GENERATOR invents names.
var NAME_GENERATOR names

// IsESDBVersion20 tells that the server is not that old.
func IsESDBVersion20() bool { return false }

// CreateEmptyDatabase starts a server without events.
func CreateEmptyDatabase(t *testing.T) (*Container, *esdb.Client) {
	dir, err := os.MkdirTemp("", "client")
	if err != nil {
		t.Fatal(err)
	}
	server, err := embedded.Open(embedded.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	c := &Container{server.Addr().String(), server, dir}
	return c, GetClient(t, c)
}

// CreatePopulatedDatabase starts a server with the one stream of the data set that does
// not have to have the positions and times of a certain file of a certain server.
func CreatePopulatedDatabase(t *testing.T) (*Container, *esdb.Client) {
	c, client := CreateEmptyDatabase(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for n := 0; n < 6; n++ {
		events := make([]esdb.EventData, 1000)
		for i := range events {
			events[i] = esdb.EventData{
				EventID: uuid.New(), EventType: "happened",
				ContentType: esdb.ContentTypeJson, Data: []byte("{}"),
			}
		}
		if _, err := client.AppendToStream(ctx, "dataset20M-0", esdb.AppendToStreamOptions{},
			events...); err != nil {
			t.Fatal(err)
		}
	}
	return c, client
}

// GetClient connects to a server.
func GetClient(t *testing.T, c *Container) *esdb.Client {
	return CreateClient(fmt.Sprintf("esdb://%s?tls=false", c.Endpoint), t)
}

// WaitForAdminToBeAvailable has nothing to wait for: the server is ready when it is open.
func WaitForAdminToBeAvailable(*testing.T, *esdb.Client) {}

// CreateClient connects to what a connection string names.
func CreateClient(connection string, t *testing.T) *esdb.Client {
	config, err := esdb.ParseConnectionString(connection)
	if err != nil {
		t.Fatal(err)
	}
	client, err := esdb.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}
