# Vouchbook.  `make' builds, `make demo' shows, `make check' tests; `make help' lists the rest.

ROOMS    = base keys ledger capture policy reports cli
BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
PKGS     = libsodium sqlite3 libcjson nettle libpcre2-8 yaml-0.1 libxml-2.0 libxslt
# mbedTLS 2.28 describes itself to nobody.
NO_PKG   = -lmbedx509 -lmbedcrypto
CFLAGS  ?= -O2 -g
FUZZ_SECONDS  ?= 5
BENCH_ENTRIES ?= 100000

ifeq ($(origin CC),default)
CC = gcc
endif
STD     = -std=c11 -D_GNU_SOURCE -I. -ffile-prefix-map=$(CURDIR)=.
WARN    = -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla -Werror
HARDEN  = -fstack-protector-strong -D_FORTIFY_SOURCE=3 -fPIE -fcf-protection
LDHARD  = -pie -Wl,-z,relro,-z,now
ifdef SAN
BUILD   := $(BUILD)/san
# Lines reached are counted too, for `make cover'.  gcc takes some borrowed
# spans for overflows once it has instrumented them.
HARDEN  = -Wno-stringop-overflow -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer -fPIE -DVOUCH_SANITIZED \
	--coverage -fprofile-update=atomic
CFLAGS  = -O1 -g
LDHARD  = -pie --coverage
endif
# Asked for when something is compiled, after `make deps' has seen to it.
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS))
PKG_LIBS   = $(shell pkg-config --libs $(PKGS)) $(NO_PKG)
COMPILE = $(CC) $(STD) $(CFLAGS) $(WARN) $(HARDEN) -pthread $(PKG_CFLAGS)
LIBS    = $(PKG_LIBS) -pthread -lm

