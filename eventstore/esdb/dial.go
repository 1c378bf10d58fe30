package esdb

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// Dial connects to the one host that a connection string names, with its encryption
// and its user, for calls that the official client has not. It connects when the
// first call is.
func Dial(connectionString string) (*grpc.ClientConn, error) {
	config, err := parse(connectionString)
	if err != nil {
		return nil, err
	}
	address := config.Address
	if address == "" {
		return nil, errors.New("connection string of the event store must name one host")
	}
	options := []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}
	if !config.DisableTLS {
		options[0] = grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{
			MinVersion: tls.VersionTLS12, RootCAs: config.RootCAs, InsecureSkipVerify: config.SkipCertificateVerification,
		}))
	}
	if config.Username != "" {
		options = append(options, grpc.WithPerRPCCredentials(basic{config.Username, config.Password, !config.DisableTLS}))
	}
	conn, err := grpc.NewClient(address, options...)
	if err != nil {
		return nil, fmt.Errorf("connecting to the event store: %w", err)
	}
	return conn, nil
}

// basic is a user with a password.
type basic struct {
	user, password string
	encrypted      bool
}

// GetRequestMetadata names the user of a call.
func (b basic) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(b.user+":"+b.password))}, nil
}

// RequireTransportSecurity keeps a password from going over a connection that was
// meant to be encrypted and is not.
func (b basic) RequireTransportSecurity() bool { return b.encrypted }
