/** What `make` makes of an object, made when it is first asked for and kept as long as the object. */
export function memoized<K extends object, V extends {}>(make: (object: K) => V): (object: K) => V {
  const made = new WeakMap<K, V>()
  return (object) => {
    let found = made.get(object)
    if (found === undefined) {
      found = make(object)
      made.set(object, found)
    }
    return found
  }
}
