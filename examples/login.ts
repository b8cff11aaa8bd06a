/**
 * Log in with a password and read what is yours, with the official driver.
 *
 *   npm start            # in one terminal
 *   node examples/login.ts
 */
import {
  AuthenticationError,
  Client,
  type Document,
  fql,
  type Page,
  QueryRuntimeError,
  TimeStub,
} from 'fauna'

type Customer = Document & { name: string }
type Order = Document & { total: number }
type Token = Document & { secret: string; data?: { device: string } }

interface Target {
  readonly endpoint: URL
  /** A secret that may do everything in its database. */
  readonly secret: string
}

export async function login({ endpoint, secret }: Target, say: (line: string) => void): Promise<void> {
  const admin = new Client({ endpoint, secret })
  const clients = [admin]
  const clientOf = (token: Token): Client => {
    const client = new Client({ endpoint, secret: token.secret })
    clients.push(client)
    return client
  }
  try {
    await createSchema(admin)
    const ada = await createCustomer(admin, 'Ada', 'correct horse battery staple')
    const bob = await createCustomer(admin, 'Bob', 'another long password')
    const adasOrder = await createOrder(admin, ada, 4200)
    const bobsOrder = await createOrder(admin, bob, 100)

    // Ada logs in: her password becomes a token, valid for an hour, whose secret identifies her.
    const ttl = TimeStub.fromDate(new Date(Date.now() + 3_600_000))
    const { data: phone } = await admin.query<Token>(
      fql`Credential.byDocument(${ada})!.login("correct horse battery staple", ${ttl})`,
    )
    const adaOnPhone = clientOf(phone)
    const { data: order } = await adaOnPhone.query<Order>(fql`Order.byId(${adasOrder.id})!`)
    say(`Ada reads her order of ${order.total}`)

    const refused = await failure(adaOnPhone.query(fql`Order.byId(${bobsOrder.id})!`))
    say(`Ada is refused Bob's order: ${refused instanceof QueryRuntimeError ? refused.code : refused}`)

    // A token can also be made without a password, by whoever may create tokens.
    const { data: laptop } = await admin.query<Token>(fql`Token.create({ document: ${ada} })`)
    await admin.query(fql`Token.byId(${laptop.id})!.update({ data: { device: "laptop" } })`)
    const { data: tokens } = await admin.query<Page<Token>>(fql`Token.byDocument(${ada}).paginate()`)
    say(`Ada has ${tokens.data.length} tokens, one for her ${tokens.data.find((t) => t.data)?.data?.device}`)

    // Logging out is deleting the token: its secret is refused from the next request on.
    await admin.query(fql`Token.byId(${phone.id})!.delete()`)
    const loggedOut = await failure(adaOnPhone.query(fql`Query.identity()`))
    say(
      `The deleted token answers ${loggedOut instanceof AuthenticationError ? loggedOut.httpStatus : loggedOut}`,
    )

    const { data: identity } = await clientOf(laptop).query<Customer>(fql`Query.identity()`)
    say(`The other still identifies ${identity.name}`)
  } finally {
    for (const client of clients) client.close()
  }
}

async function createSchema(admin: Client): Promise<void> {
  await admin.query(fql`
    Collection.create({ name: "Customer" })
    Collection.create({ name: "Order" })`)
  await admin.query(fql`
    Role.create({
      name: "customer",
      membership: [{ resource: "Customer" }],
      privileges: [
        { resource: "Customer", actions: { read: "customer => customer == Query.identity()" } },
        { resource: "Order", actions: { read: "order => order.customer == Query.identity()" } }
      ]
    })`)
}

async function createCustomer(admin: Client, name: string, password: string): Promise<Customer> {
  const { data } = await admin.query<Customer>(fql`
    let customer = Customer.create({ name: ${name} })
    Credential.create({ document: customer, password: ${password} })
    customer`)
  return data
}

async function createOrder(admin: Client, customer: Customer, total: number): Promise<Order> {
  return (await admin.query<Order>(fql`Order.create({ customer: ${customer}, total: ${total} })`)).data
}

/** What the query fails with. */
async function failure(query: Promise<unknown>): Promise<unknown> {
  try {
    await query
  } catch (error) {
    return error
  }
  throw new Error('the query should have been refused')
}

if (import.meta.main) {
  const endpoint = new URL(process.env['FAUNA_ENDPOINT'] ?? 'http://localhost:8443')
  await login({ endpoint, secret: process.env['FAUNA_SECRET'] ?? 'secret' }, console.log)
}
