"""The functions that a question may call: DuckDB's, as far as they make values of values.

What reads a setting, a file, a sequence, a variable or the catalogue, runs text, waits, or writes a log is left out.
"""

_AGGREGATES = """
any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_min arg_min_null argmax
argmin array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count count_if countif covar_pop covar_samp entropy
favg first fsum geomean geometric_mean group_concat grouping grouping_id histogram json_group_array json_group_object
json_group_structure kurtosis kurtosis_pop last list listagg mad max max_by mean median min min_by mode product
quantile quantile_cont quantile_disc reservoir_quantile sem skewness stddev stddev_pop stddev_samp string_agg sum
sumkahan var_pop var_samp variance wavg weighted_avg
"""

_WINDOWS = """
cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank rank_dense row_number
"""

_TEXT = """
array_to_string ascii bar bit_length char_length character_length chr concat concat_ws contains damerau_levenshtein
editdist3 ends_with format format_bytes from_base64 from_hex hamming hash hex instr jaccard jaro_similarity
jaro_winkler_similarity lcase left length levenshtein lower lpad ltrim md5 nfc_normalize octet_length ord parse_dirname
parse_dirpath parse_filename parse_path position prefix printf regexp_escape regexp_extract regexp_extract_all
regexp_full_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table repeat replace reverse right
rpad rtrim sha1 sha256 split split_part starts_with str_split str_split_regex string_split string_split_regex
string_to_array strip_accents strlen strpos substr suffix to_base to_base64 to_binary to_hex translate ucase unhex
unicode upper url_decode url_encode
"""

_NUMBERS = """
abs acos add asin atan atan2 bit_count cbrt cos degrees divide even exp factorial fdiv fmod gamma gcd
greatest_common_divisor isfinite isinf isnan lcm least_common_multiple lgamma ln log log10 log2 mod multiply pi pow
power radians random round round_even sign sin sqrt subtract tan trunc xor
"""

_TIMES = """
age century date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname dayofmonth
dayofweek dayofyear days_in_month decade epoch epoch_ms epoch_ns epoch_us era get_current_timestamp hour isodow isoyear
last_day make_date make_time make_timestamp make_timestamp_ms microsecond millisecond minute month monthname now quarter
second strftime strptime time_bucket timezone timezone_hour timezone_minute to_days to_hours to_microseconds
to_milliseconds to_minutes to_months to_seconds to_timestamp to_weeks to_years today transaction_timestamp try_strptime
week weekday weekofyear year yearweek
"""

_JSON = """
array_to_json from_json from_json_strict json json_array json_array_length json_contains json_exists json_extract
json_extract_path json_extract_path_text json_extract_string json_keys json_merge_patch json_object json_pretty
json_quote json_structure json_transform json_transform_strict json_type json_valid json_value row_to_json to_json
"""

_NESTED = """
aggregate apply array_aggregate array_append array_apply array_cat array_concat array_contains array_distinct
array_extract array_filter array_has array_has_all array_has_any array_indexof array_intersect array_length
array_position array_prepend array_reduce array_resize array_reverse array_reverse_sort array_slice array_sort
array_transform array_unique array_value array_where array_zip cardinality element_at filter flatten generate_series
generate_subscripts len list_aggregate list_any_value list_append list_apply list_avg list_cat list_concat
list_contains list_count list_distinct list_element list_extract list_filter list_first list_has list_has_all
list_has_any list_histogram list_indexof list_intersect list_last list_max list_median list_min list_mode list_position
list_prepend list_reduce list_resize list_reverse list_reverse_sort list_select list_slice list_sort list_string_agg
list_sum list_transform list_unique list_value list_where list_zip map map_concat map_contains map_entries map_extract
map_extract_value map_from_entries map_keys map_values range row struct_concat struct_extract struct_extract_at
struct_has struct_insert struct_keys struct_pack struct_values unnest
"""

_VALUES = """
coalesce columns gen_random_uuid greatest ifnull least nullif try typeof uuid uuidv4 uuidv7
"""

ADMITTED = frozenset(f"{_AGGREGATES} {_WINDOWS} {_TEXT} {_NUMBERS} {_TIMES} {_JSON} {_NESTED} {_VALUES}".split())
