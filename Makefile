# SPDX-License-Identifier: GPL-2.0-only
# cgr: carrier-grade routing for Linux. `make help` lists the targets. Everything made goes below build/.

top   := $(CURDIR)
build := $(top)/build

PREFIX           ?= /usr/local
INSTALL_MOD_PATH ?= $(DESTDIR)
INSTALL_MOD_DIR  ?= updates
export PREFIX DESTDIR

# The kernel to build for: the running one when its headers are there, else (see `modules`) the two we are tested with.
KDIR ?= $(wildcard /lib/modules/$(shell uname -r)/build)

.DEFAULT_GOAL := all
.SUFFIXES:
.PHONY: all modules kbuild tools install modules_install tools_install load_install uninstall deb check check-debug check-long unit fuzz \
	demo lab bench data style clean help

all: modules tools ## build the modules and the commands (the default)

modules: ## build the modules [KDIR=headers of the kernel to build for]
ifneq ($(KDIR),)
	@tests/vm/deps modules
	@$(MAKE) --no-print-directory kbuild KDIR='$(KDIR)'
else
	@echo 'No headers of the running kernel ($(shell uname -r)) here: building for the kernels cgr is tested with.'
	@tests/vm/build
endif

tools: ## build the commands `cgr` and `cgr-sign`, and what ip(8) loads for links of kind mfib
	@tests/vm/deps tools
	@mkdir -p $(build)/tools/cgr $(build)/tools/cgr-sign
	@$(MAKE) --no-print-directory -C tools/cgr O=$(build)/tools/cgr
	@$(MAKE) --no-print-directory -C tools/cgr-sign O=$(build)/tools/cgr-sign
	@$(MAKE) --no-print-directory -C tools/ip O=$(build)/tools/ip

# Each kernel gets a tree of its own below build/ with links to the sources, so that builds for two kernels live side by
# side and may run at the same time.
release  := $(if $(KDIR),$(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' $(KDIR)/include/generated/utsrelease.h))
objtree  := $(build)/$(release)
folders  := $(wildcard include net security kernel)
sources  := Kbuild $(if $(folders),$(shell find $(folders) -name '*.[chS]' -o -name Kbuild))
links    := $(addprefix $(objtree)/,$(sources))

kbuild: $(links)
	@find $(objtree) -xtype l -delete
	+$(MAKE) -C $(KDIR) M=$(objtree) modules

$(links): $(objtree)/%:
	@mkdir -p $(@D) && ln -s $(top)/$* $@

install: modules_install tools_install load_install ## install modules, commands, man pages, completion [DESTDIR= PREFIX= INSTALL_MOD_PATH=]

modules_dir = $(INSTALL_MOD_PATH)/lib/modules/$(release)

modules_install: modules
	@[ -n '$(release)' ] || { echo 'install needs KDIR= or the headers of the running kernel' >&2; exit 1; }
	install -d $(modules_dir)/$(INSTALL_MOD_DIR)
	find $(objtree) -name '*.ko' -exec install -m 644 -t $(modules_dir)/$(INSTALL_MOD_DIR) {} +
	@[ ! -e $(modules_dir)/modules.order ] || depmod -b $(INSTALL_MOD_PATH)/ $(release)

tools_install: tools
	@$(MAKE) --no-print-directory -C tools/cgr O=$(build)/tools/cgr install
	@$(MAKE) --no-print-directory -C tools/cgr-sign O=$(build)/tools/cgr-sign install
	@$(MAKE) --no-print-directory -C tools/ip O=$(build)/tools/ip install
	@$(MAKE) --no-print-directory -C tools/boot install
	@$(MAKE) --no-print-directory -C tools/digsig install

load_install:
	@$(MAKE) --no-print-directory -C tools/boot install-load

uninstall: ## remove what install installed [the same variables]
	find $(objtree) -name '*.ko' -printf '%f\n' | (cd $(modules_dir)/$(INSTALL_MOD_DIR) && xargs rm -f)
	@[ ! -e $(modules_dir)/modules.order ] || depmod -b $(INSTALL_MOD_PATH)/ $(release)
	rm -f $(DESTDIR)$(PREFIX)/sbin/cgr $(DESTDIR)$(PREFIX)/share/bash-completion/completions/cgr
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/share/man/man8/,$(notdir $(wildcard Documentation/man/*.8)))
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/bin/,cgr-sign cgr-sign-deb)
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/share/man/man1/,$(notdir $(wildcard Documentation/man/*.1)))
	@$(MAKE) --no-print-directory -C tools/ip uninstall
	@$(MAKE) --no-print-directory -C tools/boot uninstall
	@$(MAKE) --no-print-directory -C tools/digsig uninstall
	rm -f $(DESTDIR)/etc/iproute2/rt_protos.d/mfib.conf

deb: ## build the Debian packages cgr-dkms and cgr-tools into build/deb
	@debian/build

check: ## run every test, on both kernels [SUITE=unit|build|tools|sign|style|dkms|userland|interop|parity|mfib|<one test> KERNEL="6.1 6.12 6.1-debug" LONG=10]
	@$(if $(LONG),CGR_LONG=$(LONG)) tests/check $(KERNEL:%=-k %) $(SUITE)

check-debug: ## the suites of tests/selftests on kernels that look for mistakes [SUITE= KERNEL="6.1 6.12 6.1-smp 6.12-smp" LONG=10]
	@$(if $(LONG),CGR_LONG=$(LONG)) tests/check $(foreach k,$(or $(KERNEL),6.1),-k $(if $(findstring -,$k),$k,$k-debug)) $(SUITE)

unit: ## run the unit tests, in user space
	@tests/vm/deps unit
	@$(MAKE) --no-print-directory -C tests/unit run

check-long: ## the unit tests again and again with other seeds, and storms on real tables [LONG=10]
	@tests/vm/deps unit data
	@tests/data/libloc
	@$(MAKE) --no-print-directory -C tests/unit long $(if $(LONG),LONG=$(LONG))

fuzz: ## run all fuzzers for TIME=300 seconds [SUITE=lpm|elf|tools|netlink|packets SEED= KERNEL=6.1-debug]
	@tests/fuzz/run $(TIME:%=-t %) $(SEED:%=-s %) $(KERNEL:%=-k %) $(SUITE)

demo: tools ## show in a guest, with the whole Internet table, what it does [KERNEL=]
	@tests/demo/run demo $(KERNEL)

lab: tools ## boot a router and two customers in a guest and give a shell [KERNEL=]
	@tests/demo/run lab $(KERNEL)

bench: ## run the benchmark tests/bench/SUITE, or all [SUITE= KERNEL= FULL=1]
	@for s in $(or $(SUITE),$(notdir $(patsubst %/settings,%,$(wildcard tests/bench/*/settings)))); do \
		tests/bench/run $$s $(KERNEL) || exit; \
	done

data: ## make the real-world routing tables below build/data [NEXTHOPS=256]
	@tests/vm/deps data
	@tests/data/libloc $(NEXTHOPS)

style: ## checkpatch, coccinelle, sparse, warnings, kernel-doc, shellcheck and more
	@tests/style

clean: ## remove what was built; fetched kernels and data stay (rm -r build for all)
	rm -rf $(addprefix $(build)/,tools unit selftests bench log dkms deb)
	find $(build) -mindepth 1 -maxdepth 1 -type d -name '[0-9]*' -exec rm -rf {} +

help: ## this list
	@sed -n 's/^\([a-z_-]*\):[^#]*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r t d; do \
		printf '  %-11s %s\n' "$$t" "$$d"; done
