import type { AccessPermissions } from '#src/access/roles/permissions.ts'
import type { Context } from '#src/fql/eval/context.ts'
import type { Coverage } from '#src/fql/eval/hints.ts'
import { type DocKey, DocValue } from '#src/fql/values/document.ts'
import type { Collection } from './collection.ts'
import type { DecidedReads } from './decided-reads.ts'
import type { DocumentVersion } from './document-version.ts'

/** Where and when a document was found. */
export interface Finding {
  readonly collection: Collection
  readonly at: number | undefined
  readonly present: number | undefined
  /** The state of the transaction: another one after each write. */
  readonly state: DecidedReads
  readonly coverage: Coverage | undefined
}

/** A document that is read when it is paid for. */
export abstract class CountedDocument extends DocValue {
  /** What reading it costs has been counted. */
  paid = false
  /** What it came out of tells the value of the field, or a part of it. */
  abstract holds(field: string): boolean
}

/** A document out of a set, together with the version that was there. */
export class FoundDocument extends CountedDocument {
  /** Who may read it; undefined: that has not been decided. */
  readers: AccessPermissions | undefined = undefined
  private readonly finding: Finding
  private readonly version: DocumentVersion

  constructor(finding: Finding, key: DocKey, version: DocumentVersion) {
    super(finding.collection.module, key, finding.at, undefined, undefined, finding.coverage)
    this.finding = finding
    this.version = version
  }

  holds(field: string): boolean {
    return this.coverage?.fields.has(field) ?? false
  }

  /** The version, as long as it is what a reader with these rights would find now. */
  versionFor(ctx: Context, rights: AccessPermissions, state: DecidedReads): DocumentVersion | undefined {
    const { collection, at, present } = this.finding
    if (state !== this.finding.state || present !== ctx.present) return undefined
    if (at === undefined && ctx.at !== undefined) return undefined
    return rights === this.readers || (at === undefined && rights.readsAll(collection))
      ? this.version
      : undefined
  }
}
