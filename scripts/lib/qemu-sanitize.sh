# shellcheck shell=bash disable=SC2154 # of scripts/qemu
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
#
# qemu-sanitize.sh - the part of scripts/qemu that makes the binary again with the device and the
# model under AddressSanitizer and UndefinedBehaviorSanitizer, and with bugs put in by hand, to
# see that the tests find them. Sourced; uses common.sh, build() and device_put().

sanitizers='-fsanitize=address,undefined -fno-sanitize-recover=all -g1'
seeds=$TOP/tests/judge/qemu/seeded

# sanitized_compile FROM TO FILE...: the FILEs, as Ninja compiles them, out of the tree FROM.
sanitized_compile() {
	local from=$1 to=$2 file line
	shift 2
	for file in "$@"; do
		line=$(grep -F -- " -c ../src/hw/misc/ipmmu/$file" "$to/commands") ||
			die "Ninja does not compile $file"
		line=${line//..\/src\/hw\/misc\/ipmmu/$from}
		line=$(sed -E "s# -MD -MQ [^ ]+ -MF [^ ]+ -o [^ ]+ # $sanitizers -o $to/${file//\//_}.o #" <<<"$line")
		(cd "$tree/build" && eval "$line") || die "cannot compile $file with sanitizers"
	done
}

# sanitized_link DIR: with DIR's objects in the place of QEMU's, into DIR/qemu-system-aarch64.
sanitized_link() {
	local line
	line=$(sed -E -e 's# [^ ]*hw_misc_ipmmu_[a-z]+\.c\.o# #g' -e 's# [^ ]*libipmmu-model\.a##g' \
		-e "s# -o qemu-system-aarch64 # $sanitizers -o $1/qemu-system-aarch64 $1/*.c.o #" "$1/link")
	(cd "$tree/build" && eval "$line") >"$1/log" 2>&1 || {
		tail -n 5 "$1/log" >&2
		die "cannot link QEMU with sanitizers"
	}
}

sanitized_make() {
	local to=$1 files
	mkdir -p "$to"
	(cd "$tree/build" && ninja -t commands qemu-system-aarch64) >"$to/all"
	grep -F -- ' -c ../src/hw/misc/ipmmu/' "$to/all" >"$to/commands"
	tail -n 1 "$to/all" >"$to/link"
	rm "$to/all"
	mapfile -t files < <(sed 's#.* -c ../src/hw/misc/ipmmu/##' "$to/commands")
	sanitized_compile ../src/hw/misc/ipmmu "$to" "${files[@]}"
	sanitized_link "$to"
}

# Sets SANITIZED, beside BINARY.
sanitized_build() {
	local tree
	tree=${BINARY%/bin/*}
	SANITIZED=${BINARY%/*}/sanitized/qemu-system-aarch64
	[ -x "$SANITIZED" ] && return 0
	note "compiling the device with sanitizers"
	(
		flock 9
		device_put "$tree/src"
		rm -rf "${SANITIZED%/*}.part" "${SANITIZED%/*}"
		sanitized_make "${SANITIZED%/*}.part"
		mv -T "${SANITIZED%/*}.part" "${SANITIZED%/*}"
	) 9>"$CACHE/qemu.lock"
}

# seeded_build PATCH DIR: a binary with the bug of PATCH, in DIR.
seeded_build() {
	local tree=${BINARY%/bin/*} file objects files=()
	mkdir -p "$2/src/model/include"
	cp "$TOP"/glue/qemu/*.[ch] "$2/src"
	cp "$TOP"/model/*.[ch] "$2/src/model"
	cp -r "$TOP/model/include/ipmmu-model" "$2/src/model/include"
	objects=${SANITIZED%/*}
	cp "$objects"/*.c.o "$objects/commands" "$objects/link" "$2"
	patch -d "$2/src" -p1 --fuzz=0 --no-backup-if-mismatch -s <"$1" ||
		die "$1 does not fit any more"
	mapfile -t files < <(sed -n 's#^+++ b/##p' "$1")
	sanitized_compile "$2/src" "$2" "${files[@]}"
	sanitized_link "$2"
}

# seeded_test PATCH: each bug is in a header "Bug:", and "Finder:" has the arguments of the test
# that must find it.
seeded_test() {
	local dir bug finder rc=0
	dir=$(mktemp -d)
	bug=$(sed -n 's/^Bug: //p' "$1")
	finder=$(sed -n 's/^Finder: //p' "$1")
	seeded_build "$1" "$dir"
	# shellcheck disable=SC2086 # words
	ASAN_OPTIONS=detect_leaks=0 "$TOP/tests/judge/qemu/${finder%% *}" "$dir/qemu-system-aarch64" \
		${finder#* } >"$dir/told" 2>&1 || true
	if grep -q '^not ok' "$dir/told"; then
		printf 'ok - found: %s\n' "$bug"
	else
		printf 'not ok - found: %s\n' "$bug"
		tail -n 3 "$dir/told"
		rc=1
	fi
	rm -rf "$dir"
	return $rc
}

# Accesses anywhere, with an eye on host memory.
fuzz_all() {
	sanitized_build
	ASAN_OPTIONS=detect_leaks=0 "$TOP/tests/judge/qemu/fuzz.py" "$SANITIZED"
}

seeded_all() {
	local file rc=0
	sanitized_build
	for file in "$seeds"/*.patch; do
		seeded_test "$file" || rc=1
	done
	return $rc
}
