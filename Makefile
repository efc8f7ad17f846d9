# The front door. Each word installs what it needs (tools/setup) and says what it does; the build itself is Meson's.
SHELL := /bin/bash
DESTDIR ?=
PREFIX ?= /usr/local
.DEFAULT_GOAL := build
.PHONY: build demo test bench bench-scale bench-databases bench-regress quality fuzz check install clean help
.NOTPARALLEL:

help:
	@echo 'make            builds the program: build/src/cmd/anshen'
	@echo 'make demo       counts the people of the examples and of a made-up company of 1.3 million, and writes a report'
	@echo 'make test       builds twice (as shipped; under ASan and UBSan), runs every test, ends with "N passed, N failed"'
	@echo 'make check      everything that must hold before a release: both compilers, sanitizers, linters, floors, style'
	@echo 'make fuzz       each fuzz target for SECONDS (600) seconds; TARGETS="a b" for some only'
	@echo 'make bench      speed and memory beside ripgrep, Vectorscan, DuckDB, Presidio and others on the same bytes;'
	@echo '                BENCH_MB (1024) a corpus, BENCH_FILES (100000) small files, PEERS=none or "rg duckdb" for some only'
	@echo 'make bench-scale    growth: seconds, memory, ns an identifier, from 1 M to SCALE (100000000) of them'
	@echo 'make bench-databases  a table read from PostgreSQL and from MariaDB beside their own programs'
	@echo 'make bench-regress  instructions of small fixed runs beside the recorded ones; RECORD=yes records'
	@echo 'make quality    precision and recall of each kind, into docs/QUALITY.md; CORPORA=folder: labelled corpora of others;'
	@echo '                PRESIDIO=python: a Python that has presidio-analyzer, measured on the same texts'
	@echo 'make install    PREFIX (/usr/local), DESTDIR'
	@echo 'make clean      removes what was built (build, build-*)'

build: build/build.ninja
	@tools/setup build
	@ninja -C build

# No build.ninja means never configured, or configured in vain: both are put right by asking again.
build/build.ninja:
	@tools/setup build
	@meson setup build

demo: build
	@tools/demo

test:
	@tools/setup test
	@tools/test

# What cannot be installed is a peer that is left out, and said so.
bench:
	@tools/setup bench || tools/setup build
	@bench/run

bench-scale:
	@tools/setup bench || tools/setup build
	@bench/scale

bench-databases:
	@tools/setup build
	@tools/setup test
	@bench/databases

bench-regress:
	@tools/setup bench
	@bench/regress $(if $(RECORD),--record)

quality: build
	@bench/quality --anshen build/src/cmd/anshen --corpora "$(CORPORA)" --presidio "$(PRESIDIO)" --update docs/QUALITY.md
	@echo 'docs/QUALITY.md is made anew'

fuzz:
	@tools/setup fuzz
	@tools/fuzz $(TARGETS)

check:
	@tools/setup check
	@tools/check

install: build
	@meson configure build -Dprefix='$(PREFIX)'
	@DESTDIR='$(DESTDIR)' meson install -C build

clean:
	@rm -rf build build-*
