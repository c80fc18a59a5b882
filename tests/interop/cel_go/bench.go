package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/cel-go/cel"
)

const (
	rounds    = 5
	roundTime = 100 * time.Millisecond
)

// Nanoseconds per evaluation: the least of several rounds, because whatever
// else the machine does only adds.
func measure(program cel.Program, variables cel.Activation) float64 {
	least := 0.0
	for round := 0; round < rounds; round++ {
		count, more := 0, 1
		begun := time.Now()
		passed := time.Duration(0)
		for passed < roundTime {
			for i := 0; i < more; i++ {
				program.Eval(variables)
			}
			count += more
			more = count
			passed = time.Since(begun)
			if passed > roundTime/4 {
				more = count/8 + 1
			}
		}
		one := float64(passed.Nanoseconds()) / float64(count)
		if round == 0 || one < least {
			least = one
		}
	}
	return least
}

// With variables of Go's types and with cel-go's: the faster counts.
func bench(one line) error {
	env, err := environment(one.Bindings)
	if err != nil {
		return err
	}
	program, err := compile(env, one.Expr)
	if err != nil {
		return err
	}
	all, err := activations(one.Bindings)
	if err != nil {
		return err
	}
	least, calls := 0.0, 0.0
	for i, variables := range all {
		ns := measure(program, variables)
		if i > 0 && ns >= least {
			continue
		}
		least = ns
		calls = testing.AllocsPerRun(10, func() {
			program.Eval(variables)
		})
	}
	value, _, err := program.Eval(all[0])
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%.1f\t%.0f\t%v\t%s\n", least, calls, value, one.Name)
	return out.Flush()
}
