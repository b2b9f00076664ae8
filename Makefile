# Everything a fresh Debian or Ubuntu machine with a Swift toolchain needs: `make launch`, `make test`.

SHELL := /bin/bash
BUILD := swift build -c release
PREFIX ?= /usr/local
# Headers to build with, and tmux, in which the tests run the dashboard.
PACKAGES := libncursesw5-dev libopenblas-dev zlib1g-dev pkg-config
TEST_PACKAGES := tmux ncurses-bin ncurses-term

.PHONY: launch build test lint format setup setup-test renew-golden install clean

launch: build
	.build/release/awn-tui launch spiral

build: setup
	$(BUILD) --product awn-tui

# Tests run in release: they train networks.
test: setup-test lint
	swift build -c release --build-tests
	swift test -c release --skip-build

lint:
	swift format lint --strict --recursive Sources Tests themes Package.swift

format:
	swift format --in-place --recursive Sources Tests themes Package.swift

# Rewrites the golden screens; look at the difference before you keep it.
renew-golden: setup-test
	AWN_RENEW_GOLDEN=1 swift test -c release --filter GoldenTests
	git diff --stat Tests/DashboardTests/Golden

install: build
	install -D -m 755 .build/release/awn-tui $(DESTDIR)$(PREFIX)/bin/awn-tui

clean:
	swift package clean

# Installs what is missing and says so; does nothing the second time.
setup:
	@$(call ensure,$(PACKAGES))

setup-test:
	@$(call ensure,$(PACKAGES) $(TEST_PACKAGES))

define ensure
command -v swift >/dev/null || { echo "a Swift 6.3 toolchain is needed: https://www.swift.org/install"; exit 1; }; \
missing=""; \
for package in $(1); do \
  dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q "install ok installed" || missing="$$missing $$package"; \
done; \
if [ -n "$$missing" ]; then \
  command -v apt-get >/dev/null || { echo "install by hand what this machine calls:$$missing"; exit 1; }; \
  sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
  echo "installing$$missing"; \
  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq $$missing >/dev/null; \
fi
endef
