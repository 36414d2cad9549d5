# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
#
# qemu-linux.sh - the part of scripts/qemu that boots Linux: packages, modules, an initial RAM
# disk, and what must be in the console's output. Sourced; uses common.sh and build().

linux_version=6.1.192-2
linux_release=6.1.0-56-arm64
linux_glue=$TOP/glue/qemu/linux

# linux_deb SHA256 PATH: one package of Debian's security archive, in the cache.
linux_deb() {
	fetch "$1" "${2##*/}" "http://deb.debian.org/debian-security/pool/updates/main/$2" \
		"https://snapshot.debian.org/archive/debian-security/20261119T000000Z/pool/updates/main/$2"
}

# The sources of the driver and of dmatest, as they are in Debian's package; nothing else of it.
linux_sources() {
	local dir=$1 deb name
	deb=$(DEB_DIR=$dir fetch_deb ae95fe63d4c553f8d0e6c86cb1ab566f3894a43743eb19ab585cd97d82f26514 \
		linux-source-6.1 "$linux_version" \
		"http://deb.debian.org/debian-security/pool/updates/main/l/linux/linux-source-6.1_${linux_version}_all.deb") || exit 2
	note "taking the driver out of Linux's sources"
	name=linux-source-6.1
	dpkg --fsys-tarfile "$deb" | tar -xO ./usr/src/$name.tar.xz |
		tar -xJ -C "$dir" --strip-components=3 $name/drivers/iommu/ipmmu-vmsa.c \
			$name/drivers/dma/dmatest.c
	rm -f "$deb"
	printf '%s  %s\n' 07def73a3494d84b346fb91bb915a66653eb91a14ce7c59b6dc89a90942e51b9 \
		"$dir/ipmmu-vmsa.c" | sha256sum -c --quiet >&2 ||
		die "the driver is not the one that this is written for" "look at what changed in it"
}

