// cel_go evaluates expressions with github.com/google/cel-go.
//
//	cel_go bench FILE [NUMBER]
//	cel_go answer FILE
//
// FILE has one expression a line, as tests/bench/cel/README.md says.  bench
// prints for each what an evaluation costs, in nanoseconds and in calls for
// memory; answer prints what each expression comes to.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/ext"
)

type line struct {
	Name     string         `json:"name"`
	Expr     string         `json:"expr"`
	Bindings map[string]any `json:"bindings"`
}

// The whole language as vouch has it.
func environment(bindings map[string]any) (*cel.Env, error) {
	options := []cel.EnvOption{
		cel.OptionalTypes(), cel.EnableMacroCallTracking(),
		cel.DefaultUTCTimeZone(true), cel.CrossTypeNumericComparisons(true),
		ext.Strings(), ext.Math(), ext.Encoders(), ext.Bindings(),
		ext.Lists(), ext.Sets(), ext.TwoVarComprehensions(),
	}
	for name := range bindings {
		options = append(options, cel.Variable(name, cel.DynType))
	}
	return cel.NewEnv(options...)
}

// Checked, and planned with all that cel-go does beforehand: constants are
// folded, patterns compiled.
func compile(env *cel.Env, expr string) (cel.Program, error) {
	tree, issues := env.Compile(expr)
	if issues != nil && issues.Err() != nil {
		return nil, issues.Err()
	}
	return env.Program(tree, cel.EvalOptions(cel.OptOptimize))
}

func lines(path string) ([]line, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all []line
	scanner := bufio.NewScanner(bytes.NewReader(text))
	scanner.Buffer(nil, 1<<24)
	for scanner.Scan() {
		var one line
		decoder := json.NewDecoder(bytes.NewReader(scanner.Bytes()))
		decoder.UseNumber()
		if err := decoder.Decode(&one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, scanner.Err()
}

func run(arguments []string) error {
	if len(arguments) < 2 {
		return fmt.Errorf("usage: cel_go bench|answer FILE [NUMBER]")
	}
	all, err := lines(arguments[1])
	if err != nil {
		return err
	}
	only := 0
	if len(arguments) > 2 {
		only, err = strconv.Atoi(arguments[2])
		if err != nil {
			return err
		}
	}
	for i, one := range all {
		if only != 0 && only != i+1 {
			continue
		}
		if arguments[0] == "bench" {
			err = bench(one)
		} else {
			err = answer(one)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", one.Name, err)
		}
	}
	return out.Flush()
}

var out = bufio.NewWriter(os.Stdout)

func main() {
	if err := run(os.Args[1:]); err != nil {
		out.Flush()
		fmt.Fprintln(os.Stderr, "cel_go:", err)
		os.Exit(2)
	}
}
