package esdb

import (
	"bytes"
	"log"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		connection, name, password, hosts string
		tls                               bool
	}{
		{"esdb://h:1", "", "", "h:1", true},
		{"esdb://h", "", "", "h:2113", true},
		{"esdb://ops:secret@h:1?tls=false", "ops", "secret", "h:1", false},
		{"esdb://ops:a%2Cb%2Fc%3Fd%23e%40f%3Ag%25h@h:1", "ops", "a,b/c?d#e@f:g%h", "h:1", true},
		{
			"esdb://ops:a,b:c@d+e@h:1,i,j:3?nodePreference=follower", "ops", "a,b:c@d+e",
			"h:1 i:2113 j:3", true,
		},
		{"esdb+discover://ops:secret@h:1", "ops", "secret", "h:1", true},
		{"esdb+discover://ops:secret@h:1,i:2", "ops", "secret", "h:1 i:2", true},
	} {
		config, err := parse(c.connection)
		require.NoError(t, err, c.connection)
		require.Equal(t, c.name, config.Username)
		require.Equal(t, c.password, config.Password)
		require.Equal(t, c.tls, !config.DisableTLS)
		hosts := []string{config.Address}
		if len(config.GossipSeeds) > 0 {
			require.False(t, config.DnsDiscover)
			hosts = nil
			for _, seed := range config.GossipSeeds {
				hosts = append(hosts, seed.String())
			}
		}
		require.Equal(t, c.hosts, strings.Join(hosts, " "), c.connection)
	}
}

// TestParseKeepsSecrets: whatever is wrong with a string, neither the error nor the
// client's log repeats the password.
func TestParseKeepsSecrets(t *testing.T) {
	var logged bytes.Buffer
	before := log.Writer()
	log.SetOutput(&logged)
	defer log.SetOutput(before)
	for _, connection := range []string{
		"kurrentdb://u:secret@h", "esdb:/u:secret@h", "esdb://u:secret", "esdb://u:secret@",
		"esdb://u:secret@h:x", "esdb://u:secret@h:70000",
		"esdb://u:secret@h/path", "esdb://u:secret%zz@h", "esdb://u:%zzsecret@h",
		"esdb://u:12/secret@h", "esdb://u:12?secret@h", "esdb://u:12#secret@h",
		"esdb://:secret@h", "esdb://secret@h", "esdb://u:@h", "esdb://u:secret@h?tls=maybe",
		"esdb://u:secret@h?tlsCaFile=none", "esdb://u:secret@a b",
		"esdb://u:secret@h:1,", "esdb://u:secret@[::1]:2113", "esdb://u:secret,x@h:1,i:2,:x",
		"esdb+discover://u:secret", "esdb://h:1?at=secret@h",
		"esdb://u:secret@h?gossipTimeout=x",
	} {
		_, err := parse(connection)
		require.Error(t, err, connection)
		require.NotContains(t, err.Error(), "secret", connection)
		_, err = Open(t.Context(), connection, Options{})
		require.Error(t, err, connection)
		require.NotContains(t, err.Error(), "secret", connection)
	}
	_, err := parse("esdb://u:secret@h:1?unknown=1")
	require.NoError(t, err)
	require.NotContains(t, logged.String(), "secret")
}

func TestRedact(t *testing.T) {
	for connection, want := range map[string]string{
		"":                                   "",
		"esdb://h:1,i:2?tls=false":           "esdb://h:1,i:2?tls=false",
		"esdb://ops:secret@h:1,i:2?tls=true": "esdb://ops:xxxxx@h:1,i:2?tls=true",
		"esdb+discover://ops:se:c/r?e#t@x@h?tls=1": "esdb+discover://ops:xxxxx@h?tls=1",
		"ops:secret@h": "ops:xxxxx@h",
		"esdb://ops@h": "esdb://ops:xxxxx@h",
	} {
		require.Equal(t, want, Redact(connection))
	}
}

// FuzzConnectionString: no string makes the program panic or show the password.
func FuzzConnectionString(f *testing.F) {
	for _, password := range []string{
		"", ",", "/", "?", "#", "@", ":", "%", "%zz", "[", " ",
		"\x00",
	} {
		f.Add(password, "", "h:2113,i")
		f.Add("", password, "[::1]")
		f.Add("x", "y", password)
	}
	f.Fuzz(func(t *testing.T, before, after, hosts string) {
		if strings.Contains(hosts, "?") {
			return // settings name files, which are read
		}
		const secret = "zzSECRETzz"
		for _, scheme := range []string{"esdb", "esdb+discover"} {
			connection := scheme + "://u:" + before + secret + after + "@" + hosts
			if strings.Contains(Redact(connection), secret) {
				t.Errorf("%q is shown as %q", connection, Redact(connection))
			}
			config, err := parse(connection)
			if err != nil {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("%q: %v", connection, err)
				}
				continue
			}
			if !strings.Contains(config.Password, secret) ||
				strings.Contains(config.Address, secret) {
				t.Errorf("%q is read with password %q and address %q", connection, config.Password,
					config.Address)
			}
			for _, seed := range config.GossipSeeds {
				if strings.Contains(seed.String(), secret) {
					t.Errorf("%q is read with host %q", connection, seed)
				}
			}
		}
	})
}
