# make demo    installs what is missing, builds, and transcodes a real clip (CLIP=path for any other)
# make test    installs what is missing and runs every test
# make check   lints, sanitizers, model checking, packaging
# make cluster the long tests on a cluster of processes: every codec, killed workers, URLs, the report in Chromium (minutes)
# make environments   the Node package in test runners and bundlers, the Python package in frameworks, notebooks, other Pythons
# make soak    the gate's promise at full size: 200 frames of 1080p, all presets, slots and kinds of host (minutes)
# make fuzz    SECONDS_fuzz each: random calls of everything under ASan with failed allocations, with forks, under TSan; hostile parsers and files
# make options every option of every codec with odd values, libx264 in all modes (minutes; make test walks one mode)
# make wpt     the W3C's own tests on the Node package, of a checkout WPT_ROOT=path; WRITE=1 writes the list of expected results anew
# make bench   ours against what a user would take instead, in one run
# make pictures  measures and draws the figures of docs/backpressure.md
# make scale   measures a cluster of this machine and draws docs/scale.md
# make licences  checks the licences of all crates and writes docs/THIRD-PARTY.html (installs cargo-deny and cargo-about: minutes)
# make vendor  puts the crates' sources into vendor/, for builds without network
# make header  writes anew what Rust says: include/framegate.h, the tables of the Node and Python packages, docs/reference.md

CLIP ?=
CARGO ?= cargo
SECONDS_fuzz ?= 1800
SEED_fuzz ?= $(shell date +%s)
LOOM = RUSTFLAGS="--cfg loom" CARGO_TARGET_DIR=target/loom

.PHONY: demo test check cluster scale soak options fuzz wpt bench pictures header licences vendor setup setup-check lint python-lint model asan tsan valgrind random-calls package environments

demo:
	@scripts/setup.sh demo
	@scripts/demo.sh $(if $(CLIP),"$(CLIP)")

setup:
	@scripts/setup.sh test

test: setup
	$(CARGO) test --locked
	scripts/python-tests.sh test
	scripts/node-tests.sh
	scripts/examples.sh

check: setup-check lint python-lint model tsan valgrind asan random-calls package
	@echo "check: all good"

setup-check:
	@scripts/setup.sh check

lint: setup-check
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	$(LOOM) $(CARGO) clippy --locked --test model -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --no-deps --document-private-items
	scripts/check-layering.sh
	$(CARGO) build --locked
	scripts/check-exports.sh target/debug/libframegate.so
	$(CARGO) test --locked --test header

python-lint: setup-check
	scripts/python-tests.sh lint

model: setup-check
	$(LOOM) $(CARGO) test --locked --release --test model

tsan: setup-check
	scripts/check-tsan.sh

valgrind: setup-check
	$(CARGO) build --locked
	scripts/check-valgrind.sh

asan: setup-check
	scripts/check-asan.sh

package: setup-check
	scripts/check-package.sh
	scripts/check-package-node.sh

cluster:
	@scripts/setup.sh cluster
	scripts/python-tests.sh test -m cluster tests/test_cluster_long.py tests/test_report_page.py

environments: setup-check
	scripts/node-environments.sh
	scripts/python-tests.sh environments

soak: setup
	$(CARGO) build --locked --release --lib
	ARGS_soak="200 1920 1080" scripts/c-programs.sh target/soak target/release
	@cat target/soak/soak.log

fuzz: setup-check
	scripts/random-calls.sh address --seconds $(SECONDS_fuzz) --seed $(SEED_fuzz) --hostile-options --fail-alloc
	scripts/random-calls.sh address --seconds $(SECONDS_fuzz) --seed $(SEED_fuzz) --hostile-options --fork \
		--fail-alloc
	scripts/random-calls.sh thread --seconds $(SECONDS_fuzz) --seed $(SEED_fuzz) --hostile-options
	FRAMEGATE_FUZZ_SECONDS=$(SECONDS_fuzz) FRAMEGATE_FUZZ_SEED=$(SEED_fuzz) \
		$(CARGO) test --locked --test hostile_parsers --test hostile_files

# The same seed each time: what new seeds find is for make fuzz.
random-calls: setup-check
	scripts/random-calls.sh address --seconds 20 --seed 1 --fail-alloc
	scripts/random-calls.sh address --seconds 20 --seed 1 --fork --fail-alloc
	scripts/random-calls.sh thread --seconds 20 --seed 1
	FRAMEGATE_FUZZ_SECONDS=10 $(CARGO) test --locked --test hostile_parsers --test hostile_files

options: setup
	FRAMEGATE_OPTION_WALK=full $(CARGO) test --locked --test option_walk -- --nocapture

# Not part of `make check`: the tests are the W3C's, and not in the repository.
wpt:
	@scripts/wpt.sh $(if $(WRITE),--write)

bench:
	@scripts/setup.sh bench
	benches/run.py

pictures:
	@scripts/setup.sh test
	benches/pictures.py

scale:
	@scripts/setup.sh test
	benches/scale.py

header:
	FRAMEGATE_UPDATE_HEADER=1 $(CARGO) test --locked --test header

licences:
	scripts/licences.sh

vendor:
	mkdir -p .cargo
	$(CARGO) vendor --locked vendor 2>/dev/null >.cargo/config.toml
