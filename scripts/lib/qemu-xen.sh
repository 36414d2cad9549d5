# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
#
# qemu-xen.sh - the part of scripts/qemu that boots Xen with its own driver: the scenes that judge
# the model, on each generation that Xen drives. Sourced; uses common.sh, build() and linux_get().

xen_version=4.17.5
xen_scenes=$TOP/tests/judge/xen-glue/boot

# xen_boots DIR XEN GENERATION...: what held goes to DIR/output, what was flagged beside it.
xen_boots() {
	local dir=$1 xen=$2 generation name claim told
	shift 2
	for generation in "$@"; do
		printf '# Xen %s, generation %s\n' "$xen_version" "$generation"
		while read -r name claim; do
			told="ok - $claim"
			"$xen_scenes" --judge "$generation" "$BINARY" "$LINUX" "$xen" 4.17 upstream \
				"$name" >"$dir/told" 2>&1 </dev/null || {
				cat "$dir/told"
				told="not ok - $claim"
			}
			printf '%s\n' "$told"
			cp "$xen/boot/$name.flagged" "$dir/gen$generation-$name.flagged"
		done < <("$xen_scenes" --judged)
	done | tee -a "$dir/output"
	! grep -q '^not ok' "$dir/output"
}

xen_command() {
	local shell=no update=() word generations=() xen dir rc=0
	for word in "$@"; do
		case $word in
		--shell) shell=yes ;;
		--update) update=(--update) ;;
		3 | 4) generations+=("$word") ;;
		*)
			die "xen: found '$word'; allowed: --shell, --update, 3, 4" \
				"try: scripts/qemu --help"
			;;
		esac
	done
	[ ${#generations[@]} -gt 0 ] || generations=(3 4)
	[ ${#generations[@]} -eq 2 ] || update=(--part)
	build
	linux_get
	xen=$("$TOP/scripts/xen" build --xen 4.17 --driver upstream) || exit $?
	xen=${xen##*$'\n'}
	xen=${xen%/b/xen}
	if [ $shell = yes ]; then
		exec "$xen_scenes" --shell "${generations[0]}" "$BINARY" "$LINUX" "$xen" 4.17 upstream disk
	fi
	dir=$(mktemp -d)
	xen_boots "$dir" "$xen" "${generations[@]}" || rc=1
	"$TOP/tests/judge/qemu/boots.py" "${update[@]}" xen-boot "$xen_version" "$dir" || rc=1
	rm -rf "$dir"
	exit $rc
}
