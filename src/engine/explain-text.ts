/** An explanation as text for people. */
import type { Decision, PredicateOutcome, Reason } from '#src/access/roles/explain.ts'
import type { Explanation } from './explain.ts'
import type { LoginExplanation, RoleExplanation } from './explain-login.ts'

export function explanationText({ login, decisions, more, answer }: Explanation): string {
  const lines = [
    ...loginLines(login),
    ...(decisions.length > 0 ? ['', 'Decisions, in the order in which they were made:'] : []),
    ...decisions.flatMap(decisionLines),
    ...(more > 0 ? [`  … and ${more} more that are not shown`] : []),
    ...answerLines(answer),
  ]
  return `${lines.join('\n')}\n`
}

function loginLines(login: LoginExplanation): string[] {
  if (!login.authenticated) return [`Not authenticated: ${login.because}.`]
  const { kind, id, database, identity, builtInRole, roles } = login
  const who = id === undefined ? `a ${kind} login` : `${kind} ${id}`
  return [
    `Authenticated as ${who}${identity === undefined ? '' : `, identity ${identity}`}, database ${database}.`,
    ...(builtInRole === undefined ? [] : [`Built-in role: ${builtInRole}`]),
    ...(roles.length > 0 ? ['Roles:'] : []),
    ...roles.flatMap(roleLines),
  ]
}

const roleLines = ({ role, held, because, predicate }: RoleExplanation): string[] => [
  `  ${mark(held)} ${role}: ${because}`,
  ...(predicate ? [sourceLine(predicate)] : []),
]

function decisionLines({ action, resource, document, rights, allowed, reasons }: Decision): string[] {
  const asked = rights === '' ? 'no role' : rights
  return [
    `  ${mark(allowed)} ${action} ${document ?? resource}: ${allowed ? 'allowed' : 'denied'} (asked: ${asked})`,
    ...reasons.flatMap(reasonLines),
  ]
}

function reasonLines(reason: Reason): string[] {
  if (reason.kind === 'built-in role')
    return [`      ${reason.role}: the built-in role ${reason.grants ? 'may' : 'may not'}`]
  if (reason.kind === 'own token or credential')
    return ['      it is the own token or credential of the identity']
  if (reason.entry === 'none') return [`      ${reason.role}: no such privilege`]
  if (reason.entry === 'always') return [`      ${reason.role}: granted without condition`]
  const { predicate } = reason
  const verdict = predicate.holds ? 'its predicate holds' : 'its predicate does not hold'
  return [`      ${reason.role}: ${verdict}: ${predicate.because}`, sourceLine(predicate)]
}

const sourceLine = ({ text, place }: PredicateOutcome): string =>
  `        ${place === undefined ? '' : `${place}: `}${text.replaceAll(/\s+/g, ' ')}`

function answerLines(answer: Explanation['answer']): string[] {
  if (answer === undefined) return []
  const { data, error } = answer.body as { data?: unknown; error?: { code: string; message: string } }
  const text = error ? `${error.code}: ${error.message}` : JSON.stringify(data)
  return ['', `Answer (${answer.status}): ${text}`]
}

const mark = (yes: boolean): string => (yes ? '+' : '-')
