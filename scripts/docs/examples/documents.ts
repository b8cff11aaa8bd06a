import { type Example, type Examples, example } from './example.ts'

/** `create` must leave what the other examples count as it is, but for documents of its own. */
export const COLLECTION: Examples = {
  'C()': ['A reference to a document, which need not exist', 'Product(1)!.name', '"Pear"'],
  all: [
    'All documents, by id; or those of a range of ids',
    'Product.all({ from: 2 }).map(.name).toArray()',
    '["Plum", "Fig"]',
  ],
  byId: ['The same as `C(id)`', 'Product.byId("1")!.name', '"Pear"'],
  create: [
    'A new document; `id` may be given',
    'Customer.create({ name: "Cy", email: "cy@example.com" }).delete().exists()',
    'false',
  ],
  createData: [
    'The same, but every name is a field of the document, `id` too',
    'Customer.createData({ name: "Di", email: "di@example.com" }).delete().exists()',
    'false',
  ],
  definition: ['The document that defines the collection', 'Product.definition.name', '"Product"'],
  firstWhere: [
    'The first document that satisfies, or null',
    'Product.firstWhere(.stock == 0)!.name',
    '"Plum"',
  ],
  toString: example('Its name', 'Product.toString()', '"Product"'),
  where: ['The documents that satisfy', 'Product.where(.stock == 0).count()', '1'],
}

export const DOCUMENT: Examples = {
  delete: ['Removes it', 'Customer.create({ name: "Ed", email: "ed@example.com" }).delete() == null', 'true'],
  exists: ['Whether it is there', 'Product(9).exists()', 'false'],
  replace: [
    'All fields anew',
    'Customer(2)!.replace({ name: "Bob", email: "b@example.com" }) { name, email }',
    '{ name: "Bob", email: "b@example.com" }',
  ],
  replaceData: [
    'The same, with any names',
    'Customer(2)!.replaceData({ name: "Bob", email: "bob@example.com" }).email',
    '"bob@example.com"',
  ],
  update: [
    'Changes the fields given; null removes one',
    'Product(2)!.update({ stock: 0 }) { name, stock }',
    '{ name: "Plum", stock: 0 }',
  ],
  updateData: ['The same, with any names', 'Product(2)!.updateData({ price: 20 }).price', '20'],
}

export const SYSTEM_DOCUMENT: Examples = {
  delete: ['Removes it', 'Key.create({ role: "server" }).delete().exists()', 'false'],
  exists: ['Whether it is there', 'Role.byName("customer").exists()', 'true'],
  replace: [
    'All fields anew',
    'Database.byName("archive")!.replace({ name: "archive", data: { old: true } }).data',
    '{ old: true }',
  ],
  update: [
    'Changes the fields given',
    'Role.byName("customer")!.update({ data: { team: "shop" } }).data',
    '{ team: "shop" }',
  ],
}

/** What all system collections have. `one`: a query of one document; `create`: the example of `create`. */
const common = (name: string, count: number, test: string, create: Example): Examples => ({
  all: ['All of them', `${name}.all().count()`, String(count)],
  create,
  firstWhere: [
    'The first that satisfies, or null',
    `${name}.firstWhere(${test}) == null`,
    String(count === 0),
  ],
  toString: example('Its name', `${name}.toString()`, `"${name}"`),
  where: ['Those that satisfy', `${name}.where(${test}).count()`, String(count)],
})

const byName = (name: string, existing: string): Example => [
  'The one of that name, or null',
  `${name}.byName("${existing}") { name }`,
  `{ name: "${existing}" }`,
]

const byId = (name: string): Examples => ({
  [`${name}()`]: ['A reference by id', `${name}("1").exists()`, 'false'],
  byId: ['The same', `${name}.byId("1").exists()`, 'false'],
})

export const TOKEN: Examples = {
  ...byId('Token'),
  ...common('Token', 0, '.document == Customer(1)', [
    'A token of a document; its `secret` is shown only now',
    'Token.create({ document: Customer(1), ttl: Time.now() }).document == Customer(1)',
    'true',
  ]),
  byDocument: ['The tokens of a document', 'Token.byDocument(Customer(2)!).count()', '0'],
}

export const CREDENTIAL: Examples = {
  ...byId('Credential'),
  ...common('Credential', 1, '.document == Customer(1)', [
    'The password of a document, which has at most one',
    'Credential.create({ document: Customer(2), password: "1234" }).delete().exists()',
    'false',
  ]),
  byDocument: ['The credential of a document', 'Credential.byDocument(Customer(2)).exists()', 'false'],
}

export const CREDENTIAL_DOCUMENT: Examples = {
  ...SYSTEM_DOCUMENT,
  delete: CREDENTIAL['create'] as Example,
  exists: ['Whether it is there', 'Credential.byDocument(Customer(1)).exists()', 'true'],
  login: [
    'A token for the right password; fails for a wrong one',
    'Credential.byDocument(Customer(1))!.login("open sesame", Time.now()).document == Customer(1)',
    'true',
  ],
  replace: [
    'All fields anew',
    'Credential.byDocument(Customer(1))!.replace({ document: Customer(1), password: "open sesame" }).document == Customer(1)',
    'true',
  ],
  update: [
    'Changes the password',
    'Credential.byDocument(Customer(1))!.update({ password: "open sesame" }).document == Customer(1)',
    'true',
  ],
  verify: ['Whether that is the password', 'Credential.byDocument(Customer(1))!.verify("guess")', 'false'],
}

export const KEY: Examples = {
  ...byId('Key'),
  ...common('Key', 0, '.role == "server"', [
    'A key with a role; its `secret` is shown only now',
    'Key.create({ role: "server", ttl: Time.now() }).role',
    '"server"',
  ]),
}

export const ROLE: Examples = {
  ...common('Role', 1, '.name == "customer"', [
    'A role: privileges, and whose documents are members',
    'Role.create({ name: "guest", privileges: [{ resource: "Product", actions: { read: true } }] }).delete().exists()',
    'false',
  ]),
  byName: byName('Role', 'customer'),
}

export const ACCESS_PROVIDER: Examples = {
  ...common('AccessProvider', 1, '.name == "idp"', [
    'An issuer of JWTs and the roles of its users',
    'AccessProvider.create({ name: "p", issuer: "https://p.example", jwks_uri: "https://p.example/jwks" }).delete().exists()',
    'false',
  ]),
  byName: byName('AccessProvider', 'idp'),
}

export const COLLECTIONS: Examples = {
  Deleted: [
    'The `coll` of a reference whose collection was deleted',
    'Product(1).coll == Collection.Deleted',
    'false',
  ],
  'Collection()': ['The collection of that name or alias', 'Collection("Product") == Product', 'true'],
  ...common('Collection', 2, '.indexes != null', [
    'A new collection, for the queries after this one',
    'Collection.create({ name: "Draft" }).delete().exists()',
    'false',
  ]),
  byName: byName('Collection', 'Product'),
}

export const FUNCTIONS: Examples = {
  'Function()': ['The function of that name or alias', 'Function("twice")(4)', '8'],
  ...common('Function', 1, '.name == "twice"', [
    'A new function, for the queries after this one',
    'Function.create({ name: "half", body: "x => x / 2" }).delete().exists()',
    'false',
  ]),
  byName: byName('Function', 'twice'),
}

export const DATABASE: Examples = {
  ...common('Database', 1, '.name == "archive"', [
    'A database inside this one',
    'Database.create({ name: "scratch" }).delete().exists()',
    'false',
  ]),
  byName: byName('Database', 'archive'),
}
