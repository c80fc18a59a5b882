package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
)

func whole(value any) int64 {
	number, ok := value.(json.Number)
	if !ok {
		panic(fmt.Sprintf("%v is no number", value))
	}
	integer, err := number.Int64()
	if err != nil {
		panic(err)
	}
	return integer
}

func stepped(list []any, i int64) int64 {
	base := int64(0)
	if len(list) > 2 {
		base = whole(list[2])
	}
	return i*whole(list[0])%whole(list[1]) + base
}

func moment(text any) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text.(string))
	if err != nil {
		panic(err)
	}
	return t
}

// The one member of an object whose name begins with $.
func special(name string, value any, i int64) any {
	list, _ := value.([]any)
	switch name {
	case "$int":
		if list == nil {
			return whole(value)
		}
		return stepped(list, i)
	case "$uint":
		return uint64(whole(value))
	case "$double":
		return float64(stepped(list, i)) / float64(whole(list[3]))
	case "$text":
		number := strconv.FormatInt(i%whole(list[1]), 10)
		text := list[0].(string)
		if strings.Contains(text, "{}") {
			return strings.Replace(text, "{}", number, 1)
		}
		return text + number
	case "$bool":
		return i%whole(value) == 0
	case "$timestamp":
		if list == nil {
			return moment(value)
		}
		step := time.Duration(i * whole(list[1]))
		return moment(list[0]).Add(step * time.Second)
	case "$duration":
		d, err := time.ParseDuration(value.(string))
		if err != nil {
			panic(err)
		}
		return d
	case "$bytes":
		data, err := base64.StdEncoding.DecodeString(value.(string))
		if err != nil {
			panic(err)
		}
		return data
	case "$items":
		items := make([]any, whole(list[0]))
		for i := range items {
			items[i] = native(list[1], int64(i))
		}
		return items
	case "$entries":
		entries := make(map[string]any)
		for i := int64(0); i < whole(list[0]); i++ {
			key := list[1].(string) + strconv.FormatInt(i, 10)
			entries[key] = native(list[2], i)
		}
		return entries
	}
	panic(name)
}

// A value of Go's own types, as a program in Go would have it.
func native(value any, i int64) any {
	switch v := value.(type) {
	case json.Number:
		number, err := v.Float64()
		if err != nil {
			panic(err)
		}
		return number
	case []any:
		items := make([]any, len(v))
		for at, item := range v {
			items[at] = native(item, i)
		}
		return items
	case map[string]any:
		for name, only := range v {
			if len(v) == 1 && name[0] == '$' {
				return special(name, only, i)
			}
		}
		members := make(map[string]any, len(v))
		for name, member := range v {
			members[name] = native(member, i)
		}
		return members
	}
	return value
}

// The same as values of cel-go's, converted beforehand to the last leaf.
func converted(value any) ref.Val {
	adapter := types.DefaultTypeAdapter
	switch v := value.(type) {
	case []any:
		items := make([]ref.Val, len(v))
		for i, item := range v {
			items[i] = converted(item)
		}
		return types.NewRefValList(adapter, items)
	case map[string]any:
		members := make(map[ref.Val]ref.Val, len(v))
		for name, member := range v {
			members[types.String(name)] = converted(member)
		}
		return types.NewRefValMap(adapter, members)
	}
	return adapter.NativeToValue(value)
}

// Both, ready to be evaluated with.
func activations(bindings map[string]any) ([]cel.Activation, error) {
	natives := make(map[string]any)
	values := make(map[string]any)
	for name, binding := range bindings {
		natives[name] = native(binding, 0)
		values[name] = converted(natives[name])
	}
	var all []cel.Activation
	for _, one := range []map[string]any{natives, values} {
		activation, err := cel.NewActivation(one)
		if err != nil {
			return nil, err
		}
		all = append(all, activation)
	}
	return all, nil
}
