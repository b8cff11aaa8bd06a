import type { Context } from '#src/fql/eval/context.ts'
import { NullValue, nullBecause } from '#src/fql/values/value.ts'

/** The null that a built-in answers when there is nothing, made at the running call (spec/language.md §2.6). */
export const noValue = (ctx: Context, reason: string): NullValue => nullBecause(reason, ctx.run.frames.at(-1))

/** The null of procedures such as `log` and `forEach`. */
export const nothing = (ctx: Context): NullValue => new NullValue({ why: 'literal' }, ctx.run.frames.at(-1))
