/** Figures for Prometheus. Labels have few values: routes and statuses, never names or secrets. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { ScrapedMetrics } from './metrics.ts'

/** With the figures of the Node process. */
export function createMetrics(): ScrapedMetrics {
  const registers = [new Registry()]
  const registry = registers[0] as Registry
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'vivarium_requests_total',
    help: 'Requests answered',
    labelNames: ['route', 'status'],
    registers,
  })
  const seconds = new Histogram({
    name: 'vivarium_request_seconds',
    help: 'Time from the headers of a request to its answer',
    labelNames: ['route'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
    registers,
  })
  const openStreams = new Gauge({ name: 'vivarium_open_streams', help: 'Event streams now open', registers })
  return {
    countRequest: requestCounter(requests, seconds),
    openStreams,
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

/** Finds the pair of series for a route and a status once: their look-up by labels costs more than counting. */
function requestCounter(
  requests: Counter<'route' | 'status'>,
  seconds: Histogram<'route'>,
): ScrapedMetrics['countRequest'] {
  type Record = (seconds: number) => void
  const series = new Map<string, Map<number, Record>>()
  const make = (route: string, status: number): Record => {
    const count = requests.labels(route, String(status))
    const time = seconds.labels(route)
    return (s) => {
      count.inc()
      time.observe(s)
    }
  }
  return (route, status, s) => {
    const byStatus = getOrMake(series, route, () => new Map<number, Record>())
    getOrMake(byStatus, status, () => make(route, status))(s)
  }
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}
