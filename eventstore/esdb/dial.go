package esdb

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// Dial connects to the one host that a connection string names, for calls that the
// official client has not; with its encryption, and then also with its user. It connects
// when the first call is made.
func Dial(connectionString string) (*grpc.ClientConn, error) {
	config, err := parse(connectionString)
	if err != nil {
		return nil, err
	}
	return dial(config)
}

// DialPinned is [Dial] of a server that proves itself by this certificate alone, in PEM.
func DialPinned(connectionString, certificate string) (*grpc.ClientConn, error) {
	config, err := parsePinned(connectionString, certificate)
	if err != nil {
		return nil, err
	}
	return dial(config)
}

func dial(config *client.Configuration) (*grpc.ClientConn, error) {
	address := config.Address
	if address == "" {
		return nil, errors.New("connection string of the event store must name one host")
	}
	options := []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}
	if !config.DisableTLS {
		options[0] = grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{
			MinVersion: tls.VersionTLS12, RootCAs: config.RootCAs,
			InsecureSkipVerify: config.SkipCertificateVerification,
		}))
		if config.Username != "" {
			options = append(options,
				grpc.WithPerRPCCredentials(basic{config.Username, config.Password}))
		}
	}
	conn, err := grpc.NewClient(address, options...)
	if err != nil {
		return nil, fmt.Errorf("connecting to the event store: %w", err)
	}
	return conn, nil
}

// basic is a user with a password.
type basic struct{ user, password string }

// GetRequestMetadata names the user of a call.
func (b basic) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Basic " +
		base64.StdEncoding.EncodeToString([]byte(b.user+":"+b.password))}, nil
}

// RequireTransportSecurity keeps the password from going over a connection that is not
// encrypted.
func (basic) RequireTransportSecurity() bool { return true }
