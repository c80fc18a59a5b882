module vouchbook/tests/interop/go_tlog

go 1.18

require golang.org/x/mod v0.20.0
