# SPDX-License-Identifier: GPL-2.0
#
# To be included: cgr-version, what everything calls itself, and cgr-version-flags to compile with. It stands in dkms.conf, which dkms
# wants to have it itself.

cgr-version-file	:= $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/../dkms.conf)
cgr-version		:= $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' $(cgr-version-file))
cgr-version-flags	:= -DCGR_VERSION='"$(cgr-version)"'
