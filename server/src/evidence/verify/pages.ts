import type pg from 'pg'
import { pageSize, type Run } from './run.ts'

/**
 * The rows of a query, a page at a time, so that no table has to fit into memory. The cursor is opened with its first
 * page in one message, and what was read before is closed on the way: what fits on one page costs one round trip.
 */
export async function* cursorPages<Row extends pg.QueryResultRow>(
  client: Run['client'],
  query: string,
): AsyncGenerator<Row[]> {
  // Of several statements in one message the driver gives the results in their order.
  const opened: unknown = await client.query(
    `close all; declare pages no scroll cursor for ${query}; fetch ${pageSize} from pages`,
  )
  let { rows } = (opened as pg.QueryResult<Row>[]).at(-1)!
  for (;;) {
    if (rows.length > 0) yield rows
    if (rows.length < pageSize) return
    rows = (await client.query<Row>(`fetch ${pageSize} from pages`)).rows
  }
}
