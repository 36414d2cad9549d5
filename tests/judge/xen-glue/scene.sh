# shellcheck shell=bash disable=SC2034,SC2154 # of boot and scenes
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
#
# scene.sh - what a scene is made of: a device tree, guests, a boot, and what must and must not
# be on the console. Sourced by boot, which sets what is not set here; knows nothing of a driver.

machine=(-M "virt,virtualization=on,gic-version=3,highmem=off,iommu=ipmmu" -cpu cortex-a57 -smp 2
	-m 1024 -nic none -nodefaults -display none)
SECONDS_MAX=${SECONDS_MAX:-60}
# What a scene may set before tree(): more arguments for QEMU, whether the PCIe bridge stays, and
# the number of the power domain that is always on.
extra=()
keep_pcie=
always_on=20
loads=()
wrong=0

# version_of INTERFACE: as this Xen's public header has it.
version_of() {
	sed -n "s/^#define XEN_$1_INTERFACE_VERSION *//p" "$dir/xen/include/public/${1,,}.h"
}

# guest ROLE OPTION...: build an image of a few lines.
guest() {
	local role=$1
	shift
	aarch64-linux-gnu-gcc -Os -Wall -Wextra -Werror -ffreestanding -fno-stack-protector \
		-mgeneral-regs-only -mstrict-align -fpie -mcmodel=tiny -nostdlib -static \
		"$@" -D"ROLE_$role" -D"DOMCTL=$(version_of DOMCTL)" -D"SYSCTL=$(version_of SYSCTL)" \
		-Wl,-T,"$here/guest.lds" -Wl,--build-id=none -Wl,--no-warn-rwx-segments \
		-o "$role.elf" "$here/start.S" "$here/guest.c"
	aarch64-linux-gnu-objcopy -O binary "$role.elf" "$role.img"
}

# put NODE PROPERTY VALUE...: numbers, in hexadecimal.
put() {
	fdtput -t x tree.dtb "$@"
}

say() {
	fdtput -t s tree.dtb "$@"
}

# module NODE ADDRESS FILE COMPATIBLE: something that QEMU puts into memory for Xen.
module() {
	fdtput -c tree.dtb "$1/module@$2"
	say "$1/module@$2" compatible "$4" multiboot,module
	put "$1/module@$2" reg 0 "$2" 0 "$(printf '%x' "$(stat -c %s "$3")")"
	say "$1/module@$2" bootargs none
	loads+=(-device "loader,file=$3,addr=0x$2,force-raw=on")
}

# tree XENARGS: the machine's own tree without what takes long to hand over, with the power
# controller that the machine has not.
tree() {
	local node
	"$qemu" "${machine[@]}" "${extra[@]}" -M dumpdtb=tree.dtb 2>/dev/null
	[ -n "$keep_pcie" ] || fdtput -r tree.dtb /pcie@10000000
	for node in $(fdtget -l tree.dtb / | grep virtio_mmio); do
		fdtput -r tree.dtb "/$node"
	done
	fdtput -c tree.dtb /power
	put /power '#power-domain-cells' 1
	put /power phandle 9001
	for node in $(fdtget -l tree.dtb / | grep ^iommu@); do
		put "/$node" power-domains 9001 "$always_on"
	done
	fdtput -c tree.dtb /lab@bf20000
	put /lab@bf20000 reg 0 bf20000 0 1000
	say /chosen xen,xen-bootargs "console=dtuart dtuart=/pl011@9000000 noreboot iommu=verbose dom0_mem=128M loglvl=all guest_loglvl=all $1"
	put /chosen '#address-cells' 2
	put /chosen '#size-cells' 2
	loads=()
}

# dom0 ROLE OPTION...: a dom0 of a few lines.
dom0() {
	guest "$@"
	module /chosen 50000000 "$1.img" multiboot,kernel
}

# owner: a domain that owns the test master.
owner() {
	guest OWNER
	say /test-master@bf10000 xen,passthrough ''
	dtc -q -I dts -O dtb -o part.dtb "$here/part.dts"
	fdtput -c tree.dtb /chosen/domU1
	say /chosen/domU1 compatible xen,domain
	put /chosen/domU1 '#address-cells' 2
	put /chosen/domU1 '#size-cells' 2
	put /chosen/domU1 memory 0 8000
	put /chosen/domU1 cpus 1
	module /chosen/domU1 52000000 OWNER.img multiboot,kernel
	module /chosen/domU1 53000000 part.dtb multiboot,device-tree
}

# The console's characters are in the trace, too: so it tells what was said between accesses.
trace_arguments() {
	local event
	printf '%s\n' -msg timestamp=on -D "$name.trace"
	for event in ipmmu_read ipmmu_write ipmmu_irq ipmmu_violation ipmmu_knob ipmmu_master \
		pl011_write "$@"; do
		printf '%s\n' -trace "$event"
	done
}

# run [END]: boot, and keep what is said in the log. END is how it ends.
run() {
	local tracing=()
	[ "$trace" = no ] || mapfile -t tracing < <(trace_arguments)
	timeout "$SECONDS_MAX" "$qemu" "${machine[@]}" "${extra[@]}" "${loads[@]}" "${tracing[@]}" \
		-monitor none -serial stdio -no-reboot -kernel "$dir/b/xen" -dtb tree.dtb \
		</dev/null >"$log" 2>&1 ||
		complain "QEMU ends with $? (124: after $SECONDS_MAX s)"
	tr -d '\r' <"$log" >log.tmp
	mv log.tmp "$log"
	says "${1-Hardware Dom0 halted}"
	[ $# -gt 0 ] || never 'UBSAN|Assertion|Panic on|BUG at'
}

complain() {
	printf '%s: %s: %s\n' "$driver" "$name" "$1"
	wrong=1
}

says() {
	grep -qE -- "$1" "$log" || complain "nobody says '$1'"
}

never() {
	! grep -E -- "$1" "$log" || complain "somebody says '$1'"
}
