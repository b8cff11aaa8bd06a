/** Projections as code (spec/language.md §2.8). */

import { MapSet } from '#src/fql/sets/map-set.ts'
import type { LambdaExpr, ObjectExpr, ProjectExpr } from '#src/fql/syntax/tree.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { LambdaValue } from '#src/fql/values/function.ts'
import { ModuleValue } from '#src/fql/values/module.ts'
import { EventSourceValue, SetValue } from '#src/fql/values/set.ts'
import { isArray, NullValue, ObjectValue, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, mapInOrder } from '#src/lib/eventual.ts'
import { inFrame, traceOf } from './call.ts'
import type { Code, LambdaCode } from './code.ts'
import type { Context } from './context.ts'

/**
 * A projection is a function of the projected value; arrays apply it to each element at once, sets lazily, with a
 * lambda that can travel in a cursor like any other.
 */
export function compileProjection(e: ProjectExpr, value: Code, fields: LambdaCode): Code {
  const project = projector(e, fields)
  return (ctx, locals) => {
    const inner = new Array<Value>(fields.size)
    for (const c of fields.captures) inner[c.inner] = locals[c.outer] as Value
    return andThen(value(ctx, locals), (v) => project(ctx, inner, v))
  }
}

/** The listed fields as a function of the projected value that makes an object. */
export function fieldsLambda(e: ProjectExpr): LambdaExpr {
  const fields = e.fields.map((f) => ({ key: f.name, value: f.value }))
  const body: ObjectExpr = { kind: 'object', fields, span: e.bodySpan }
  return { kind: 'lambda', short: true, params: [], variadic: undefined, body, span: e.bodySpan }
}

/** Projects a value, given the slots of the field function. */
type Project = (ctx: Context, inner: Value[], v: Value) => Eventual<Value>

function projector(e: ProjectExpr, fields: LambdaCode): Project {
  const one = (ctx: Context, inner: Value[], v: Value): Eventual<Value> => {
    const locals = inner.slice()
    locals[0] = v
    const pause = ctx.run.step()
    return pause ? pause.then(() => fields.body(ctx, locals)) : fields.body(ctx, locals)
  }
  const mapper: LambdaCode = {
    ...fields,
    get size() {
      return fields.size
    },
    expr: mapperLambda(e, fields),
  }
  const lazily = (ctx: Context, inner: Value[], set: SetValue) =>
    new MapSet(
      set,
      new LambdaValue(
        mapper,
        fields.captures.map((c) => inner[c.inner] as Value),
      ),
      ctx.at,
      traceOf(ctx),
    )
  const project: Project = (ctx, inner, v) => {
    if (v instanceof ObjectValue || v instanceof ModuleValue) return one(ctx, inner, v)
    if (v instanceof DocValue)
      return andThen(ctx.host.missing(ctx, v), (cause) =>
        cause ? new NullValue({ why: 'document', document: v, cause }, e.span) : one(ctx, inner, v),
      )
    if (isArray(v)) return mapInOrder(v, (x) => one(ctx, inner, x))
    if (v instanceof SetValue) return lazily(ctx, inner, v)
    return v instanceof EventSourceValue ? new EventSourceValue(lazily(ctx, inner, v.set), v.watched) : v
  }
  return (ctx, inner, v) => inFrame(ctx, e.span, () => project(ctx, inner, v))
}

/** `x => x { … }`: the text that stands for a lazy projection in a cursor. */
function mapperLambda(e: ProjectExpr, fields: LambdaCode): LambdaExpr {
  let text = "x'"
  while (fields.captures.some((c) => c.name === text)) text += "'"
  const body: ProjectExpr = { ...e, value: { kind: 'id', name: text, span: e.bodySpan } }
  return {
    kind: 'lambda',
    short: false,
    params: [{ text, span: e.bodySpan }],
    variadic: undefined,
    body,
    span: e.bodySpan,
  }
}