linux_modules() {
	local dir=$1 headers=$1/root/usr/src/linux-headers-$linux_release
	sed -i "s#/usr/src/#$dir/root/usr/src/#" "$headers/Makefile"
	mkdir "$dir/modules"
	cp "$linux_glue"/*.c "$linux_glue/Kbuild" "$dir"/ipmmu-vmsa.c "$dir"/dmatest.c "$dir/modules"
	note "compiling the driver as a module"
	if ! make -s -C "$headers" M="$dir/modules" ARCH=arm64 \
		CROSS_COMPILE=aarch64-linux-gnu- modules >"$dir/log" 2>&1; then
		tail -n 20 "$dir/log" >&2
		die "cannot compile the modules"
	fi
}

# Everything that is not built in and that a disk or the PL330 needs, in order.
linux_initrd() {
	local dir=$1 ram=$1/ram file
	mkdir -p "$ram/bin" "$ram/modules"
	cp "$dir/root/bin/busybox" "$ram/bin/"
	cp "$dir"/modules/*.ko "$ram/modules/"
	install -m 755 "$linux_glue/init" "$ram/init"
	depmod -b "$dir/root" "$linux_release"
	for file in virtio_pci virtio_blk nvme pl330; do
		modprobe -d "$dir/root" -S "$linux_release" --show-depends "$file"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r file; do
		cp "$file" "$ram/modules/"
		basename "$file" .ko
	done >"$ram/modules/order"
	# For who asks: it does not load where there is no Xen.
	cp "$dir/root/lib/modules/$linux_release/kernel/drivers/xen/xen-privcmd.ko" "$ram/modules/"
	(cd "$ram" && find . | LC_ALL=C sort | cpio -o -H newc --quiet) | gzip -1n >"$dir/initrd"
}

linux_make() {
	local dir=$1 file
	file=$(linux_deb ad4f11f52c4fa8bf56b530d14bc453a73fd2b09dbdb416e6a0ead31265170d7d \
		"l/linux/linux-headers-${linux_release}_${linux_version}_arm64.deb")
	dpkg -x "$file" "$dir/root"
	file=$(linux_deb 509e776de8353799a53f4b14d29e87863aac2b7ee9264544bc2821461a853930 \
		"l/linux/linux-headers-${linux_release%-arm64}-common_${linux_version}_all.deb")
	dpkg -x "$file" "$dir/root"
	file=$(linux_deb 7e852381f1c455a439230ea3261e3669f2307afdbed57db0fc08ed8ffa689f60 \
		"l/linux/linux-kbuild-6.1_${linux_version}_amd64.deb")
	dpkg -x "$file" "$dir/root"
	file=$(linux_deb 6f4ed2d1cb9106bc977c2b1960008f175e2eed5740340634b7894e65ef5acc82 \
		"l/linux-signed-arm64/linux-image-${linux_release}_${linux_version}_arm64.deb")
	dpkg -x "$file" "$dir/root"
	file=$(fetch 732c9135564fc71337e0e05fb4da4d11e6c28c1834bce3e405e575afef2a52f5 \
		busybox-static_1.35.0_arm64.deb \
		"http://deb.debian.org/debian/pool/main/b/busybox/busybox-static_1.35.0-4%2bdeb12u1%2bb1_arm64.deb" \
		"https://snapshot.debian.org/archive/debian/20261101T000000Z/pool/main/b/busybox/busybox-static_1.35.0-4%2bdeb12u1%2bb1_arm64.deb")
	dpkg -x "$file" "$dir/root"
	linux_sources "$dir"
	linux_modules "$dir"
	linux_initrd "$dir"
	cp "$dir/root/boot/vmlinuz-$linux_release" "$dir/kernel"
	rm -rf "$dir/root" "$dir/ram" "$dir/modules"
}

# Sets LINUX, the directory with kernel and initrd.
linux_get() {
	local part
	LINUX=$CACHE/qemu-linux-$(cache_key "$linux_glue"/* -- "$linux_version" \
		"$(declare -f linux_make linux_sources linux_modules linux_initrd)")
	[ -f "$LINUX/kernel" ] && return 0
	mkdir -p "$CACHE"
	part=$(mktemp -d "$CACHE/qemu-linux.XXXXXX")
	(
		trap '[ ! -d "$part" ] || rm -rf "$part"' EXIT
		linux_make "$part"
		mv -T "$part" "$LINUX" 2>/dev/null || [ -f "$LINUX/kernel" ]
	) || exit 2
}

# linux_boot GENERATION SHELL DIR [ARGUMENT...]: the console's output goes into DIR/console, and
# what the model flags into DIR/genGENERATION.flagged. Flushes are slow, so that a driver that
# does not wait for one is seen.
linux_boot() {
	local generation=$1 shell=$2 dir=$3 append="console=ttyAMA0 deferred_probe_timeout=300 panic=-1"
	local command
	shift 3
	truncate -s 16M "$dir/virtio" "$dir/nvme"
	[ "$shell" = no ] || append="$append ipmmu.shell"
	command=("$BINARY" -M "virt,iommu=ipmmu,gic-version=3" -cpu cortex-a57 -smp 2 -m 512
		-nographic -nic none -no-reboot -global "renesas-ipmmu.generation=$generation"
		-global renesas-ipmmu.flush-us=50 -d guest_errors -D "$dir/gen$generation.flagged"
		-kernel "$LINUX/kernel" -initrd "$LINUX/initrd" -append "$append"
		-drive "file=$dir/virtio,if=none,format=raw,id=virtio"
		-device "virtio-blk-pci,drive=virtio,disable-legacy=on,iommu_platform=on,romfile="
		-drive "file=$dir/nvme,if=none,format=raw,id=nvme"
		-device "nvme,drive=nvme,serial=1,romfile=" "$@")
	if [ "$shell" = yes ]; then
		"${command[@]}"
	else
		timeout "$HANG_LIMIT" "${command[@]}" </dev/null >"$dir/console" 2>&1
	fi
}

# Each address that was stopped, and how, must be in a message of the driver.
linux_faults() {
	local console=$1 kind bit at rc=0
	while read -r bit kind at; do
		if grep -o "Unhandled fault: status 0x[0-9a-f]* iova 0x[0-9a-f]*" "$console" | tr -d '\r' |
			awk -v bit="$bit" -v at="$at" '
			{ low = substr($4, length($4)) + 0 }
			$6 == at && int(low / bit) % 2 == 1 { found = 1 }
			END { exit !found }'; then
			printf 'ok - fault told with address and kind, %s at %s\n' "$kind" "$at"
		else
			printf 'not ok - fault told with address and kind, %s at %s\n' "$kind" "$at"
			rc=1
		fi
	done < <(tr -d '\r' <"$console" | sed -n \
		-e 's/.*unmapped address stopped at 0x0*\(.*\)/1 unmapped 0x\1/p' \
		-e 's/.*write after unmap stopped at 0x0*\(.*\)/1 after-unmap 0x\1/p' \
		-e 's/.*write to a read-only mapping stopped at 0x0*\(.*\)/2 read-only 0x\1/p')
	return $rc
}

# linux_judge GENERATION CONSOLE
linux_judge() {
	local rc=0 held
	printf '# Linux %s, generation %s\n' "$linux_release" "$1"
	tr -d '\r' <"$2" | sed -n -e 's/^\(.*: \)\?ok: /ok - /p' -e 's/^\(.*: \)\?NOT OK: /not ok - /p'
	linux_faults "$2" || rc=1
	held=$(grep -c '\bok: ' "$2")
	if [ "$held" -ne 9 ] || grep -q 'NOT OK: ' "$2" || ! grep -q '^END' "$2"; then
		printf 'not ok - all 9 things held and the system came to its end; %s held\n' "$held"
		tail -n 30 "$2"
		rc=1
	fi
	return $rc
}

# linux_tree DIR MACHINE ARGUMENT...: the machine's tree in DIR/dtb. As dumped it is padded beyond
# what the kernel accepts, so linux_packed makes DIR/packed of it.
linux_tree() {
	local dir=$1 machine=$2
	shift 2
	"$BINARY" -M "$machine,gic-version=3,dumpdtb=$dir/dtb" -cpu cortex-a57 -smp 2 -m 512 -nodefaults \
		-display none "$@" >"$dir/log" 2>&1
}

linux_packed() {
	dtc -q -I dtb -O dtb -o "$1/packed" "$1/dtb"
}

# A tree that does not name the IPMMUs: nothing is translated, and everything else works.
linux_without_nodes() {
	local dir=$1
	linux_tree "$dir" virt || return 1
	linux_packed "$dir" || return 1
	linux_boot 3 no "$dir" -dtb "$dir/packed" || return 1
	grep -q '^units: 0' "$dir/console" && grep -q '^ok: virtio-blk' "$dir/console" &&
		grep -q '^ok: NVMe' "$dir/console" && grep -q '^END' "$dir/console"
}

# RZ/G2M, which the driver's list denies; of Renesas' parts Debian's kernel knows this one. The
# caches are there, and no master is put behind them.
linux_denied() {
	local dir=$1
	linux_tree "$dir" virt,iommu=ipmmu || return 1
	fdtput -t s "$dir/dtb" / compatible renesas,r8a774a1 || return 1
	linux_packed "$dir" || return 1
	linux_boot 3 no "$dir" -dtb "$dir/packed" -global renesas-ipmmu.prr=0x5210 || return 1
	grep -q '^units: 2' "$dir/console" && grep -q 'NOT OK: behind an IOMMU' "$dir/console" &&
		grep -q '^ok: virtio-blk' "$dir/console" && grep -q '^ok: NVMe' "$dir/console" &&
		grep -q '^END' "$dir/console" && ! grep -q '^group' "$dir/console"
}

# linux_boots SHELL DIR GENERATION...: one after the other; what held goes to DIR/output too.
linux_boots() {
	local shell=$1 dir=$2 generation rc=0
	shift 2
	for generation in "$@"; do
		linux_boot "$generation" "$shell" "$dir" || true
		[ "$shell" = no ] || continue
		linux_judge "$generation" "$dir/console" >"$dir/told" || rc=1
		tee -a "$dir/output" <"$dir/told"
	done
	return $rc
}

# linux_special NAME DIR CLAIM: a boot by linux_NAME that ends with "not ok" unless all is there.
linux_special() {
	local rc=0 told="ok - $3"
	mkdir "$2/$1"
	"linux_$1" "$2/$1" || told="not ok - $3" rc=1
	printf '# %s, generation 3\n%s\n' "$1" "$told" | tee -a "$2/output"
	[ $rc -eq 0 ] || tail -n 30 "$2/$1/console"
	mv "$2/$1/gen3.flagged" "$2/gen3-$1.flagged"
	return $rc
}

# linux_last DIR: what is run after all generations.
linux_last() {
	local rc=0
	linux_special without_nodes "$1" 'a tree without the nodes leaves the disks untranslated' || rc=1
	linux_special denied "$1" 'a part that the driver denies (RZ/G2M) leaves them untranslated' || rc=1
	return $rc
}

linux_command() {
	local shell=no update=() generation generations=() dir rc=0
	for generation in "$@"; do
		case $generation in
		--shell) shell=yes ;;
		--update) update=(--update) ;;
		2 | 3 | 4) generations+=("$generation") ;;
		*)
			die "linux: found '$generation'; allowed: --shell, --update, 2, 3, 4" \
				"try: scripts/qemu --help"
			;;
		esac
	done
	[ ${#generations[@]} -gt 0 ] || generations=(2 3 4)
	[ $shell = no ] || generations=("${generations[-1]}")
	[ ${#generations[@]} -eq 3 ] || update=(--part)
	build
	linux_get
	dir=$(mktemp -d)
	linux_boots $shell "$dir" "${generations[@]}" || rc=1
	if [ $shell = no ]; then
		[ ${#generations[@]} -ne 3 ] || linux_last "$dir" || rc=1
		"$TOP/tests/judge/qemu/boots.py" "${update[@]}" linux-boot "${linux_version%-*}" "$dir" ||
			rc=1
	fi
	rm -rf "$dir"
	exit $rc
}
