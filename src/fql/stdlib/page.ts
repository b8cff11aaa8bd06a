import * as fail from '#src/fql/errors/catalogue.ts'
import type { Page } from '#src/fql/sets/read.ts'
import { MAX_PAGE_SIZE } from '#src/fql/values/set.ts'
import { type ObjectValue, objectOf } from '#src/fql/values/value.ts'

/** What `paginate` answers: `{ data, after? }`. */
export const pageObject = (page: Page): ObjectValue => objectOf({ data: page.data, after: page.after })

export function checkPageSize(size: number): void {
  if (size < 1 || size > MAX_PAGE_SIZE)
    throw fail.invalidBounds('size', `between 1 and ${MAX_PAGE_SIZE} (inclusive)`, String(size))
}
