# shellcheck shell=bash disable=SC2034,SC2154 # of boot and scenes
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
#
# scene.sh - what a scene is made of: a device tree, guests, a boot, and what must and must not
# be on the console. Sourced by boot, which sets what is not set here; knows nothing of a driver.

machine=(-M "virt,virtualization=on,gic-version=3,highmem=off,iommu=ipmmu" -cpu cortex-a57 -smp 2
	-m 1024 -nic none -nodefaults -display none)
# What a scene may set before tree(): more arguments for QEMU, more events in a trace, whether the
# PCIe bridge stays, and the number of the power domain that is always on.
extra=()
events=()
keep_pcie=
always_on=20
loads=()
programs=()
kernel=$dir/b/xen
wrong=0

# On R-Car S4 instead, where boot is told so.
if [ "$generation" = 4 ]; then
	machine+=(-global renesas-ipmmu.generation=4 -global renesas-ipmmu.prr=0x5a00)
	always_on=40
fi
# Slow enough that who does not wait for a flush is seen.
[ "$judge" = no ] || machine+=(-global renesas-ipmmu.flush-us=50)

# version_of INTERFACE: as this Xen's public header has it.
version_of() {
	sed -n "s/^#define XEN_$1_INTERFACE_VERSION *//p" "$dir/xen/include/public/${1,,}.h"
}

# unbuilt FILE: an image of an earlier boot must not stand in for it.
unbuilt() {
	complain "guests/$1 does not build"
	exit 1
}

# guest NAME OPTION...: build an image of guests/NAME.c.
guest() {
	local image=$1
	shift
	aarch64-linux-gnu-gcc -Os -Wall -Wextra -Werror -ffreestanding -fno-stack-protector \
		-mgeneral-regs-only -mstrict-align -fpie -mcmodel=tiny -nostdlib -static \
		"$@" -D"DOMCTL=$(version_of DOMCTL)" -D"SYSCTL=$(version_of SYSCTL)" \
		-Wl,-T,"$here/guests/guest.lds" -Wl,--build-id=none -Wl,--no-warn-rwx-segments \
		-o "$image.elf" "$here/guests/start.S" "$here/guests/$image.c" || unbuilt "$image.c"
	aarch64-linux-gnu-objcopy -O binary "$image.elf" "$image.img"
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
	# Xen takes the first that it finds among the modules of a domain.
	[ "$4" != multiboot,kernel ] || say "$1/module@$2" bootargs none
	loads+=(-device "loader,file=$3,addr=0x$2,force-raw=on")
}

# firmware OPTION...: what runs before Xen, in memory that stays its own.
firmware() {
	aarch64-linux-gnu-gcc -Os -Wall -Wextra -Werror -ffreestanding -fno-stack-protector \
		-mgeneral-regs-only -mstrict-align -fpie -nostdlib -static "$@" -DXEN=0x44000000 \
		-Wl,-T,"$here/guests/guest.lds" -Wl,--build-id=none -Wl,--no-warn-rwx-segments \
		-o firmware.elf "$here/guests/firmware.S" "$here/guests/firmware.c" || unbuilt firmware.c
	aarch64-linux-gnu-objcopy -O binary firmware.elf firmware.img
	fdtput -c tree.dtb /reserved-memory
	put /reserved-memory '#address-cells' 2
	put /reserved-memory '#size-cells' 2
	fdtput -t x tree.dtb /reserved-memory ranges
	fdtput -c tree.dtb /reserved-memory/firmware@40200000
	put /reserved-memory/firmware@40200000 reg 0 40200000 0 200000
	loads+=(-device "loader,file=$dir/b/xen,addr=0x44000000,force-raw=on")
	kernel=$PWD/firmware.img
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
	# Where the machine under QEMU is held up for long, Xen's default scheduler can leave a domain
	# without CPU for ever: at its lowest credit no other CPU takes it from the one that waits.
	say /chosen xen,xen-bootargs "console=dtuart dtuart=/pl011@9000000 noreboot sched=credit iommu=verbose dom0_mem=128M loglvl=all guest_loglvl=all $1"
	put /chosen '#address-cells' 2
	put /chosen '#size-cells' 2
	loads=()
}

