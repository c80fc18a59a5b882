/* cel_functions_internal.h: the functions behind the names. */
#ifndef POLICY_CEL_FUNCTIONS_INTERNAL_H
#define POLICY_CEL_FUNCTIONS_INTERNAL_H

#include "policy/cel_internal.h"

#define CEL_CALL(name) \
	struct cel_value name(struct cel_run *run, \
	    const struct cel_value *arg, size_t count)

/* cel_operators.c */
CEL_CALL(cel_add);
CEL_CALL(cel_subtract);
CEL_CALL(cel_multiply);
CEL_CALL(cel_divide);
CEL_CALL(cel_modulo);
CEL_CALL(cel_negate);
CEL_CALL(cel_not);
CEL_CALL(cel_is_equal);
CEL_CALL(cel_is_unequal);
CEL_CALL(cel_less);
CEL_CALL(cel_less_equal);
CEL_CALL(cel_greater);
CEL_CALL(cel_greater_equal);
CEL_CALL(cel_in);

/* cel_convert.c */
CEL_CALL(cel_to_bool);
CEL_CALL(cel_to_int);
CEL_CALL(cel_to_uint);
CEL_CALL(cel_to_double);
CEL_CALL(cel_to_string);
CEL_CALL(cel_to_bytes);
CEL_CALL(cel_to_dyn);
CEL_CALL(cel_type_of);

/* cel_time.c */
CEL_CALL(cel_to_timestamp);
CEL_CALL(cel_to_duration);
CEL_CALL(cel_get_full_year);
CEL_CALL(cel_get_month);
CEL_CALL(cel_get_date);
CEL_CALL(cel_get_day_of_month);
CEL_CALL(cel_get_day_of_week);
CEL_CALL(cel_get_day_of_year);
CEL_CALL(cel_get_hours);
CEL_CALL(cel_get_minutes);
CEL_CALL(cel_get_seconds);
CEL_CALL(cel_get_milliseconds);
/* a + b, or a - b, as a timestamp or a duration; an error out of range. */
struct cel_value cel_time_add(const struct cel_value *a,
    const struct cel_value *b, enum cel_type type, bool minus);
/* As google.protobuf's JSON spells them. */
void cel_time_write(struct buffer *out, const struct cel_value *value);

/* cel_texts.c */
CEL_CALL(cel_size);
CEL_CALL(cel_contains);
CEL_CALL(cel_starts_with);
CEL_CALL(cel_ends_with);
CEL_CALL(cel_matches);
/* A pattern read beforehand, or NULL if that is left to cel_matches; it lives
 * as long as the arena. */
const struct cel_pattern *cel_pattern_new(struct arena *arena,
    struct bytes pattern);
/* The same as cel_matches of the text and the pattern. */
struct cel_value cel_matches_pattern(struct cel_run *run,
    const struct cel_pattern *pattern, struct bytes text);

/* cel_strings.c */
CEL_CALL(cel_char_at);
CEL_CALL(cel_index_of);
CEL_CALL(cel_last_index_of);
CEL_CALL(cel_substring);
CEL_CALL(cel_lower_ascii);
CEL_CALL(cel_upper_ascii);
CEL_CALL(cel_reverse);
CEL_CALL(cel_trim);
CEL_CALL(cel_replace);
CEL_CALL(cel_split);
CEL_CALL(cel_join);
CEL_CALL(cel_quote);

/* cel_lists.c */
CEL_CALL(cel_list_distinct);
CEL_CALL(cel_list_flatten);
CEL_CALL(cel_list_range);
CEL_CALL(cel_list_slice);
CEL_CALL(cel_list_sort);
CEL_CALL(cel_list_first);
CEL_CALL(cel_list_last);
CEL_CALL(cel_sets_contains);
CEL_CALL(cel_sets_equivalent);
CEL_CALL(cel_sets_intersects);
struct cel_value cel_list_reverse(struct cel_run *run,
    const struct cel_list *list);
/* The items in the order of as many keys; equal ones as they were. */
struct cel_value cel_sort(struct cel_run *run, const struct cel_list *list,
    const struct cel_value *key);

/* cel_format.c */
CEL_CALL(cel_format);

/* cel_encoders.c */
CEL_CALL(cel_base64_encode);
CEL_CALL(cel_base64_decode);

/* cel_optionals.c */
CEL_CALL(cel_optional_of);
CEL_CALL(cel_optional_none);
CEL_CALL(cel_optional_of_non_zero);
CEL_CALL(cel_optional_has_value);
CEL_CALL(cel_optional_value);
CEL_CALL(cel_optional_or);
CEL_CALL(cel_optional_or_value);

/* cel_math.c */
CEL_CALL(cel_math_greatest);
CEL_CALL(cel_math_least);
CEL_CALL(cel_math_ceil);
CEL_CALL(cel_math_floor);
CEL_CALL(cel_math_round);
CEL_CALL(cel_math_trunc);
CEL_CALL(cel_math_abs);
CEL_CALL(cel_math_sign);
CEL_CALL(cel_math_is_nan);
CEL_CALL(cel_math_is_inf);
CEL_CALL(cel_math_is_finite);
CEL_CALL(cel_math_bit_and);
CEL_CALL(cel_math_bit_or);
CEL_CALL(cel_math_bit_xor);
CEL_CALL(cel_math_bit_not);
CEL_CALL(cel_math_shift_left);
CEL_CALL(cel_math_shift_right);
CEL_CALL(cel_math_sqrt);

#endif
