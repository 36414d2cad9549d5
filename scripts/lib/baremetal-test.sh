# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
#
# baremetal-test.sh - the part of scripts/baremetal that judges: which boots there are, what a
# console must say, and bugs that the images must find. Sourced; uses boot() and compile().

# Each value of cores, el and gic is in one of the four at least, and both QEMUs.
boots_default=(
	"ipmmu arch=aarch64 cores=4 el=2 gic=3 generation=3"
	"ipmmu arch=arm cores=1 el=1 gic=2 generation=2"
	"model qemu=debian arch=aarch64 cores=4 el=1 gic=2 generation=4 cpu=neoverse-n1"
	"model qemu=debian arch=arm cores=1 el=2 gic=3 generation=2"
	"partition cores=1 el=1 gic=2 generation=4 small=yes"
	"oracle cores=1 el=2 gic=3 generation=4" # compares more than 100 000 answers
)

# What can be boots without what it needs must say, and then stop: image, values, text.
boots_bad=(
	"hello qemu=debian|the device tree names no IPMMU"
	"ipmmu qemu=debian|these tests are for the machine of scripts/qemu"
)

boots_all() {
	local cores el gic machine
	# Millions of answers, from another beginning each day.
	printf 'oracle el=2 generation=%s limit=3000 say=changes=12000,seed=%s\n' \
		3 "$(date +%j)" 4 "$(date +%j)1"
	printf 'ipmmu cores=4 el=2 threads=all\n'
	for cores in 1 4; do
		for el in 1 2; do
			for gic in 2 3; do
				for machine in "ipmmu arch=aarch64 generation=3" \
					"ipmmu arch=aarch64 generation=4" \
					"ipmmu arch=arm generation=2" \
					"model qemu=debian arch=aarch64 generation=3 cpu=neoverse-n1" \
					"model qemu=debian arch=aarch64 generation=2" \
					"model qemu=debian arch=arm generation=2"; do
					printf '%s cores=%s el=%s gic=%s\n' "$machine" $cores $el $gic
				done
			done
		done
	done
}

# judge FILE: "passed failed"; a console without its plan or its end is one failure more.
judge() {
	awk '/^ok [0-9]/ { good++ } /^not ok [0-9]/ { bad++ }
		/^1\.\./ { plan = substr($0, 4) + 0 } /^# end, 0 failed/ { end = 1 }
		END { if (bad == 0 && (!end || plan == 0 || plan != good)) bad = 1
			print good + 0, bad + 0 }' "$1"
}

# log_line NAME FILE SECONDS PASSED: for scripts/lib/count-tests.py.
log_line() {
	python3 -c 'import json, sys
name, path, seconds, good = sys.argv[1:]
print(json.dumps({"name": name, "stdout": open(path, errors="replace").read(),
	"duration": float(seconds), "result": "OK" if good == "yes" else "FAIL"}))' "$@"
}

# What a log's line says that stands for one case: NAME LOG FILE GOOD.
case_log() {
	[ "$2" = /dev/null ] || log_line "$1" "$3" 0 "$4" >>"$2"
}

# boot_judged ROW LOG OUT: adds to the counts of the caller.
boot_judged() {
	local good bad start took words
	read -r -a words <<<"$1"
	start=$(date +%s%N)
	boot "${words[@]}" >"$3" || true
	took=$((($(date +%s%N) - start) / 1000000))
	read -r good bad <<<"$(judge "$3")"
	passed=$((passed + good)) failed=$((failed + bad))
	printf '%-78s %3d passed %d failed %5d ms\n' "$1" "$good" "$bad" $took
	grep -E '^# (core [0-9]+ has used|[0-9]+ interrupts|bytes:|memory:|compared|[0-9]+ pages)|under a lock' "$3"
	[ "$bad" -eq 0 ] || grep -E -B 6 '^not ok|^Bail out' "$3" || tail -n 8 "$3"
	[ "$2" = /dev/null ] || log_line "$1" "$3" "$((took / 1000)).$((took % 1000))" \
		"$([ "$bad" -eq 0 ] && echo yes || echo no)" >>"$2"
}

