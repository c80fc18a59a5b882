/* gate_formats.h: a gate's answer in the formats that CI systems read. */
#ifndef CLI_GATE_FORMATS_H
#define CLI_GATE_FORMATS_H

#include <stdio.h>

#include "policy/judge.h"

/* json: our own; junit: JUnit's XML (testsuites/testsuite/testcase), where
 * what stops the model is a failure; sarif: SARIF 2.1.0 (OASIS), a result for
 * each rule. */
void gate_format(FILE *out, const char *format,
    const struct judgement *judgement, int verdict, const char *model,
    const char *environment);

#endif
