# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
# Time of each operation; data, out by the caller: name, limit, ours, Linux.
set terminal svg size 960,480 dynamic font "sans-serif,12" background "white"
set output out
set style data histogram
set style histogram clustered gap 1
set style fill solid 0.9 noborder
set logscale y
set yrange [0.1:*]
set ylabel "ns for each operation"
set grid ytics
set xtics rotate by -35
set key outside top center horizontal
plot data using 2:xtic(1) title "limit" lc rgb "#9aa0a6", \
     "" using 3 title "libipmmu" lc rgb "#1a73e8", \
     "" using 4 title "Linux 6.1 io-pgtable-arm" lc rgb "#e37400"
