# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
# Time of each page mapped, by the size of what is mapped: name, MiB, limit, ours, Linux.
set terminal svg size 960,400 dynamic font "sans-serif,12" background "white"
set output out
set style data linespoints
set logscale x 2
set yrange [0:*]
set xlabel "mapped, 4 KiB per call, tables are made"
set ylabel "ns for each page"
set grid
set rmargin 5
set key outside top center horizontal
set xrange [0.7:100000]
plot data using 2:3:xtic(1) title "limit" lc rgb "#9aa0a6" pt 7, \
     "" using 2:4 title "libipmmu" lc rgb "#1a73e8" pt 7, \
     "" using 2:5 title "Linux 6.1 io-pgtable-arm" lc rgb "#e37400" pt 7
