/**
 * Parts of Node that take long to load, without what `import` costs on top: it reads every export, and to read all those
 * of `node:http` loads the WebSocket client.
 */
export const http = process.getBuiltinModule('node:http')
/** Loaded where they are first used: most servers never are asked for them. */
export const http2 = () => process.getBuiltinModule('node:http2')
export const https = () => process.getBuiltinModule('node:https')
