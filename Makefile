# Everything a fresh Debian or Ubuntu machine with a Swift toolchain needs: `make launch`, `make test`.

SHELL := /bin/bash
# Debug information is a tenth of a build's time and two thirds of the binary; profilers and backtraces still name
# functions.
BUILD := swift build -c release -debug-info-format none
PREFIX ?= /usr/local
# For `awn-tui --version`.
export AWN_COMMIT := $(shell git describe --always --dirty --abbrev=12 --exclude '*' 2>/dev/null)
# Headers to build with, and tmux, in which the tests run the dashboard.
PACKAGES := libncursesw5-dev zlib1g-dev pkg-config
# What reads PNG and JPEG, where image folders are trained on; Debian and Ubuntu name the second package differently.
IMAGE_PACKAGES := libpng16-16 libturbojpeg0|libturbojpeg
TEST_PACKAGES := tmux ncurses-bin ncurses-term libopenmpi-dev openmpi-bin $(IMAGE_PACKAGES)

# Where `make test` keeps the Python programs that read what is exported; another interpreter: AWN_PYTHON=…
PEERS := $(CURDIR)/.build/peers

.PHONY: mpi launch build test lint format setup setup-test renew-golden protobuf bench peers install dist clean

launch: build
	.build/release/awn-tui launch spiral

build: setup
	$(BUILD) --product awn-tui

# What several machines need: the library that connects ranks, with the MPI of this machine (Open MPI if there is none).
mpi: setup
	@command -v mpicc >/dev/null || { $(call ensure,libopenmpi-dev openmpi-bin); }
	mkdir -p .build/release
	mpicc -O2 -std=gnu11 -Wall -Wextra -fPIC -shared Sources/MPIShim/awn_mpi.c -o .build/release/libawn-mpi.so
	@echo "now: mpirun -n 2 .build/release/awn-tui train spiral"

# Tests run in release: they train networks. Their product by name: `--build-tests` builds every product there is,
# protoc's six hundred C++ files among them.
test: setup-test lint test-peers
	$(BUILD) --product awn-tuiPackageTests
	$(BUILD) --product awn-bench
	python="$(AWN_PYTHON)"; [ -n "$$python" ] || [ ! -e $(PEERS)/ready ] || python=$(PEERS)/bin/python3; \
	set -o pipefail; AWN_PYTHON="$$python" swift test -c release --skip-build 2>&1 | tee .build/test.log
	@bash Tests/report_skips.sh .build/test.log

# Builds and runs the tests of one module without those of the others. The modules in FILE_BY_FILE are compiled by the file,
# so that a changed one is tested in half a minute; optimized all the same, for otherwise the dashboard's tests take two
# minutes. The tests of the others train, or count allocations: they want modules that are optimized as a whole.
FILE_BY_FILE = Canvas Dashboard
MODULE_FLAGS = $(if $(filter $(FILE_BY_FILE),$(MODULE)),-Xswiftc -O -Xcc -O2,-c release) -debug-info-format none \
  --scratch-path .build/module
.PHONY: test-module
test-module: setup-test
	@[ -n "$(MODULE)" ] || { echo "which module? make test-module MODULE=Dashboard"; exit 2; }
	AWN_TEST_MODULE=$(MODULE) swift build $(MODULE_FLAGS) --product awn-tuiPackageTests
	AWN_TEST_MODULE=$(MODULE) swift test $(MODULE_FLAGS) --skip-build

