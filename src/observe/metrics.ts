/** What the server counts. */
export interface Metrics {
  countRequest(route: string, status: number, seconds: number): void
  readonly openStreams: { inc(): void; dec(): void }
}

/** For a server without a port where figures could be read. */
export const NO_METRICS: Metrics = { countRequest: () => {}, openStreams: { inc: () => {}, dec: () => {} } }

/** Figures that somebody reads from time to time. */
export interface ScrapedMetrics extends Metrics {
  /** The text for a scrape. */
  text(): Promise<string>
  readonly contentType: string
}
