/** Error codes that a query may be answered with (spec/protocol.md §5), by status. Not among them: failures of ours. */
export const DOCUMENTED: Readonly<Record<number, ReadonlySet<string>>> = {
  400: new Set(
    (
      'invalid_request invalid_query abort constraint_failure document_not_found document_deleted document_id_exists ' +
      'invalid_document_id invalid_argument invalid_bounds invalid_cursor invalid_computed_field_access invalid_date ' +
      'invalid_effect invalid_function_invocation invalid_id invalid_index_invocation invalid_null_access ' +
      'invalid_type invalid_receiver invalid_regex invalid_schema invalid_secret invalid_time invalid_timestamp_field_access ' +
      'invalid_unit invalid_write index_out_of_bounds type_mismatch null_value divide_by_zero permission_denied ' +
      'stack_overflow value_too_large unbound_variable disabled_feature'
    ).split(' '),
  ),
  409: new Set(['contended_transaction']),
  440: new Set(['time_out']),
  503: new Set(['time_out']),
}