# Checks the C kernels against plain formulas, compiled for each level of x86-64 that this machine has and, in an
# emulator, for arm64; then runs the tests of LinearAlgebra at each of these levels.
LEVELS = 1$(shell grep -qsw avx /proc/cpuinfo && echo " 2")$(shell /lib64/ld-linux-x86-64.so.2 --help 2>/dev/null | sed -n 's/^ *x86-64-v\([34]\) .supported.*/ \1/p' | sort)
CLANG = $(shell dirname "$$(readlink -f "$$(command -v swift)")")/clang
CHECK_KERNELS = $(CLANG) -O2 -std=gnu11 -Wall -Wextra -Werror -Wno-psabi -ISources/CKernels -ISources/CKernels/include \
  $(shell find Sources/CKernels -name '*.c') $(wildcard Tests/Kernels/*.c)

.PHONY: check-kernels test-levels sanitize-kernels
check-kernels:
	@$(call ensure,gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user)
	mkdir -p .build/kernels
	if [ "$$(uname -m)" = x86_64 ]; then \
	  for level in $(LEVELS); do \
	    $(CHECK_KERNELS) -DAWN_KERNEL_LEVEL=$$level -lm -o .build/kernels/check-$$level \
	      && .build/kernels/check-$$level || exit 1; \
	  done; \
	fi
	$(CHECK_KERNELS) --target=aarch64-linux-gnu -static -lm -o .build/kernels/check-arm64
	qemu-aarch64 .build/kernels/check-arm64

test-levels: setup-test check-kernels
	for level in $(LEVELS); do \
	  export AWN_TEST_MODULE=LinearAlgebra AWN_KERNEL_LEVEL=$$level; \
	  swift build -Xcc -O2 --scratch-path .build/levels --product awn-tuiPackageTests \
	    && swift test -Xcc -O2 --scratch-path .build/levels --skip-build || exit 1; \
	done

# The tests of the modules with pointers under the address sanitizer, and those of threads under the thread sanitizer;
# without those that count allocations, and without fuzzing and training runs, which would take hours. The trainer's own
# tests are beyond the thread sanitizer: they wait for commands, which it makes too slow for their time limits.
SANITIZED = LinearAlgebra AdaptiveWidth Learning Training
UNSANITIZED = aStepAllocatesNothing|noNetworkAllocates|Fuzz|PaperTests
THREADED = WorkersTests|ThreadExecutorTests|WholeMinibatchTests|UpdateTests|MailboxTests
SANITIZE = AWN_SANITIZE=1 AWN_KERNEL_LEVEL=$(lastword $(LEVELS)) ASAN_OPTIONS=detect_leaks=0 \
  TSAN_OPTIONS=suppressions=$(CURDIR)/Tests/thread-sanitizer.supp
.PHONY: sanitize
sanitize: setup-test sanitize-kernels
	for module in $(SANITIZED); do \
	  export $(SANITIZE) AWN_TEST_MODULE=$$module; \
	  swift build --sanitize=address -Xcc -O2 --scratch-path .build/address --product awn-tuiPackageTests \
	    && swift test --sanitize=address -Xcc -O2 --scratch-path .build/address --skip-build --skip '$(UNSANITIZED)' \
	    || exit 1; \
	done
	for module in Learning Messaging; do \
	  export $(SANITIZE) AWN_TEST_MODULE=$$module; \
	  swift build --sanitize=thread -Xcc -O2 --scratch-path .build/thread --product awn-tuiPackageTests \
	    && swift test --sanitize=thread -Xcc -O2 --scratch-path .build/thread --skip-build \
	      --filter '$(THREADED)' --skip '$(UNSANITIZED)' || exit 1; \
	done

# The same program of kernels under the address and undefined-behavior sanitizers; at one level, because the functions
# that choose among several run before the sanitizer is ready.
sanitize-kernels:
	mkdir -p .build/kernels
	$(CHECK_KERNELS) -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	  -DAWN_KERNEL_LEVEL=$(lastword $(LEVELS)) -lm -o .build/kernels/check-sanitized 2>/dev/null
	ASAN_OPTIONS=detect_leaks=0 .build/kernels/check-sanitized

# Without Python or its package index the tests run all the same, but for those that ask other programs.
.PHONY: test-peers
test-peers:
ifeq ($(AWN_PYTHON),)
	@cmp -s Tests/Peers/requirements.txt $(PEERS)/ready || { \
	  echo "installing what the exported files are checked with, into .build/peers"; \
	  rm -rf $(PEERS); mkdir -p $(dir $(PEERS)); \
	  python3 -m venv $(PEERS) \
	    && $(call pip,$(PEERS)) -r Tests/Peers/requirements.txt \
	    && cp Tests/Peers/requirements.txt $(PEERS)/ready; \
	} || echo "not possible (see above): the tests that need Python are skipped"
endif

pip = $(1)/bin/python3 -m pip install --quiet --disable-pip-version-check --timeout 15 --retries 1

# The fuzzing tests of all modules, or of MODULE=…, with 100,000 inputs each or INPUTS=… of them: those of Datasets take
# about ten minutes of one core, all of them about half an hour.
FUZZ = $(if $(MODULE),AWN_TEST_MODULE=$(MODULE))
FUZZ_PATH = $(if $(MODULE),--scratch-path .build/module)
.PHONY: fuzz
fuzz: setup-test
	$(FUZZ) $(BUILD) $(FUZZ_PATH) --product awn-tuiPackageTests
	$(FUZZ) AWN_FUZZ_INPUTS=$(or $(INPUTS),100000) swift test -c release $(FUZZ_PATH) --skip-build \
	  --filter 'Fuzz|fuzz|Damage|damage'

# Measures what the documentation claims; `make peers` first to see PyTorch beside it.
bench: setup build
	$(BUILD) --product awn-bench
	.build/release/awn-bench steps drift threads scaling curve evaluation accuracy memory dashboard

# PyTorch for `awn-bench peers`.
peers:
	[ -x .peers/bin/python3 ] || python3 -m venv .peers
	$(call pip,.peers) numpy torch
	@echo "now: .build/release/awn-bench peers"

# Regenerates Sources/*/Generated, after a change to a .proto file.
protobuf: setup
	@$(call ensure,protobuf-compiler)
	swift build --product protoc-gen-swift
	for file in ModelExport/ONNX/onnx TensorBoard/tensorboard; do \
	  folder=Sources/$$(dirname $$file); \
	  protoc --plugin=.build/debug/protoc-gen-swift --swift_opt=Visibility=Package \
	    --swift_out=$$folder/Generated -I $$folder $$(basename $$file).proto || exit 1; \
	done
	git diff --stat Sources

lint:
	swift format lint --strict --recursive Sources Tests themes Package.swift

format:
	swift format --in-place --recursive Sources Tests themes Package.swift

# Rewrites the golden screens, and the keys in README.md and examples/config.toml; look at the difference before you
# keep it.
renew-golden: setup-test
	$(BUILD) --product awn-tuiPackageTests
	AWN_RENEW_GOLDEN=1 swift test -c release --skip-build --filter GoldenTests
	git diff --stat Tests/DashboardTests/Golden README.md examples/config.toml

install: build
	$(call place,.build/release/awn-tui,$(DESTDIR)$(PREFIX))

# One archive for machines without Swift; the licenses of what is linked into the program go with it.
dist: setup
	swift build -c release --product awn-tui --static-swift-stdlib --scratch-path .build/dist
	version=$$(.build/dist/release/awn-tui --version | awk 'NR == 1 { print $$2 }'); \
	name=awn-tui-$$version-linux-$$(uname -m); folder=.build/dist/$$name; \
	rm -rf $$folder; \
	$(call place,.build/dist/release/awn-tui,$$folder) && \
	strip $$folder/bin/awn-tui && \
	cp -R README.md examples $$folder/ && rm -rf $$folder/examples/library/.build && \
	for package in .build/dist/checkouts/*; do \
	  cp $$package/LICENSE* $$folder/share/doc/awn-tui/LICENSE.$$(basename $$package) || exit 1; \
	done && \
	tar -C .build/dist -czf .build/dist/$$name.tar.gz $$name && echo .build/dist/$$name.tar.gz

# The program, its manual page and its completions: program, prefix.
define place
install -D -m 755 $(1) $(2)/bin/awn-tui && \
install -d $(2)/share/man/man1 $(2)/share/bash-completion/completions $(2)/share/zsh/site-functions \
  $(2)/share/fish/vendor_completions.d $(2)/share/doc/awn-tui && \
$(1) generate-manual > $(2)/share/man/man1/awn-tui.1 && \
$(1) --generate-completion-script bash > $(2)/share/bash-completion/completions/awn-tui && \
$(1) --generate-completion-script zsh > $(2)/share/zsh/site-functions/_awn-tui && \
$(1) --generate-completion-script fish > $(2)/share/fish/vendor_completions.d/awn-tui.fish
endef

clean:
	swift package clean

# Installs what is missing and says so; does nothing the second time.
setup:
	@$(call ensure,$(PACKAGES))

setup-test:
	@$(call ensure,$(PACKAGES) $(TEST_PACKAGES))

# Names separated by | are one package under the names of several distributions: the first that the index has is taken,
# which a fresh machine can tell only after `apt-get update`.
define ensure
command -v swift >/dev/null || { echo "a Swift 6.3 toolchain is needed: https://www.swift.org/install"; exit 1; }; \
installed() { dpkg-query -W -f '$${Status}\n' $${1//|/ } 2>/dev/null | grep -q "install ok installed"; }; \
missing=""; \
for package in $(subst |,\|,$(1)); do installed "$$package" || missing="$$missing $$package"; done; \
if [ -n "$$missing" ]; then \
  command -v apt-get >/dev/null || { echo "install by hand what this machine calls:$$missing"; exit 1; }; \
  sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
  $$sudo apt-get update -qq; \
  names=""; \
  for package in $$missing; do \
    for name in $${package//|/ }; do [ -z "$$(apt-cache madison $$name 2>/dev/null)" ] || break; done; \
    names="$$names $$name"; \
  done; \
  echo "installing$$names"; \
  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$names >/dev/null; \
fi
endef
