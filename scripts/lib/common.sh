# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
#
# common.sh - what every script shares: messages, packages, downloads, the cache, timing.
# It is sourced, sets no options of its own and changes no directory.

# Physical, so that the checkout may be reached by a link.
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
CACHE=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/libipmmu
# shellcheck disable=SC2034 # used by the scripts that source this file
BUILD=${IPMMU_BUILD:-$TOP/build}
export LC_ALL=C.UTF-8
# Seconds after which a boot is taken to hang: ten times what the longest takes on a quiet machine.
# shellcheck disable=SC2034
HANG_LIMIT=600

# Exit codes of every script: 0 all is well, 1 something that was checked failed, 2 the
# script could not do its work (bad arguments, missing packages, no network).
die() {
	printf '%s: %s\n' "${0##*/}" "$1" >&2
	shift
	for line in "$@"; do
		printf '  %s\n' "$line" >&2
	done
	exit 2
}

note() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# usage FILE: the comment block below the shebang and the licence lines is the help text.
usage() {
	awk 'NR <= 4 { next } /^#/ { sub(/^# ?/, ""); print; next } { exit }' "$1"
}

# packages_of SUITE...: names, each once.
packages_of() {
	local suite known
	known=" $(suites_known | tr '\n' ' ')"
	for suite in "$@"; do
		[[ $known == *" $suite "* ]] || die "no suite '$suite'" "the suites are:$known"
	done
	awk -v wanted=" $* " 'index(wanted, " " $1 " ") { for (i = 2; i <= NF; i++) print $i }' \
		"$TOP/scripts/lib/packages" | sort -u
}

suites_known() {
	awk '!/^#/ && NF { print $1 }' "$TOP/scripts/lib/packages"
}

# packages_missing NAME...: those that are not installed.
packages_missing() {
	comm -23 <(printf '%s\n' "$@" | sort -u) <(dpkg-query -W \
		-f='${db:Status-Status} ${Package}\n' 2>/dev/null | awk '$1 == "installed" { print $2 }' | sort -u)
}

# What runs a command as root: nothing for root itself. Without a terminal a password prompt
# would wait for ever.
ROOT_RUN=()
if [ "$(id -u)" -ne 0 ]; then
	ROOT_RUN=(sudo)
	[ -t 0 ] || ROOT_RUN=(sudo -n)
fi

apt_install() {
	"${ROOT_RUN[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
		--no-install-recommends install "$@" </dev/null
}

# need SUITE...: install what is missing for them; silent and fast when all is there.
need() {
	local wanted missing log
	wanted=$(packages_of "$@") || exit 2
	if ! command -v dpkg-query >/dev/null; then
		note "not a Debian system: these must be there:" "$wanted"
		return 0
	fi
	# shellcheck disable=SC2086 # names, one word each
	missing=$(packages_missing $wanted)
	[ -z "$missing" ] && return 0
	# shellcheck disable=SC2086
	set -- $missing
	if [ ${#ROOT_RUN[@]} -gt 0 ] && ! command -v sudo >/dev/null; then
		die "packages are missing, and there is neither root nor sudo" \
			"run as root: apt-get install $*"
	fi
	note "installing $*"
	log=$(mktemp)
	if ! apt_install "$@" >"$log" 2>&1; then
		"${ROOT_RUN[@]}" apt-get -qq update </dev/null >>"$log" 2>&1
		if ! apt_install "$@" >>"$log" 2>&1; then
			tail -n 5 "$log" >&2
			rm -f "$log"
			die "cannot install packages" "check the network and run as root:" \
				"apt-get update && apt-get install $*"
		fi
	fi
	rm -f "$log"
}

# fetch SHA256 NAME URL...: put a pinned file into the cache and print its path. The URLs are
# tried in turn; a file with another checksum is never kept.
fetch() {
	local sum=$1 name=$2 url part
	local file=$CACHE/downloads/$name
	shift 2
	mkdir -p "$CACHE/downloads"
	if [ -f "$file" ] && printf '%s  %s\n' "$sum" "$file" | sha256sum -c --status; then
		printf '%s\n' "$file"
		return 0
	fi
	part=$(mktemp "$file.XXXXXX")
	for url in "$@"; do
		note "fetching $url"
		if curl -fsSL --retry 2 --connect-timeout 20 --max-time 540 -o "$part" "$url" &&
			printf '%s  %s\n' "$sum" "$part" | sha256sum -c --status; then
			mv -f "$part" "$file"
			printf '%s\n' "$file"
			return 0
		fi
	done
	rm -f "$part"
	die "cannot fetch $name with the recorded checksum" "wanted sha256 $sum" "tried: $*" \
		"put the file at $file by hand, or check the network and the proxy settings"
}

# fetch_deb SHA256 PACKAGE VERSION URL...: put a Debian package into the directory DEB_DIR and
# print its path: the pinned file, else the version that the archive has now, whose checksum
# apt holds against Debian's signature.
fetch_deb() {
	local sum=$1 package=$2 version=$3 file
	shift 3
	if file=$(fetch "$sum" "${package}_$version.deb" "$@"); then
		mv -f "$file" "$DEB_DIR/"
		printf '%s\n' "$DEB_DIR/${file##*/}"
		return 0
	fi
	note "taking the version of $package that the archive has"
	(
		cd "$DEB_DIR" || exit 2
		apt-get -qq -o APT::Sandbox::User= download "$package" >&2 || {
			"${ROOT_RUN[@]}" apt-get -qq update </dev/null >&2
			apt-get -qq -o APT::Sandbox::User= download "$package" >&2
		}
	) || die "cannot download $package" "run: apt-get update, and check the network"
	printf '%s\n' "$DEB_DIR/$package"_*.deb
}

# cache_key FILE... -- TEXT...: one word that changes when a file or an option does.
cache_key() {
	local files=()
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		files+=("$1")
		shift
	done
	{
		cat "${files[@]}"
		printf '%s\n' "$@"
	} | sha256sum | cut -c1-16
}

# part NAME SHARE COMMAND...: run one part, show the time beside its share (seconds), remember
# both for part_table. Returns what the command returned.
PART_ROWS=()
part() {
	local name=$1 share=$2 start rc=0 took
	shift 2
	printf '== %s (share %s s)\n' "$name" "$share"
	start=$(date +%s)
	"$@" || rc=$?
	took=$(($(date +%s) - start))
	PART_ROWS+=("$took $share $rc $name")
	printf -- '-- %s: %s in %s s of %s s\n' "$name" "$([ $rc -eq 0 ] && echo ok || echo FAILED)" \
		"$took" "$share"
	return $rc
}

# part_table: the slowest parts first.
part_table() {
	printf '\n%7s %7s  %-7s %s\n' seconds share result part
	printf '%s\n' "${PART_ROWS[@]}" | sort -rn | head -n "${1:-12}" |
		awk '{ n = $4; for (i = 5; i <= NF; i++) n = n " " $i
			printf "%7d %7d  %-7s %s\n", $1, $2, $3 ? "FAILED" : ($1 > $2 ? "slow" : "ok"), n }'
}

# tree_files DIR [PATTERN...]: tracked and new files, without ignored ones.
tree_files() {
	local dir=$1
	shift
	git -C "$dir" ls-files --cached --others --exclude-standard -- "$@" | sort -u |
		while read -r f; do [ -f "$dir/$f" ] && printf '%s\n' "$f"; done
}
