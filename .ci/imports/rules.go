package main

const module = "lotteryledger"

// Modules that rules name.
const (
	client   = "github.com/EventStore/EventStore-Client-Go/v4"
	protos   = client + "/protos"
	circl    = "github.com/cloudflare/circl"
	gnark    = "github.com/consensys/gnark-crypto"
	grpc     = "google.golang.org/grpc"
	pebble   = "github.com/cockroachdb/pebble/v2"
	protobuf = "google.golang.org/protobuf"
	sqlite   = "modernc.org/sqlite"
	testify  = "github.com/stretchr/testify"
	rapid    = "pgregory.net/rapid"
	script   = "github.com/rogpeppe/go-internal"
	uuid     = "github.com/google/uuid"
	xcrypto  = "golang.org/x/crypto"
	xmod     = "golang.org/x/mod"
	xsync    = "golang.org/x/sync"
	xterm    = "golang.org/x/term"
	zerolog  = "github.com/rs/zerolog"
	cobra    = "github.com/spf13/cobra"
	pflag    = "github.com/spf13/pflag"
)

// rule says what the packages of a folder may import. A pattern is a path, alone or with
// "/..." for everything below it too; a module stands for its packages.
type rule struct {
	own     []string // packages of this module
	modules []string // packages of other modules
	never   []string // packages of the standard library that are forbidden
	pure    bool     // no reading of the clock
	alone   bool     // for the folder itself: each folder in it needs a rule of its own
	// What tests may import beyond that, besides the standard library, the test
	// libraries, and everything in the same top folder.
	testOwn, testModules []string
}

// impure is what would let the world into the domain.
var impure = []string{
	"crypto/rand", "log/...", "math/rand/...", "net/...", "os/...", "plugin", "syscall", "unsafe",
	"runtime/debug", "embed",
}

// domainRule is the rule for a package of the domain that needs these others of it.
func domainRule(own ...string) rule {
	return rule{own: append(own, "domain", "domain/fault"), never: impure, pure: true}
}

