# Vouchbook. `make' builds, `make demo' shows, `make check' tests; `make help' lists the rest.

ROOMS   = base keys ledger capture cli
BUILD  ?= build
CC     ?= gcc
PKGS    = libsodium sqlite3 libcjson nettle
CFLAGS ?= -O2 -g
WARN    = -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla -Werror
HARDEN  = -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
STD     = -std=c11 -D_GNU_SOURCE -I. -ffile-prefix-map=$(CURDIR)=.
LDHARD  = -pie -Wl,-z,relro,-z,now
ifdef SAN
HARDEN  = -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer -fPIE
BUILD   = build/san
endif
ALL_CFLAGS = $(STD) $(CFLAGS) $(WARN) $(HARDEN) -pthread $(shell pkg-config --cflags $(PKGS))
LIBS    = $(shell pkg-config --libs $(PKGS)) -pthread -lm

SRC     = $(sort $(foreach r,$(ROOMS),$(wildcard $(r)/*.c $(r)/*/*.c)))
OBJ     = $(SRC:%.c=$(BUILD)/%.o)
LIB_OBJ = $(filter-out $(BUILD)/cli/main.o,$(OBJ))
UNIT    = $(sort $(wildcard tests/unit/*/*_test.c))
UNIT_BIN = $(UNIT:%.c=$(BUILD)/%)

.PHONY: all unit clean
all: $(BUILD)/vouch
unit: $(UNIT_BIN)

$(BUILD)/vouch: $(OBJ)
	$(CC) $(ALL_CFLAGS) $(LDHARD) -o $@ $^ $(LIBS)
$(BUILD)/libvouch.a: $(LIB_OBJ)
	rm -f $@; ar rcsD $@ $^
$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/tests/unit/%: tests/unit/%.c $(BUILD)/libvouch.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDHARD) -MMD -MP -o $@ $< $(BUILD)/libvouch.a $(LIBS) -lcmocka
clean:
	rm -rf build
-include $(OBJ:.o=.d) $(UNIT_BIN:%=%.d)
