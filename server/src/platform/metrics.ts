import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'

const registry = new Registry()
collectDefaultMetrics({ register: registry })
const duration = new Histogram({
  name: 'mingbu_http_seconds',
  help: 'Time from request to response, by route pattern and status.',
  labelNames: ['route', 'status'] as const,
  buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5],
  registers: [registry],
})
const sequenced = new Counter({
  name: 'mingbu_leaves_total',
  help: 'Leaves added, by log.',
  labelNames: ['log'] as const,
  registers: [registry],
})

/** Prometheus figures of this process. Labels are route patterns, never paths, so they hold nothing personal. */
export const metrics = {
  contentType: registry.contentType,
  text: (): Promise<string> => registry.metrics(),
  observe: (route: string, status: number, seconds: number): void =>
    duration.observe({ route, status: String(status) }, seconds),
  sequenced: (log: string, leaves: number): void => sequenced.inc({ log }, leaves),
}
