# Installs swtrace under PREFIX, below DESTDIR where that is set.
#
#   make                      builds the command and the library for C and C++ programs
#   sudo make install         puts them under /usr/local
#   sudo make uninstall

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
MANDIR ?= $(PREFIX)/share/man
PKGCONFIGDIR ?= $(LIBDIR)/pkgconfig
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions
FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d

VERSION := 0.1.0
ABI := 0
SWIFT ?= swift
SWIFT_FLAGS ?= -c release --static-swift-stdlib
CC ?= cc
AR ?= ar
CFLAGS ?= -O2 -g
INSTALL ?= install

OUT := .build/install
SOURCES := $(wildcard Sources/CSwtrace/*.c)
# What programs include; swtrace_recorder.h is for recorders.
HEADERS := $(addprefix Sources/CSwtrace/include/,swtrace.h swtrace_runtime.h swtrace_layout.h)
PRIVATE_HEADERS := $(wildcard Sources/CSwtrace/*.h Sources/CSwtrace/include/*.h)
OBJECTS := $(SOURCES:Sources/CSwtrace/%.c=$(OUT)/%.o)
SHARED := libswtrace.so.$(VERSION)
PAGES := $(wildcard man/*.1 man/*.3 man/*.5 man/*.7)

.PHONY: all command library install uninstall clean

all: command library

command:
	$(SWIFT) build $(SWIFT_FLAGS) --product swtrace

library: $(OUT)/libswtrace.a $(OUT)/$(SHARED)

$(OUT)/%.o: Sources/CSwtrace/%.c $(HEADERS) $(PRIVATE_HEADERS)
	@mkdir -p $(OUT)
	$(CC) -std=gnu11 -D_GNU_SOURCE -fPIC -Wall -Wextra $(CFLAGS) -ISources/CSwtrace/include -c $< -o $@

$(OUT)/libswtrace.a: $(OBJECTS)
	rm -f $@
	$(AR) rcs $@ $^

$(OUT)/$(SHARED): $(OBJECTS)
	$(CC) -shared -Wl,-soname,libswtrace.so.$(ABI) -Wl,-z,defs -Wl,-z,nodelete $(LDFLAGS) $^ -o $@

install: all
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBDIR) $(DESTDIR)$(INCLUDEDIR) $(DESTDIR)$(PKGCONFIGDIR)
	$(INSTALL) -d $(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR) $(DESTDIR)$(FISHDIR)
	$(INSTALL) -s -m 755 $$($(SWIFT) build $(SWIFT_FLAGS) --show-bin-path)/swtrace $(DESTDIR)$(BINDIR)/swtrace
	$(INSTALL) -m 644 $(HEADERS) $(DESTDIR)$(INCLUDEDIR)
	$(INSTALL) -m 644 $(OUT)/libswtrace.a $(DESTDIR)$(LIBDIR)
	$(INSTALL) -m 755 $(OUT)/$(SHARED) $(DESTDIR)$(LIBDIR)
	ln -sf $(SHARED) $(DESTDIR)$(LIBDIR)/libswtrace.so.$(ABI)
	ln -sf libswtrace.so.$(ABI) $(DESTDIR)$(LIBDIR)/libswtrace.so
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' \
	  -e 's|@VERSION@|$(VERSION)|' packaging/swtrace.pc.in > $(OUT)/swtrace.pc
	$(INSTALL) -m 644 $(OUT)/swtrace.pc $(DESTDIR)$(PKGCONFIGDIR)
	for page in $(PAGES); do \
	  folder=$(DESTDIR)$(MANDIR)/man$${page##*.}; \
	  $(INSTALL) -d $$folder && $(INSTALL) -m 644 $$page $$folder || exit 1; \
	done
	$(INSTALL) -m 644 completions/swtrace.bash $(DESTDIR)$(BASHDIR)/swtrace
	$(INSTALL) -m 644 completions/_swtrace $(DESTDIR)$(ZSHDIR)/_swtrace
	$(INSTALL) -m 644 completions/swtrace.fish $(DESTDIR)$(FISHDIR)/swtrace.fish

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/swtrace
	rm -f $(patsubst Sources/CSwtrace/include/%,$(DESTDIR)$(INCLUDEDIR)/%,$(HEADERS))
	rm -f $(DESTDIR)$(LIBDIR)/libswtrace.a $(DESTDIR)$(LIBDIR)/libswtrace.so
	rm -f $(DESTDIR)$(LIBDIR)/libswtrace.so.$(ABI) $(DESTDIR)$(LIBDIR)/$(SHARED)
	rm -f $(DESTDIR)$(PKGCONFIGDIR)/swtrace.pc
	for page in $(PAGES); do \
	  rm -f $(DESTDIR)$(MANDIR)/man$${page##*.}/$${page##*/}; \
	done
	rm -f $(DESTDIR)$(BASHDIR)/swtrace $(DESTDIR)$(ZSHDIR)/_swtrace $(DESTDIR)$(FISHDIR)/swtrace.fish

clean:
	rm -rf $(OUT)
