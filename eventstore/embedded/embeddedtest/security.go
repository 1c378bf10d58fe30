// Package embeddedtest makes what a test of an embedded server with TLS needs: an
// authority, a certificate and users whose passwords cost nothing to check.
package embeddedtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/crypto/argon2"

	"lotteryledger/eventstore/embedded"
)

// The users of the file that [Security] writes.
const (
	Admin         = "chief"
	AdminPassword = "a,b/c?d#e@f:g%h" // nothing of it may stand in a connection string as it is
	User          = "desk"
	UserPassword  = "of the desk"
)

// Names of the files.
const (
	AuthorityFile   = "authority.pem"
	CertificateFile = "certificate.pem"
	KeyFile         = "key.pem"
	UsersFile       = "users"
)

// Security writes an authority, a certificate of it for these hosts and users to a folder.
func Security(dir string, hosts ...string) (*embedded.Security, error) {
	if err := Certificate(dir, hosts...); err != nil {
		return nil, err
	}
	s := &embedded.Security{
		Certificate: filepath.Join(dir, CertificateFile), Key: filepath.Join(dir, KeyFile),
		Users: filepath.Join(dir, UsersFile),
	}
	users := Line(Admin, "admin", AdminPassword) + Line(User, "", UserPassword)
	return s, os.WriteFile(s.Users, []byte(users), 0o600)
}

// Line is a line of a user file, with the cheapest hash that is allowed.
func Line(name, role, password string) string {
	const salt = "saltsalt"
	sum := argon2.IDKey([]byte(password), []byte(salt), 1, 8, 1, 16)
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("%s:%s:$argon2id$v=19$m=8,t=1,p=1$%s$%s\n", name, role, encode([]byte(salt)),
		encode(sum))
}

// Certificate writes an authority, a certificate of it for these hosts and its key to
// a folder.
func Certificate(dir string, hosts ...string) error {
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "test store"},
		NotBefore: authority.NotBefore, NotAfter: authority.NotAfter,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			leaf.IPAddresses = append(leaf.IPAddresses, ip)
		} else {
			leaf.DNSNames = append(leaf.DNSNames, h)
		}
	}
	root, err := x509.CreateCertificate(rand.Reader, authority, authority, signer.Public(), signer)
	if err != nil {
		return err
	}
	certificate, err := x509.CreateCertificate(rand.Reader, leaf, authority, key.Public(), signer)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	for name, block := range map[string]*pem.Block{
		AuthorityFile:   {Type: "CERTIFICATE", Bytes: root},
		CertificateFile: {Type: "CERTIFICATE", Bytes: certificate},
		KeyFile:         {Type: "PRIVATE KEY", Bytes: secret},
	} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block),
			0o600); err != nil {
			return err
		}
	}
	return nil
}

// ConnectionString is how a user reaches hosts with certificates of the authority in
// a folder; several hosts are separated by commas.
func ConnectionString(dir, scheme, name, password, hosts string) string {
	return fmt.Sprintf("%s://%s@%s?tls=true&tlsCaFile=%s", scheme, url.UserPassword(name, password),
		hosts, filepath.Join(dir, AuthorityFile))
}
