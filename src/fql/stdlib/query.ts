/** `Query`: what the running query knows of itself (spec/secrets.md §6.3, spec/stdlib.md §11). */
import { OBSERVATION, READ } from '#src/fql/eval/effect.ts'
import { ModuleValue } from '#src/fql/values/module.ts'
import { declareType, method } from './declare.ts'
import { noValue } from './no-value.ts'

const identity = method(
  'identity() => Object | Null',
  (ctx) => ctx.host.identity() ?? noValue(ctx, 'missing identity'),
)
const token = method('token() => Object | Null', (ctx) => ctx.host.token() ?? noValue(ctx, 'no token'))
const isEnvTypechecked = method('isEnvTypechecked() => Boolean', (ctx) => ctx.host.isTypechecked(), {
  effect: OBSERVATION,
})
const isEnvProtected = method('isEnvProtected() => Boolean', (ctx) => ctx.host.isProtected(ctx), {
  effect: READ,
})

export const queryModule = new ModuleValue(
  'Query',
  declareType({
    name: 'Query',
    typeName: 'QueryModule',
    methods: [identity, token, isEnvTypechecked, isEnvProtected],
  }),
)
