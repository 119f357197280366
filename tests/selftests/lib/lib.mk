# SPDX-License-Identifier: GPL-2.0-only
# For the Makefile of a suite: compiles each program of TEST_GEN_FILES from its .c file into $(O), which is in PATH when the
# suite runs. Include it last.

O ?= $(abspath ../../../build/selftests)/$(notdir $(CURDIR))
CFLAGS ?= -O2 -g -Wall -Wextra -Werror
CPPFLAGS += -I../../../include/uapi

all: $(addprefix $(O)/,$(TEST_GEN_FILES))

$(O)/%: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $< $(LDLIBS)

.PHONY: all
.DELETE_ON_ERROR:
