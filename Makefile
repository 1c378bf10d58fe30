# Everything that is built or checked here needs Go, make and git; the race detector
# needs a C compiler too. The tools are pinned in .ci/go.mod.

TOOL     := go tool -modfile=.ci/go.mod
CHECKS   := inherit,ST1000
FUZZTIME := 30s
TORTURE  := 10000
LARGE    := 10000000
HISTORIES := 1000000
FROM     := 10000

# What is tested is what is shipped: pure Go. Only the race detector needs C.
export CGO_ENABLED := 0

.PHONY: help build run test check format vet static sumtypes tidy imports race client bench torture histories fuzz clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## the programs, into bin/
	go build -trimpath -buildvcs=false -o bin/ ./cmd/lottery ./cmd/lottery-verify

run: build ## a whole round in the folder run/, from registration to a proven draw
	bin/lottery demo --dir run

test: ## all tests
	go test -shuffle=on -timeout 9m ./...

check: format vet static sumtypes tidy imports race ## everything that is checked beside the tests

format: # the sources have the one form
	@echo 'check: format'
	@unformed=$$($(TOOL) gofumpt -l . .ci/imports .ci/client/testdata) && \
		if [ -n "$$unformed" ]; then echo "not formatted (gofumpt -w):"; echo "$$unformed"; exit 1; fi

vet: # the compiler's own suspicions
	@echo 'check: vet'
	@go vet ./...
	@go vet -C .ci ./...

static: # staticcheck, and a comment for each package
	@echo 'check: static'
	@$(TOOL) staticcheck -checks $(CHECKS) ./...
	@cd .ci && go tool staticcheck -checks $(CHECKS) ./...

sumtypes: # no event or command is forgotten in a switch
	@echo 'check: sumtypes'
	@$(TOOL) go-check-sumtype -default-signifies-exhaustive=false ./...

tidy: # go.mod and go.sum say what is used
	@echo 'check: tidy'
	@go mod tidy -diff
	@go mod -C .ci tidy -diff

imports: # the direction of imports, and the other rules of .ci/imports
	@echo 'check: imports'
	@go test -C .ci ./...
	@go run -C .ci ./imports ..

race: # the short tests under the race detector; of the rules the draw alone works in parallel
	@echo 'check: race'
	@CGO_ENABLED=1 go test -race -short -timeout 15m ./domain/draw \
		$$(go list ./... | grep -v '^lotteryledger/domain')

client: ## the official clients against the embedded server: Go, and Node where it is installed
	.ci/client/run
	.ci/client/node/run

bench: ## all benchmarks
	go test -run '^$$' -bench . -benchmem -timeout 60m ./...

torture: ## kills and cuts of power by the thousand (TORTURE), and a store of LARGE events; takes hours
	TORTURE=$(TORTURE) LARGE=$(LARGE) go test -run 'Kill|PowerLoss|FailedCall|FullDisk|Large' -v -timeout 12h ./eventstore/embedded
	LOTTERY_KILLS=200 go test -run 'KilledAtAnyMoment' -v -timeout 2h ./cmd/lottery
	LOTTERY_TROUBLES=50 go test -run 'RoundOnClusterInTrouble' -parallel 16 -v -timeout 2h ./cmd/lottery

histories: ## simulated histories that make test does not have: HISTORIES of them, from the seed FROM on; hours
	go test -run 'TestHistories$$' -timeout 24h ./cmd/internal/histories -histories $(HISTORIES) -from $(FROM) -v

fuzz: ## each fuzz target for FUZZTIME (30s)
	@set -e; for package in $$(go list ./...); do \
		listed=$$(go test -list '^Fuzz' $$package); \
		for target in $$(echo "$$listed" | grep '^Fuzz' || true); do \
			echo "$$package $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
		done; \
	done

clean: ## remove what build and run made
	rm -rf bin run