SRC      = $(sort $(foreach r,$(ROOMS),$(wildcard $(r)/*.c $(r)/*/*.c)))
HEADERS  = $(sort $(foreach r,$(ROOMS),$(wildcard $(r)/*.h $(r)/*/*.h)))
OBJ      = $(SRC:%.c=$(BUILD)/%.o)
LIB_OBJ  = $(filter-out $(BUILD)/cli/main.o,$(OBJ))
SUPPORT  = $(sort $(wildcard tests/support/*.c))
UNIT     = $(sort $(wildcard tests/unit/*/*_test.c))
UNIT_BIN = $(UNIT:%.c=$(BUILD)/%)
FUZZ     = $(sort $(wildcard tests/fuzz/*_fuzz.c))
FUZZ_BIN = $(FUZZ:tests/fuzz/%.c=build/fuzz/%)
BENCH_BIN = $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/bench/*.c)))
FAULT_BIN = $(patsubst %.c,$(BUILD)/%,$(filter-out %/faults.c,$(sort $(wildcard tests/fault/*.c)))) $(BUILD)/tests/fault/faults.so

.PHONY: all unit faults fuzz-programs demo check check-fast fuzz bench bench-cel lint format format-check cover analyse valgrind \
	reproduce soak map docs vectors deps check-deps interop-deps install uninstall clean help
all: $(BUILD)/vouch
unit: $(UNIT_BIN) $(BUILD)/tests/conformance/cel $(BUILD)/tests/interop/cel_answer
faults: $(FAULT_BIN)

$(BUILD)/vouch: $(OBJ)
	$(COMPILE) $(LDHARD) -o $@ $^ $(LIBS)
$(BUILD)/libvouch.a: $(LIB_OBJ)
	rm -f $@ && ar rcsD $@ $^
$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(COMPILE) -MMD -MP -c -o $@ $<
$(BUILD)/tests/unit/%: tests/unit/%.c $(BUILD)/libvouch.a $(SUPPORT)
	@mkdir -p $(@D)
	$(COMPILE) $(LDHARD) -MMD -MP -o $@ $< $(SUPPORT) $(BUILD)/libvouch.a $(LIBS) -lcmocka -lutil
$(BUILD)/tests/fault/faults.so: tests/fault/faults.c
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE $(CFLAGS) -Wall -Wextra -Werror -shared -fPIC -o $@ $< -ldl
$(BUILD)/tests/fault/%: tests/fault/%.c $(BUILD)/libvouch.a $(SUPPORT)
	@mkdir -p $(@D)
	$(COMPILE) -Wno-pedantic $(LDHARD) -rdynamic -MMD -MP -o $@ $< $(SUPPORT) $(BUILD)/libvouch.a $(LIBS)
$(BUILD)/tests/conformance/%: tests/conformance/%.c $(BUILD)/libvouch.a
	@mkdir -p $(@D)
	$(COMPILE) $(LDHARD) -MMD -MP -o $@ $< $(BUILD)/libvouch.a $(LIBS)
$(BENCH_BIN): $(BUILD)/tests/bench/%: tests/bench/%.c $(BUILD)/libvouch.a $(SUPPORT)
	@mkdir -p $(@D)
	$(COMPILE) $(LDHARD) -MMD -MP -o $@ $< $(SUPPORT) $(BUILD)/libvouch.a $(LIBS)
$(BUILD)/tests/interop/%: tests/interop/%.c $(BUILD)/libvouch.a $(SUPPORT)
	@mkdir -p $(@D)
	$(COMPILE) $(LDHARD) -MMD -MP -o $@ $< $(SUPPORT) $(BUILD)/libvouch.a $(LIBS)
$(BUILD)/tests/bench/cel/%: tests/bench/cel/%.c $(BUILD)/libvouch.a $(SUPPORT)
	@mkdir -p $(@D)
	$(COMPILE) -Wno-missing-prototypes $(LDHARD) -MMD -MP -o $@ $< $(SUPPORT) $(BUILD)/libvouch.a $(LIBS)
# The whole library is built again with the fuzzer's own instrumentation.
build/fuzz/obj/%.o: %.c
	@mkdir -p $(@D)
	clang $(STD) -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -pthread $(PKG_CFLAGS) -c -o $@ $<
build/fuzz/%_fuzz: tests/fuzz/%_fuzz.c $(filter-out build/fuzz/obj/cli/main.o,$(SRC:%.c=build/fuzz/obj/%.o))
	@mkdir -p $(@D)
	clang $(STD) -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -pthread $(PKG_CFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/policy/packs.o build/fuzz/obj/policy/packs.o: $(wildcard policy/packs/*.yaml)
$(BUILD)/policy/catalogues.o build/fuzz/obj/policy/catalogues.o: $(wildcard policy/catalogues/*.yaml)
$(BUILD)/ledger/dossier.o build/fuzz/obj/ledger/dossier.o: ledger/dossier/VERIFY.md
$(BUILD)/reports/report.o build/fuzz/obj/reports/report.o: $(wildcard reports/style/*.xsl)
$(BUILD)/reports/document.o build/fuzz/obj/reports/document.o: reports/schema/report.xsd

# --- for people ---
demo: deps
	@$(MAKE) --no-print-directory all
	examples/hmda/demo.sh
check: check-deps
	FUZZ_SECONDS=$(FUZZ_SECONDS) tests/run all
check-fast:
	tests/run unit story
fuzz-programs: $(FUZZ_BIN)
fuzz:
	$(MAKE) $(FUZZ_BIN)
	FUZZ_SECONDS=$(FUZZ_SECONDS) tests/run fuzz
bench: all $(BENCH_BIN) $(BUILD)/tests/bench/cel/bench_cel
	BENCH_ENTRIES=$(BENCH_ENTRIES) tests/bench/run.sh $(BUILD)/tests/bench/bench $(CURDIR)/$(BUILD)/vouch
	tests/bench/policy.sh $(BUILD)/tests/bench/policy
	$(BUILD)/tests/bench/lists $(BENCH_ENTRIES)
	tests/bench/report.sh $(BUILD)/tests/bench/report $(CURDIR)/$(BUILD)/vouch
	tests/bench/proof.sh $(BUILD)/tests/bench/proof
	tests/bench/dossier.sh $(CURDIR)/$(BUILD)/vouch
	tests/bench/certificates.sh $(BUILD)/tests/bench/certificates
	tests/bench/timestamp.sh $(BUILD)/tests/bench/timestamp
	tests/bench/cel/run.sh $(BUILD)/tests/bench/cel/bench_cel
bench-cel: $(BUILD)/tests/bench/cel/bench_cel
	tests/bench/cel/run.sh $(BUILD)/tests/bench/cel/bench_cel
soak:
	FUZZ_SECONDS=600 KILLS=5000 LINT_NODES=225000 tests/run fault fuzz lint
lint:
	tests/lint.sh
# Versions differ in taste: this is Debian 12's.
CLANG_FORMAT ?= clang-format-14
format:
	@$(CLANG_FORMAT) -i $(SRC) $(HEADERS)
format-check:
	@$(CLANG_FORMAT) --dry-run -Werror $(SRC) $(HEADERS)
analyse:
	$(MAKE) BUILD=build/analyse CFLAGS='-O1 -g -fanalyzer -Wno-error' all
cover:
	tests/run sanitized cover
valgrind:
	tests/run valgrind
reproduce:
	tests/reproduce.sh
map:
	@for f in $(HEADERS); do printf '%-28s %s\n' $$f "$$(sed -n '1s,^/\* [a-z_]*\.h: \(.*\) \*/$$,\1,p' $$f)"; done
docs: all
	$(BUILD)/vouch schema --markdown > docs/kinds.md
	$(BUILD)/vouch help --markdown > docs/commands.md
vectors:
	python3 tests/vectors/make.py
deps:
	@tests/deps.sh build
check-deps:
	@tests/deps.sh check
interop-deps:
	@tests/interop/deps.sh

# The program, and the library for programs that keep or check ledgers.
SHARE    = $(DESTDIR)$(PREFIX)/share
PUBLIC   = $(filter-out %_internal.h $(wildcard cli/*.h) $(wildcard ledger/store_sql.h),$(HEADERS))
VERSION  = $(shell sed -n 's/^.define VOUCH_VERSION "\(.*\)"/\1/p' cli/command.h)
$(BUILD)/libvouchbook.a: $(filter-out $(BUILD)/cli/%,$(LIB_OBJ))
	rm -f $@ && ar rcsD $@ $^
install: all $(BUILD)/libvouchbook.a
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(SHARE)/man/man1 \
	    $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions $(SHARE)/fish/vendor_completions.d
	install -m 755 $(BUILD)/vouch $(DESTDIR)$(PREFIX)/bin/vouch
	$(BUILD)/vouch help --man-pages $(SHARE)/man/man1
	$(BUILD)/vouch completion bash > $(SHARE)/bash-completion/completions/vouch
	$(BUILD)/vouch completion zsh > $(SHARE)/zsh/site-functions/_vouch
	$(BUILD)/vouch completion fish > $(SHARE)/fish/vendor_completions.d/vouch.fish
	install -m 644 $(BUILD)/libvouchbook.a $(DESTDIR)$(PREFIX)/lib
	for f in $(PUBLIC); do install -D -m 644 $$f $(DESTDIR)$(PREFIX)/include/vouchbook/$$f || exit 1; done
	printf '%s\n' 'prefix=$(PREFIX)' 'Name: vouchbook' 'Description: A governance and audit ledger for machine-learning work' \
	    'Version: $(VERSION)' 'Requires: $(PKGS)' 'Cflags: -I$${prefix}/include/vouchbook' \
	    'Libs: -L$${prefix}/lib -lvouchbook $(NO_PKG) -pthread -lm' > $(DESTDIR)$(PREFIX)/lib/pkgconfig/vouchbook.pc
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/vouch $(SHARE)/man/man1/vouch.1 $(SHARE)/man/man1/vouch-*.1 \
	    $(SHARE)/bash-completion/completions/vouch $(SHARE)/zsh/site-functions/_vouch \
	    $(SHARE)/fish/vendor_completions.d/vouch.fish \
	    $(DESTDIR)$(PREFIX)/lib/libvouchbook.a $(DESTDIR)$(PREFIX)/lib/pkgconfig/vouchbook.pc
	rm -rf $(DESTDIR)$(PREFIX)/include/vouchbook
clean:
	rm -rf build
help:
	@sed -n 's/^\([a-z-]*\):.*/  make \1/p' Makefile | sort -u
-include $(OBJ:.o=.d) $(UNIT_BIN:%=%.d)
