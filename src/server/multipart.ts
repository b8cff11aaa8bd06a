/** Multipart bodies (RFC 7578), by the parser that Node's `fetch` has. */
export interface Part {
  readonly name: string
  readonly content: string
}

/** The parts in order; undefined when the body is not what its content type says. */
export async function parseMultipart(body: Buffer, contentType: string): Promise<Part[] | undefined> {
  let form: FormData
  try {
    form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData()
  } catch {
    return undefined
  }
  return Promise.all(
    Array.from(form, async ([name, value]) => ({
      name,
      content: typeof value === 'string' ? value : await value.text(),
    })),
  )
}
