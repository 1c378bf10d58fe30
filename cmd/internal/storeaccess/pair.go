package storeaccess

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"path/filepath"
	"time"

	"lotteryledger/audit/durable"
)

// pair is a certificate with its key, and the files that hold them.
type pair struct {
	tls.Certificate
	certificateFile, keyFile string
	certificate, key         []byte // PEM; nil if they are in the files already
}

const (
	validity = 10 * 365 * 24 * time.Hour
	leastUse = 365 * 24 * time.Hour // that a pair must have left to be used again
)

// pair returns the pair in the folder if it is good for this address, or makes one, which is
// not written yet.
func (f Folder) pair(listen string) (*pair, error) {
	p := &pair{
		certificateFile: filepath.Join(f.Data, "serve.crt"),
		keyFile:         filepath.Join(f.Data, "serve.key"),
	}
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		host = "localhost" // the server will say what is wrong with the address
	}
	if p.Certificate, err = tls.LoadX509KeyPair(p.certificateFile, p.keyFile); err == nil {
		leaf := p.Certificate.Leaf
		if leaf.VerifyHostname(host) == nil && time.Until(leaf.NotAfter) > leastUse {
			return p, nil
		}
	}
	if err := p.make(host); err != nil {
		return nil, fmt.Errorf("making a certificate: %w", err)
	}
	return p, nil
}

func (p *pair) make(host string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 128))
	if err != nil {
		return err
	}
	names := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "lottery serve"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(validity),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	if ip := net.ParseIP(host); ip != nil {
		names.IPAddresses = append(names.IPAddresses, ip)
	} else if host != "" {
		names.DNSNames = append(names.DNSNames, host)
	}
	certificate, err := x509.CreateCertificate(rand.Reader, names, names, key.Public(), key)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	p.certificate = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})
	p.key = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
	p.Certificate, err = tls.X509KeyPair(p.certificate, p.key)
	return err
}

// write writes a pair that was made.
func (p *pair) write() error {
	if p == nil || p.key == nil {
		return nil
	}
	if err := durable.Replace(p.keyFile, 0o600, durable.Bytes(p.key)); err != nil {
		return err
	}
	return durable.Replace(p.certificateFile, 0o600, durable.Bytes(p.certificate))
}
