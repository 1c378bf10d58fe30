package esdb

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// Check refuses what is not a connection string, without connecting.
func Check(connectionString string) error {
	_, err := parse(connectionString)
	return err
}

// parse reads a connection string. User and password are taken out before the client
// sees it, so that no error of the client repeats a part of them, and so that the commas of a
// password are not taken for those between hosts.
func parse(connectionString string) (*client.Configuration, error) {
	scheme, rest, ok := strings.Cut(connectionString, "://")
	if !ok || scheme != "esdb" && scheme != "esdb+discover" {
		return nil, errors.New(
			"connection string of the event store must begin with esdb:// or esdb+discover://")
	}
	user, hosts, err := cutUser(rest)
	if err != nil {
		return nil, fmt.Errorf("parsing the connection string of the event store: %w", err)
	}
	config, err := client.ParseConnectionString(scheme + "://" + hosts)
	if err != nil {
		return nil, fmt.Errorf("parsing the connection string of the event store: %w", err)
	}
	if len(config.GossipSeeds) > 0 {
		config.DnsDiscover = false // the client would ask none of the hosts
	}
	config.MaxDiscoverAttempts = 1 // whoever waits tries again
	if !strings.Contains(strings.ToLower(hosts), "gossiptimeout=") {
		config.GossipTimeout = 1 // seconds, so that a node that hangs costs no more
	}
	if user != nil {
		config.Username = user.Username()
		config.Password, _ = user.Password()
	}
	return config, nil
}

// Hosts lists the hosts that a connection string names, as host:port in lower case, in order.
func Hosts(connectionString string) ([]string, error) {
	config, err := parse(connectionString)
	if err != nil {
		return nil, err
	}
	all := hosts(config)
	for i, host := range all {
		if !strings.Contains(host, ":") || strings.HasSuffix(host, "]") {
			host += ":2113"
		}
		all[i] = strings.ToLower(host)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// hosts lists the hosts that a connection string names, as host:port.
func hosts(config *client.Configuration) []string {
	if len(config.GossipSeeds) == 0 {
		return []string{config.Address}
	}
	var hosts []string
	for _, seed := range config.GossipSeeds {
		hosts = append(hosts, seed.String())
	}
	return hosts
}

// parsePinned is parse for a server that proves itself by this certificate alone.
func parsePinned(connectionString, certificate string) (*client.Configuration, error) {
	config, err := parse(connectionString)
	if err != nil {
		return nil, err
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM([]byte(certificate)) {
		return nil, errors.New("the certificate of the event store cannot be read")
	}
	return config, nil
}

var (
	errStrayAt = errors.New(
		"an @ that does not end user and password, and each of /?# in them, has to be " +
			"percent-encoded")
	errHost        = errors.New("a host is not of the form host or host:port")
	errCredentials = errors.New(
		"user and password have to be of the form user:password, percent-encoded")
)

// cutUser divides what follows the scheme into user and password, if there are any, and
// the rest.
func cutUser(s string) (user *url.Userinfo, rest string, err error) {
	authority := s
	if end := strings.IndexAny(s, "/?#"); end >= 0 {
		authority = s[:end]
	}
	if strings.Contains(s[len(authority):], "@") {
		return nil, "", errStrayAt // what is before it may be a password
	}
	at := strings.LastIndex(authority, "@")
	for host := range strings.SplitSeq(authority[at+1:], ",") {
		name, port, ok := strings.Cut(host, ":")
		if _, err := strconv.ParseUint(port, 10, 16); name == "" || ok && err != nil {
			return nil, "", errHost // which may be a password without its host
		}
	}
	if at < 0 {
		return nil, s, nil
	}
	name, password, ok := strings.Cut(authority[:at], ":")
	name, nameErr := url.PathUnescape(name)
	password, passwordErr := url.PathUnescape(password)
	if !ok || nameErr != nil || passwordErr != nil || name == "" || password == "" {
		return nil, "", errCredentials
	}
	return url.UserPassword(name, password), s[at+1:], nil
}

// Redact returns a connection string, which need not be valid, without its password: the
// form in which it may be shown and logged.
func Redact(connectionString string) string {
	scheme, rest, ok := strings.Cut(connectionString, "://")
	if !ok {
		scheme, rest = "", connectionString
	} else {
		scheme += "://"
	}
	at := strings.LastIndex(rest, "@")
	if at < 0 {
		return connectionString
	}
	name, _, _ := strings.Cut(rest[:at], ":")
	return scheme + name + ":xxxxx" + rest[at:]
}
