/** TypeScript types of a schema: its documents, what is given to write them, its functions. */
import type { TypeEnvironment } from '#src/fql/types/environment.ts'
import type { RecordType, Type } from '#src/fql/types/type.ts'
import type { CollectionItem, FunctionItem, SchemaItem } from '../model/items.ts'
import type { Reach } from './reach.ts'
import { isReserved, propertyKey, TypeText } from './type-text.ts'

/** Names that this module exports itself, and so no collection may be exported by. */
const OWN = ['Documents', 'Creates', 'Updates', 'Functions', 'Rights'] as const
/** What every document of the driver has. */
const DOCUMENT_FIELDS: ReadonlySet<string> = new Set(['id', 'ts', 'ttl'])

/** The text of a module: all of `items` within `reach`. `env`: the types of the items, inferred ones included. */
export function declarations(items: readonly SchemaItem[], env: TypeEnvironment, reach: Reach): string {
  const writer = new Declarations(items, env, reach)
  return `${[HEAD, ...writer.sections()].join('\n\n')}\n`
}

/** Of members of an interface. */
const INDENT = '  '

const HEAD = `// Made by \`vivarium types\` from the schema: changes are lost.
import type * as $fauna from 'fauna'`

class Declarations {
  private readonly collections: readonly CollectionItem[]
  private readonly functions: readonly FunctionItem[]
  private readonly env: TypeEnvironment
  private readonly reach: Reach
  private readonly texts: TypeText

  constructor(items: readonly SchemaItem[], env: TypeEnvironment, reach: Reach) {
    this.collections = items.filter((i) => i.kind === 'collection')
    this.functions = items.filter((i) => i.kind === 'function')
    this.env = env
    this.reach = reach
    const names = new Map(this.collections.flatMap((c) => namesOf(c).map((name) => [name, c.name.text])))
    this.texts = new TypeText({
      shape: (name) => env.shape(name),
      document: (name) => {
        const collection = names.get(name)
        return collection === undefined ? undefined : this.documentTypes(collection)
      },
    })
  }

  sections(): string[] {
    const readable = this.collections.filter((c) => this.reach.reads(c.name.text) !== 'none')
    return [
      section('Documents as the driver gives them, by collection.', 'Documents', readable, (c) =>
        this.document(c.name.text),
      ),
      section('What `create` and `replace` take.', 'Creates', this.that('create'), (c) =>
        this.input(`${c.name.text}Collection`, 'create'),
      ),
      section('What `update` takes.', 'Updates', this.that('write'), (c) =>
        this.input(c.name.text, 'update'),
      ),
      section(
        'Functions that may be called.',
        'Functions',
        this.functions.filter((f) => this.reach.calls(f.name.text)),
        (f) => this.function(f),
      ),
      section(
        'What may be done to documents, predicates permitting.',
        'Rights',
        this.collections.filter((c) => this.reach.actions(c.name.text).length > 0),
        (c) =>
          this.reach
            .actions(c.name.text)
            .map((a) => `'${a}'`)
            .join(' | '),
      ),
      ...shortNames(readable),
    ]
  }

  private that(action: 'create' | 'write'): CollectionItem[] {
    return this.collections.filter((c) => this.reach.actions(c.name.text).includes(action))
  }

  /** A document that may not be read looks as if it were not there. */
  private documentTypes(collection: string): string[] {
    const reads = this.reach.reads(collection)
    return [
      ...(reads === 'none' ? [] : [`Documents['${collection}']`]),
      ...(reads === 'all' ? [] : ['$fauna.NullDocument']),
    ]
  }

  private document(name: string): string {
    const content = this.env.shape(name)?.alias as RecordType
    const fields = this.texts.object(content, 'field', { except: DOCUMENT_FIELDS, indent: INDENT })
    return fields === '{}' ? '$fauna.Document' : `$fauna.Document & ${fields}`
  }

  private function({ name, signature }: FunctionItem): string {
    const params = signature.params.map((p) => p.name.text)
    return this.texts.call(this.env.global(name.text) as Type, params)
  }

  private input(shape: string, method: 'create' | 'update'): string {
    const type = this.env.shape(shape)?.member(method)
    const data = type?.kind === 'function' ? type.params[0]?.type : undefined
    return data?.kind === 'record' ? this.texts.object(data, 'input', { indent: INDENT }) : '{}'
  }
}

const namesOf = ({ name, alias }: CollectionItem): string[] =>
  alias ? [name.text, alias.value.text] : [name.text]

function section<Item extends SchemaItem>(
  comment: string,
  name: (typeof OWN)[number],
  items: readonly Item[],
  text: (item: Item) => string,
): string {
  const members = items.map((item) => `  ${propertyKey(item.name.text)}: ${text(item)}\n`)
  return `/** ${comment} */\nexport interface ${name} {${members.length > 0 ? '\n' : ''}${members.join('')}}`
}

/** Collections under their own names, where TypeScript allows. */
function shortNames(collections: readonly CollectionItem[]): string[] {
  const taken: ReadonlySet<string> = new Set([...OWN, ...GLOBAL_TYPES])
  const names = collections.map((c) => c.name.text).filter((name) => !taken.has(name) && !isReserved(name))
  const lines = names.map((name) => `export type ${name} = Documents['${name}']`)
  return lines.length > 0 ? [lines.join('\n')] : []
}

/** Types of the language that this module itself uses. */
const GLOBAL_TYPES = ['Array', 'Uint8Array']
