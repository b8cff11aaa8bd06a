/** The database in which the examples of the reference page run. */

export const SCHEMA = `collection Customer {
  name: String
  email: String
  unique [.email]
}

collection Product {
  name: String
  price: Number
  stock: Int = 0
  index byName {
    terms [.name]
  }
  index byPrice {
    values [.price]
  }
}

function twice(x: Number): Number {
  x * 2
}

role customer {
  membership Customer
  privileges Product {
    read
  }
}

access provider idp {
  issuer "https://idp.example"
  jwks_uri "https://idp.example/jwks.json"
  role customer
}
`

export const DATA = `Customer.create({ id: 1, name: "Ada", email: "ada@example.com" })
Customer.create({ id: 2, name: "Bob", email: "bob@example.com" })
Product.create({ id: 1, name: "Pear", price: 30, stock: 10 })
Product.create({ id: 2, name: "Plum", price: 20 })
Product.create({ id: 3, name: "Fig", price: 50, stock: 4 })
Credential.create({ document: Customer(1), password: "open sesame" })
Database.create({ name: "archive" })
null`