// rules are by folder; the longest that contains a package counts. A package that no
// rule knows is a finding: a new room of the house needs a line here.
var rules = map[string]rule{
	"domain":             {own: []string{"domain/fault"}, never: impure, pure: true, alone: true},
	"domain/access":      domainRule(),
	"domain/draft":       domainRule(),
	"domain/applicant":   domainRule(),
	"domain/application": domainRule("domain/identity", "domain/indicator", "domain/rules"),
	"domain/domaintest":  domainRule(),
	"domain/draw":        domainRule("domain/merkle"),
	"domain/fault":       {never: impure, pure: true},
	"domain/identity":    domainRule(),
	"domain/indicator":   domainRule("domain/rules"),
	"domain/officer":     domainRule(),
	"domain/merkle":      {never: impure, pure: true, testModules: []string{xmod}},
	"domain/notice":      domainRule("domain/identity"),
	"domain/personal":    domainRule("domain/identity", "domain/rules"),
	"domain/proposal":    domainRule(),
	"domain/quota":       domainRule("domain/draw"),
	"domain/person":      domainRule(),
	"domain/round":       domainRule("domain/draw", "domain/rules"),
	"domain/rules":       domainRule("domain/draw"),

	"eventstore": {
		own:     []string{"domain/...", "eventstore/catalog"},
		modules: []string{uuid},
	},
	"eventstore/catalog": {
		own: []string{"domain/..."}, modules: []string{uuid},
		testModules: []string{xmod},
	},
	"eventstore/catalog/catalogtest": {
		own:     []string{"domain/...", "eventstore/catalog"},
		modules: []string{uuid},
	},
	"eventstore/catalog/internal": {
		own:     []string{"domain/...", "eventstore/catalog"},
		modules: []string{uuid},
	},
	"eventstore/office": {
		own: []string{
			"domain/...", "eventstore", "eventstore/catalog",
			"eventstore/vault", "audit", "audit/durable",
		}, modules: []string{uuid, xsync},
		testOwn: []string{"audit/..."},
	},
	"eventstore/vault": {
		own:     []string{"audit/durable", "domain/..."},
		modules: []string{sqlite}, testModules: []string{xsync},
	},
	"eventstore/esdb": {
		own: []string{
			"domain/...", "eventstore", "eventstore/catalog",
			"eventstore/internal/...",
		}, modules: []string{client, grpc, protobuf, uuid},
		testModules: []string{pebble},
	},
	"eventstore/esdb/clustertest": {modules: []string{protos, grpc, testify, uuid}},
	"eventstore/internal/calls": {
		own:     []string{"eventstore", "eventstore/catalog"},
		modules: []string{uuid},
	},
	"eventstore/internal/wire": {modules: []string{protobuf}},
	"eventstore/embedded": {
		own: []string{
			"audit/durable", "eventstore",
			"eventstore/catalog", "eventstore/embedded/...", "eventstore/internal/...",
		},
		modules:     []string{protos, grpc, protobuf, pebble, uuid, xcrypto, zerolog},
		testModules: []string{client},
	},
	"eventstore/storetest": {
		own:     []string{"domain/...", "eventstore", "eventstore/catalog"},
		modules: []string{client, grpc, testify, uuid},
	},

	"projections": {
		own:     []string{"domain/...", "eventstore", "eventstore/catalog", "projections/..."},
		modules: []string{sqlite},
		testOwn: []string{"eventstore/...", "audit/..."}, testModules: []string{uuid},
	},
	"projections/publisher": {
		own:     []string{"domain/...", "eventstore", "eventstore/catalog", "audit/..."},
		modules: []string{uuid, xmod},
		testOwn: []string{"eventstore/..."}, testModules: []string{pebble}, // a store in memory
	},

	"audit": {
		own:     []string{"domain/...", "eventstore/catalog", "audit/..."},
		modules: []string{xmod, xsync, circl, uuid},
		never:   []string{"database/sql/...", "net/..."},
		testOwn: []string{
			"eventstore", "eventstore/catalog/catalogtest", "eventstore/embedded",
			"projections/publisher",
		},
		testModules: []string{gnark, pebble}, // a store in memory
	},

	"audit/durable":  {}, // writes files; the standard library is enough
	"audit/filelock": {own: []string{"audit/durable"}},
	"audit/snapshot": {},

	"cmd/internal": {
		own: []string{
			"domain/...", "eventstore/...", "projections/...", "audit/...",
			"cmd/internal/...",
		},
		modules: []string{xterm, xsync, uuid}, testModules: []string{pebble, zerolog},
	},
	"cmd/internal/storeaccess": {
		own: []string{
			"audit/durable", "eventstore", "eventstore/embedded",
			"eventstore/esdb",
		},
		modules:     []string{grpc, zerolog},
		testModules: []string{uuid},
	},
	"cmd/internal/progress": {modules: []string{xterm}},
	"cmd/lottery": {
		own: []string{
			"domain/...", "eventstore/...", "projections/...", "audit/...",
			"cmd/internal/...", "cmd/lottery/...",
		},
		testModules: []string{pebble}, // a store in memory
		modules:     []string{cobra, pflag, grpc, uuid, xmod, xsync, xterm, zerolog},
	},
	"cmd/lottery-verify": {
		own: []string{
			"domain/...", "eventstore/catalog", "audit/...", "cmd/internal/progress",
			"cmd/internal/suggest", "cmd/internal/version",
			"cmd/lottery-verify/...",
		},
		modules: []string{xmod, xsync, xterm, uuid},
		never:   []string{"database/sql/...", "net/..."},
		testOwn: []string{"eventstore/..."},
	},
}

// testLibraries are what every test may import.
var testLibraries = []string{testify, rapid, script}

// clock is what a pure package may not use of package time: what reads the clock, waits
// for it, or depends on where the machine stands.
var clock = []string{
	"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker",
	"Local", "LoadLocation",
}

// unlinked is what the citizen's program does not hold, not even indirectly: packages of
// the standard library, and modules as a whole. (database/sql/driver is not among them:
// it is a handful of interfaces, and package uuid implements one.)
var unlinked = []string{
	"net/http", "database/sql", grpc, pebble, sqlite, client, "github.com/jackc/pgx",
}

// topEntries are all that the repository's top folder may hold.
var topEntries = []string{
	"domain", "eventstore", "projections", "cmd", "audit", "docs", ".ci",
	"go.mod", "go.sum", "Makefile", "README.md", "LICENSE", ".gitignore", ".gitattributes",
	"compose.yaml",
}

const (
	warnLines     = 400
	mostLines     = 600
	dependencyDoc = "docs/decisions/0001-dependencies.md"
)
