package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"sort"
	"strings"
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
)

// An expression that takes longer has no answer.
const patience = 5 * time.Second

var (
	current   *cel.Env
	variables cel.Activation
)

func quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= ' ' && c < 0x7f && c != '"' && c != '\\' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "\\x%02x", c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func listed(list traits.Lister) string {
	var items []string
	for it := list.Iterator(); it.HasNext() == types.True; {
		items = append(items, written(it.Next()))
	}
	return "[" + strings.Join(items, ", ") + "]"
}

func mapped(entries traits.Mapper) string {
	var items []string
	for it := entries.Iterator(); it.HasNext() == types.True; {
		key := it.Next()
		items = append(items, written(key)+": "+written(entries.Get(key)))
	}
	sort.Strings(items)
	return "{" + strings.Join(items, ", ") + "}"
}

// One spelling of a value, the same as that of tests/interop/cel_answer.c.
func written(value ref.Val) string {
	switch v := value.(type) {
	case types.Null:
		return "null"
	case types.Bool:
		return fmt.Sprintf("%t", bool(v))
	case types.Int:
		return fmt.Sprintf("%d", int64(v))
	case types.Uint:
		return fmt.Sprintf("%du", uint64(v))
	case types.Double:
		if math.IsNaN(float64(v)) {
			return "double:NaN"
		}
		return fmt.Sprintf("double:%016x", math.Float64bits(float64(v)))
	case types.String:
		return quoted(string(v))
	case types.Bytes:
		return "b" + quoted(string(v))
	case types.Timestamp:
		return fmt.Sprintf("timestamp:%d:%d", v.Unix(), v.Nanosecond())
	case types.Duration:
		return fmt.Sprintf("duration:%d:%d", int64(v.Duration/time.Second),
			int64(v.Duration%time.Second))
	case *types.Optional:
		if v.HasValue() {
			return "some(" + written(v.GetValue()) + ")"
		}
		return "none"
	case *types.Type:
		return "type:" + v.TypeName()
	case traits.Lister:
		return listed(v)
	case traits.Mapper:
		return mapped(v)
	case *types.Err:
		return "error"
	}
	return fmt.Sprintf("unknown:%T", value)
}

// Parsed and not checked, as vouch does it: what has no meaning is an error
// when it is evaluated.
func answered(expr string) (answer, why string) {
	tree, issues := current.Parse(expr)
	if issues != nil && issues.Err() != nil {
		return "refused", issues.Err().Error()
	}
	program, err := current.Program(tree)
	if err != nil {
		return "error", err.Error()
	}
	type result struct{ answer, why string }
	done := make(chan result, 1)
	go func() {
		value, _, err := program.Eval(variables)
		if err != nil {
			done <- result{"error", err.Error()}
			return
		}
		done <- result{written(value), ""}
	}()
	select {
	case r := <-done:
		return r.answer, r.why
	case <-time.After(patience):
		return "late", ""
	}
}

func answer(one line) error {
	if one.Bindings != nil {
		env, err := environment(one.Bindings)
		if err != nil {
			return err
		}
		all, err := activations(one.Bindings)
		if err != nil {
			return err
		}
		current, variables = env, all[0]
	}
	text, why := answered(one.Expr)
	fmt.Fprintln(out, text)
	if os.Getenv("CEL_WHY") != "" && why != "" {
		shown, _ := json.Marshal(why)
		fmt.Fprintf(os.Stderr, "%s: %s\n", one.Expr, shown)
	}
	return nil
}
