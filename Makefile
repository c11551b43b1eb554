# `make demo` shows debvisor protecting a running guest; `make test` is what the continuous integration runs.
SHELL := /bin/bash
PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
JOBS ?= 2
# Where Swift puts what it builds; another one keeps two checkouts or two configurations apart.
BUILD ?= .build

RELEASE := -c release --static-swift-stdlib -Xswiftc -gnone -Xlinker -s -Xlinker -z -Xlinker relro -Xlinker -z -Xlinker now
SCRIPTS := $(shell grep -rIlE '^.!/(usr/bin/env bash|bin/bash)' scripts Examples Tests Bench .ci 2>/dev/null)

.PHONY: build demo test check format generate bench soak release install deb uninstall clean dependencies
build: dependencies-build
	$(SWIFT) build --jobs $(JOBS) --scratch-path $(BUILD)

# All Debian packages that any target below may need.
dependencies:
	@scripts/install-dependencies build guest test soak check bench
.PHONY: dependencies-build
dependencies-build:
	@scripts/install-dependencies build

release: dependencies-build
	$(SWIFT) build $(RELEASE) --product debvisor --jobs $(JOBS) --scratch-path $(BUILD)
	@readelf -h $(BUILD)/release/debvisor | grep -q 'Type: *DYN' || { echo 'make: the release is not position independent' >&2; exit 1; }

demo:
	@BUILD=$(BUILD) Examples/demo.sh

test:
	@BUILD=$(BUILD) JOBS=$(JOBS) SWIFT=$(SWIFT) scripts/run-tests

# What takes longer than a commit can wait for.
soak: release
	@scripts/install-dependencies guest test soak
	@DEBVISOR_RELEASE=$(abspath $(BUILD)/release/debvisor) BUILD=$(BUILD) JOBS=$(JOBS) SWIFT=$(SWIFT) SOAK=1 scripts/run-tests

check:
	@scripts/install-dependencies check
	@BUILD=$(BUILD) SWIFT=$(SWIFT) scripts/check $(SCRIPTS)

format:
	$(SWIFT) format --in-place --parallel --recursive Sources Tests Package.swift

# Manual pages, completion and the lock of the interface, from the binary.
generate: build
	scripts/generate $(BUILD)/debug/debvisor .

bench: release
	@scripts/install-dependencies bench guest
	$(SWIFT) build $(RELEASE) --product ScheduleDriver --jobs $(JOBS) --scratch-path $(BUILD)
	$(SWIFT) build $(RELEASE) --product MetricsDriver --jobs $(JOBS) --scratch-path $(BUILD)
	$(SWIFT) build $(RELEASE) --product AlertsDriver --jobs $(JOBS) --scratch-path $(BUILD)
	@DEBVISOR=$(abspath $(BUILD)/release/debvisor) Bench/run $(ONLY)

# Installs what is there; it does not build, so that `sudo make install` leaves no files of root in the checkout.
install:
	@test -x $(BUILD)/release/debvisor || { echo 'make: run "make release" first' >&2; exit 1; }
	install -D -m 755 $(BUILD)/release/debvisor $(DESTDIR)$(PREFIX)/bin/debvisor
	install -D -m 644 Completions/debvisor.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/debvisor
	for page in ManPages/*.[157]; do \
	    install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/} || exit 1; done
	for unit in Examples/systemd/*; do \
	    install -D -m 644 $$unit $(DESTDIR)$(PREFIX)/lib/systemd/system/$${unit##*/} && \
	    sed -i 's|/usr/local/bin|$(PREFIX)/bin|' $(DESTDIR)$(PREFIX)/lib/systemd/system/$${unit##*/} || exit 1; done
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/debvisor LICENSE README.md CHANGELOG.md docs/*.md

# A package with all that `make install` installs, for hosts that are kept by apt.
deb: release
	@scripts/install-dependencies package
	@BUILD=$(BUILD) scripts/make-deb

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/debvisor $(DESTDIR)$(PREFIX)/share/bash-completion/completions/debvisor
	for page in ManPages/*.[157]; do rm -f $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}; done
	for unit in Examples/systemd/*; do rm -f $(DESTDIR)$(PREFIX)/lib/systemd/system/$${unit##*/}; done
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/debvisor

clean:
	@Examples/lab/guest down
	rm -rf $(BUILD) .bench .demo
