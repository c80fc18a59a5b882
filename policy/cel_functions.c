/* The functions by name.  There are no others. */
#include "policy/cel_functions_internal.h"

#define MANY 255

static const struct cel_function functions[] = {
	/* name, function, of a receiver, of arguments, how many */
	{ "_+_", cel_add, false, true, 2, 2 },
	{ "_-_", cel_subtract, false, true, 2, 2 },
	{ "_*_", cel_multiply, false, true, 2, 2 },
	{ "_/_", cel_divide, false, true, 2, 2 },
	{ "_%_", cel_modulo, false, true, 2, 2 },
	{ "-_", cel_negate, false, true, 1, 1 },
	{ "!_", cel_not, false, true, 1, 1 },
	{ "_==_", cel_is_equal, false, true, 2, 2 },
	{ "_!=_", cel_is_unequal, false, true, 2, 2 },
	{ "_<_", cel_less, false, true, 2, 2 },
	{ "_<=_", cel_less_equal, false, true, 2, 2 },
	{ "_>_", cel_greater, false, true, 2, 2 },
	{ "_>=_", cel_greater_equal, false, true, 2, 2 },
	{ "@in", cel_in, false, true, 2, 2 },
	{ "bool", cel_to_bool, false, true, 1, 1 },
	{ "int", cel_to_int, false, true, 1, 1 },
	{ "uint", cel_to_uint, false, true, 1, 1 },
	{ "double", cel_to_double, false, true, 1, 1 },
	{ "string", cel_to_string, false, true, 1, 1 },
	{ "bytes", cel_to_bytes, false, true, 1, 1 },
	{ "dyn", cel_to_dyn, false, true, 1, 1 },
	{ "type", cel_type_of, false, true, 1, 1 },
	{ "timestamp", cel_to_timestamp, false, true, 1, 1 },
	{ "duration", cel_to_duration, false, true, 1, 1 },
	{ "getFullYear", cel_get_full_year, true, false, 1, 2 },
	{ "getMonth", cel_get_month, true, false, 1, 2 },
	{ "getDate", cel_get_date, true, false, 1, 2 },
	{ "getDayOfMonth", cel_get_day_of_month, true, false, 1, 2 },
	{ "getDayOfWeek", cel_get_day_of_week, true, false, 1, 2 },
	{ "getDayOfYear", cel_get_day_of_year, true, false, 1, 2 },
	{ "getHours", cel_get_hours, true, false, 1, 2 },
	{ "getMinutes", cel_get_minutes, true, false, 1, 2 },
	{ "getSeconds", cel_get_seconds, true, false, 1, 2 },
	{ "getMilliseconds", cel_get_milliseconds, true, false, 1, 2 },
	{ "size", cel_size, true, true, 1, 1 },
	{ "contains", cel_contains, true, false, 2, 2 },
	{ "startsWith", cel_starts_with, true, false, 2, 2 },
	{ "endsWith", cel_ends_with, true, false, 2, 2 },
	{ "charAt", cel_char_at, true, false, 2, 2 },
	{ "indexOf", cel_index_of, true, false, 2, 3 },
	{ "lastIndexOf", cel_last_index_of, true, false, 2, 3 },
	{ "substring", cel_substring, true, false, 2, 3 },
	{ "lowerAscii", cel_lower_ascii, true, false, 1, 1 },
	{ "upperAscii", cel_upper_ascii, true, false, 1, 1 },
	{ "reverse", cel_reverse, true, false, 1, 1 },
	{ "trim", cel_trim, true, false, 1, 1 },
	{ "replace", cel_replace, true, false, 3, 4 },
	{ "split", cel_split, true, false, 2, 3 },
	{ "join", cel_join, true, false, 1, 2 },
	{ "strings.quote", cel_quote, false, true, 1, 1 },
	{ "format", cel_format, true, false, 2, 2 },
	{ "base64.encode", cel_base64_encode, false, true, 1, 1 },
	{ "base64.decode", cel_base64_decode, false, true, 1, 1 },
	{ "matches", cel_matches, true, true, 2, 2 },
	{ "optional.of", cel_optional_of, false, true, 1, 1 },
	{ "optional.none", cel_optional_none, false, true, 0, 0 },
	{ "optional.ofNonZeroValue", cel_optional_of_non_zero, false, true, 1,
	    1 },
	{ "hasValue", cel_optional_has_value, true, false, 1, 1 },
	{ "value", cel_optional_value, true, false, 1, 1 },
	{ "or", cel_optional_or, true, false, 2, 2 },
	{ "orValue", cel_optional_or_value, true, false, 2, 2 },
	{ "math.greatest", cel_math_greatest, false, true, 1, MANY },
	{ "math.least", cel_math_least, false, true, 1, MANY },
	{ "math.ceil", cel_math_ceil, false, true, 1, 1 },
	{ "math.floor", cel_math_floor, false, true, 1, 1 },
	{ "math.round", cel_math_round, false, true, 1, 1 },
	{ "math.trunc", cel_math_trunc, false, true, 1, 1 },
	{ "math.abs", cel_math_abs, false, true, 1, 1 },
	{ "math.sign", cel_math_sign, false, true, 1, 1 },
	{ "math.isNaN", cel_math_is_nan, false, true, 1, 1 },
	{ "math.isInf", cel_math_is_inf, false, true, 1, 1 },
	{ "math.isFinite", cel_math_is_finite, false, true, 1, 1 },
	{ "math.bitAnd", cel_math_bit_and, false, true, 2, 2 },
	{ "math.bitOr", cel_math_bit_or, false, true, 2, 2 },
	{ "math.bitXor", cel_math_bit_xor, false, true, 2, 2 },
	{ "math.bitNot", cel_math_bit_not, false, true, 1, 1 },
	{ "math.bitShiftLeft", cel_math_shift_left, false, true, 2, 2 },
	{ "math.bitShiftRight", cel_math_shift_right, false, true, 2, 2 },
	{ "math.sqrt", cel_math_sqrt, false, true, 1, 1 },
};

const struct cel_function *
cel_function_find(struct bytes name, bool receiver)
{
	for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
		if ((receiver ? functions[i].receiver : functions[i].global) &&
		    bytes_equal(name, bytes_of_text(functions[i].name)))
			return &functions[i];
	}
	return NULL;
}