# boot_stops ROW LOG OUT: an image that cannot work says why, and switches the machine off.
boot_stops() {
	local row=${1%%|*} text=${1#*|} good=no words
	read -r -a words <<<"$row"
	boot "${words[@]}" >"$3"
	[ $? = 1 ] && grep -q "^Bail out! .*$text" "$3" && good=yes
	verdict $good "$row stops with \"$text\""
	[ $good = yes ] || tail -n 5 "$3"
	case_log "$1" "$2" "$3" $good
}

# verdict GOOD TEXT: adds to the counts of the caller.
verdict() {
	[ "$1" = yes ] && passed=$((passed + 1)) || failed=$((failed + 1))
	printf '%s - %s\n' "$([ "$1" = yes ] && echo ok || echo not ok)" "$2"
}

# The example reaches its one page while that is mapped, and each of the other three is told.
boot_example() {
	local good=no said
	boot domain "$1" >"$3" || true
	said=$(grep -o 'now has 0x.' "$3" | tr -d '\n')
	[ "$said" = "now has 0x0now has 0x2now has 0x2now has 0x2" ] &&
		[ "$(grep -c 'translation fault at' "$3")" -eq 3 ] && good=yes
	verdict $good "domain $1 reaches what is mapped, and is told of what is not"
	[ $good = yes ] || tail -n 12 "$3"
	case_log "domain $1" "$2" "$3" $good
}

# No emulator has caches or reorders: that the instructions are there is all that can be seen.
instructions() {
	local arch prefix=aarch64-linux-gnu- clean='dc[[:space:]]+cvac' good
	for arch in aarch64 arm; do
		good=no
		"${prefix}objdump" -d --disassemble=mmio_write32 "$BUILD/baremetal/$arch/hello.elf" |
			awk '$3 == "dsb" { barrier = 1 } $3 == "str" && barrier { found = 1 }
				END { exit !found }' &&
			"${prefix}objdump" -d --disassemble=ipmmu_baremetal_clean \
				"$BUILD/baremetal/$arch/hello.elf" | grep -qE "$clean" && good=yes
		case_log "$arch instructions" "$1" /dev/null $good
		verdict $good "$arch: a barrier before each register write, and cleans by line"
		prefix=arm-linux-gnueabihf- clean='mcr[[:space:]]+15, 0, r[0-9]+, cr7, cr10, \{1\}'
	done
}

# The other compiler has its own opinion of inline assembly and of warnings.
clang_port() {
	local arch options good file
	for arch in aarch64 arm; do
		good=yes options=(--target=aarch64-none-elf -mgeneral-regs-only)
		[ $arch = aarch64 ] || options=(--target=armv7-none-eabi -mcpu=cortex-a15 -mfloat-abi=soft)
		for file in "$TOP"/glue/baremetal/*.c; do
			clang-14 "${options[@]}" -std=gnu99 -O2 -ffreestanding -nostdinc \
				-isystem "$TOP/glue/baremetal/libc" -isystem "$(clang-14 -print-resource-dir)/include" \
				-I"$TOP/include" -I"$TOP/glue/baremetal" -Wall -Wextra -Wconversion -Wshadow -Werror \
				-c -o /dev/null "$file" || good=no
		done
		case_log "$arch clang" "$1" /dev/null $good
		verdict $good "$arch: clang compiles the port without a warning"
	done
}

test_boots() {
	local log=/dev/null out row rows=("${boots_default[@]}") passed=0 failed=0
	while [ $# -gt 0 ]; do
		case $1 in
		--all) mapfile -t rows < <(boots_all) ;;
		--log)
			[ $# -ge 2 ] || die "--log needs a file" "try: scripts/baremetal --help"
			log=$2
			: >"$log" || exit 2
			shift
			;;
		*) die "test: found '$1'" "try: scripts/baremetal --help" ;;
		esac
		shift
	done
	build_all
	compile partition aarch64-small
	sizes partition aarch64-small
	out=$(mktemp)
	for row in "${rows[@]}"; do
		boot_judged "$row" "$log" "$out"
	done
	boot_example arch=aarch64 "$log" "$out"
	instructions "$log"
	clang_port "$log"
	for row in "${boots_bad[@]}"; do
		boot_stops "$row" "$log" "$out"
	done
	rm -f "$out"
	printf '%s passed, %s failed in %s boots\n' $passed $failed $((${#rows[@]} + ${#boots_bad[@]} + 1))
	[ $failed -eq 0 ]
}

# seeded_one PATCH TREE: the image with the bug must fail in the case that the patch names.
seeded_one() {
	local patch=$1 tree=$2 case files image words
	case=$(sed -n 's/^Case: //p' "$patch")
	read -r image words <<<"$(sed -n 's/^Boot: //p' "$patch")"
	read -r -a words <<<"${words-}"
	mapfile -t files < <(sed -n 's#^+++ b/##p' "$patch")
	if ! patch -d "$tree" -p1 -s -f <"$patch" >&2; then
		printf 'not ok - %s does not apply\n' "${patch##*/}"
		return 1
	fi
	rm -f "$tree/console"
	if make -C "$tree/examples/baremetal" -s -j 2 LIBFDT="$LIBFDT" ARCH=aarch64 IMAGE="$image" \
		OUT="$tree/out" >"$tree/log" 2>&1; then
		BUILD=$tree boot "$image" "${words[@]}" >"$tree/console" || true
	fi
	(cd "$TOP" && cp --parents "${files[@]}" "$tree")
	touch "${files[@]/#/$tree/}"
	if [ ! -f "$tree/console" ]; then
		printf 'not ok - %s does not compile\n' "${patch##*/}"
		tail -n 5 "$tree/log"
		return 1
	fi
	if grep -q "^not ok [0-9]* - $case\$" "$tree/console"; then
		printf 'ok - %s is found by %s\n' "${patch##*/}" "$case"
		return 0
	fi
	printf 'not ok - %s is found by %s\n' "${patch##*/}" "$case"
	grep -E '^not ok|^# end|^Bail' "$tree/console"
	return 1
}

test_seeded() {
	local tree patch rc=0 part
	compile model aarch64
	compile oracle aarch64
	tree=$(mktemp -d)
	for part in include src model glue/baremetal examples; do
		mkdir -p "$tree/$part"
		cp -a "$TOP/$part/." "$tree/$part/"
	done
	mkdir -p "$tree/baremetal"
	cp -a "$BUILD/baremetal/aarch64" "$tree/out"
	ln -s ../out "$tree/baremetal/aarch64"
	for patch in "$TOP"/tests/baremetal/*.patch; do
		seeded_one "$patch" "$tree" || rc=1
	done
	rm -rf "$tree"
	return $rc
}
