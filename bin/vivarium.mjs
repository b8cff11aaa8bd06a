#!/usr/bin/env node
// JavaScript, so that a start from the cache below never loads the part of Node that strips types.
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// Compiling some hundred modules is most of a start: what was compiled once is kept. Where nothing may be written it
// does without.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/vivarium', import.meta.url)))
await import('../src/cli/main.ts')
