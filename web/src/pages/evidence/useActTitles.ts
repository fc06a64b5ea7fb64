import { useMemo } from 'react'
import { useApi } from '../../api/queries.ts'
import type { Text } from '../../i18n/texts.ts'

/** The part of `/api/openapi.json` that names acts. */
export interface ActNames {
  paths: Record<string, { post?: { summary: string } }>
}

const prefix = '/api/acts/'

/** Titles of every declared act by type, out of the API's own description: `case.accept` → 受理 / Accept. */
export function actTitles({ paths }: ActNames): ReadonlyMap<string, Text> {
  return new Map(
    Object.entries(paths).flatMap(([path, { post }]) => {
      if (!path.startsWith(prefix) || !post) return []
      const [zh = '', en = zh] = post.summary.split(' / ')
      return [[path.slice(prefix.length), { zh, en }] as const]
    }),
  )
}

/** The titles, fetched once they are wanted; empty until they have come. */
export function useActTitles(wanted: boolean): ReadonlyMap<string, Text> {
  const { data } = useApi<ActNames>('openapi.json', {}, { enabled: wanted })
  return useMemo(() => actTitles(data ?? { paths: {} }), [data])
}
