import { afterAll, expect, it } from 'vitest'
import { createMetrics } from '#src/observe/prometheus.ts'
import { startAdmin } from './admin.ts'
import { fakeService } from './fake-service.ts'

const metrics = createMetrics()
let healthy = (): boolean | Promise<boolean> => true
const service = fakeService({ healthy: () => healthy() })
const admin = await startAdmin({ service, metrics, host: '127.0.0.1', port: 0 })
const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${admin.port}${path}`)

afterAll(() => admin.stop())

it('shows figures for Prometheus', async () => {
  metrics.countRequest('query', 200, 0.01)
  metrics.countRequest('query', 200, 0.01)
  const text = await (await get('/metrics')).text()
  expect(text).toContain('vivarium_requests_total{route="query",status="200"} 2')
  expect(text).toContain('vivarium_request_seconds_count{route="query"} 2')
  expect(text).toContain('process_resident_memory_bytes')
})

it('tells whether the store can be written', async () => {
  expect((await get('/health')).status).toBe(200)
  healthy = () => false
  expect((await get('/health')).status).toBe(503)
  healthy = () => Promise.reject(new Error('gone'))
  expect((await get('/health')).status).toBe(503)
})

it('has nothing else', async () => {
  expect((await get('/query/1')).status).toBe(404)
})
