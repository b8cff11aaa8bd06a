/** The database that is measured: customers, who may read only their own orders, of which each has a hundred. */
import { rootSecret, type ServerProcess } from './server-process.ts'

export interface Shop {
  /** The secret of one customer's token. */
  readonly secret: string
  /** Ids of that customer's orders. */
  readonly orders: readonly string[]
}

export async function openShop(server: ServerProcess): Promise<Shop> {
  const run = (fql: string): Promise<unknown> => query(server, fql)
  await run(`
    Collection.create({ name: "Customer" })
    Collection.create({
      name: "Order",
      indexes: {
        byCustomer: { terms: [{ field: ".customer" }], values: [{ field: ".number", order: "desc" }] }
      }
    })`)
  await run(`
    Role.create({
      name: "customer",
      membership: [{ resource: "Customer" }],
      privileges: [{
        resource: "Order",
        actions: {
          read: "order => order.customer == Query.identity()",
          create: "order => order.customer == Query.identity()"
        }
      }]
    })`)
  await run(`
    Set.sequence(0, 20).forEach(i => {
      let customer = Customer.create({ name: "Customer " + i.toString() })
      Set.sequence(0, 100).forEach(n => Order.create({
        customer: customer, number: n, total: n * 100, status: "open", note: "Leave it at the door, please."
      }))
    })`)
  const orders = (await run('Order.byCustomer(Customer.all().first()!).pageSize(100).map(.id)')) as {
    data: string[]
  }
  const secret = (await run('Token.create({ document: Customer.all().first()! }).secret')) as string
  return { secret, orders: orders.data }
}

/** Adds tokens until there are about so many, in transactions of a thousand. */
export async function addTokens(server: ServerProcess, count: number): Promise<void> {
  const some =
    'let c = Customer.all().first()!\nSet.sequence(0, 1000).forEach(_ => Token.create({ document: c }))'
  for (let made = 0; made < count; made += 1000) await query(server, some)
}

async function query(server: ServerProcess, fql: string): Promise<unknown> {
  const reply = await fetch(`http://127.0.0.1:${server.port}/query/1`, {
    method: 'POST',
    headers: { authorization: `Bearer ${rootSecret}`, 'x-typecheck': 'false' },
    body: JSON.stringify({ query: fql }),
  })
  const body = (await reply.json()) as { data?: unknown; error?: unknown; summary?: string }
  if (reply.status !== 200) throw new Error(`${fql}\n${JSON.stringify(body.error)}\n${body.summary}`)
  return body.data
}
