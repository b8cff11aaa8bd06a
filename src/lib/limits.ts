/** Limits that the API promises (spec protocol §1, §6), and their defaults. */

/** Bytes of a request body; more is answered with 413. */
export const maxBodyBytes = 8 * 1024 * 1024
/** Levels of nesting in a JSON body. */
export const maxJsonDepth = 1000
/** Milliseconds that a query may take: unless the client says otherwise, and at most. */
export const defaultQueryTimeoutMs = 120_000
export const maxQueryTimeoutMs = 600_000
/** Retries of a transaction that lost against another: unless the client says otherwise, and at most. */
export const defaultContentionRetries = 4
export const maxContentionRetries = 7
/** Below so many elapsed milliseconds an expired deadline is the client's fault (440), above it ours (503). */
export const aggressiveDeadlineMs = 1000
/** `x-query-tags`. */
export const maxTagsLength = 3000
export const maxTags = 25
export const maxTagKeyLength = 40
export const maxTagValueLength = 80
/** Events in a page of a feed. */
export const defaultPageSize = 16
export const maxPageSize = 16_000
/** Files of a schema. */
export const maxSchemaFiles = 1024
/** Bytes written, and keys read, by one transaction. */
export const maxTransactionBytes = 16 * 1024 * 1024
/** Events that a stream replays before it goes live. */
export const maxStreamReplay = 128