# dom0 NAME OPTION...: a dom0 of a few lines.
dom0() {
	guest "$@"
	module /chosen 50000000 "$1.img" multiboot,kernel
}

# domain_make NUMBER KIB DEVICE...: a guest with the DEVICEs of guests/DEVICE.dts, but no kernel.
domain_make() {
	local node=/chosen/domU$1 at=$((0x52400000 + $1 * 0x800000)) device
	fdtput -c tree.dtb "$node"
	say "$node" compatible xen,domain
	put "$node" '#address-cells' 2
	put "$node" '#size-cells' 2
	put "$node" memory 0 "$(printf '%x' "$2")"
	put "$node" cpus 1
	shift 2
	for device in "$@"; do
		say "$(sed -n 's/.*xen,path = "\(.*\)".*/\1/p' "$here/guests/$device.dts")" xen,passthrough ''
		dtc -q -I dts -O dtb -o "$device.dtb" "$here/guests/$device.dts"
		module "$node" "$(printf '%x' $at)" "$device.dtb" multiboot,device-tree
	done
}

# domain NUMBER NAME KIB DEVICE [OPTION...]: a guest of a few lines; options for the compiler.
domain() {
	local number=$1 image=$2
	domain_make "$number" "$3" "$4"
	shift 4
	guest "$image" "$@"
	module "/chosen/domU$number" "$(printf '%x' $((0x52000000 + number * 0x800000)))" \
		"$image.img" multiboot,kernel
}

# kernel NODE INIT ARGUMENTS: Linux for the domain of the node, with a console of its own.
kernel() {
	initrd "$2"
	module "$1" 54000000 "$linux/kernel" multiboot,kernel
	say "$1/module@54000000" bootargs "rdinit=/init $3"
	module "$1" 5a000000 "$PWD/initrd" multiboot,ramdisk
}

# program NAME: guests/NAME.c for Linux, to go into the next RAM disk.
program() {
	aarch64-linux-gnu-gcc -O2 -Wall -Wextra -Werror -static -D"DOMCTL=$(version_of DOMCTL)" \
		-D"SYSCTL=$(version_of SYSCTL)" -o "$1" "$here/guests/$1.c"
	programs+=("$PWD/$1")
}

# initrd INIT: the RAM disk with its modules, and guests/INIT as its first process.
initrd() {
	rm -rf ram
	mkdir ram
	cp "$here/guests/$1" ram/init
	[ ${#programs[@]} -eq 0 ] || cp "${programs[@]}" ram/
	(cd ram && find . -type f | sort | cpio -o -H newc --quiet | gzip -1n) | cat "$linux/initrd" - >initrd
}

# The console's characters are in the trace, too: so it tells what was said between accesses.
trace_arguments() {
	local event
	printf '%s\n' -msg timestamp=on -D "$name.trace"
	for event in ipmmu_read ipmmu_write ipmmu_irq ipmmu_violation ipmmu_knob ipmmu_master \
		pl011_write "${events[@]}"; do
		printf '%s\n' -trace "$event"
	done
}

# interact: the same boot with this terminal as its console, instead of a judgement.
interact() {
	"$qemu" "${machine[@]}" "${extra[@]}" "${loads[@]}" -monitor none -serial mon:stdio \
		-no-reboot -kernel "$dir/b/xen" -dtb tree.dtb || wrong=1
	exit "$wrong"
}

# run [END]: boot, and keep what is said in the log. END is how it ends.
run() {
	local tracing=(-d guest_errors -D "$flagged")
	[ "$shell" = no ] || interact
	if [ "$trace" = yes ]; then
		mapfile -t tracing < <(trace_arguments)
		flagged=$name.trace
	fi
	timeout "$HANG_LIMIT" "$qemu" "${machine[@]}" "${extra[@]}" "${loads[@]}" "${tracing[@]}" \
		-monitor none -serial stdio -no-reboot -kernel "$kernel" -dtb tree.dtb \
		</dev/null >"$log" 2>&1 ||
		complain "QEMU ends with $? (124: after $HANG_LIMIT s)"
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
