import {
  keepPreviousData,
  type QueryClient,
  type QueryClientConfig,
  type UseQueryResult,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query'
import { getQuery, isTransient, RefusedError } from './client.ts'
import type { DemoPerson, Page, Session } from './types.ts'

type Params = Record<string, string | number | boolean | null | undefined>

/** A refusal is an answer and is not asked again; a cut network is, twice. */
export const queryClientConfig: QueryClientConfig = {
  defaultOptions: {
    queries: {
      retry: (count, error) => count < 2 && (!(error instanceof RefusedError) || isTransient(error.refusal)),
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      // Being offline is told by the failed request, not guessed by the browser.
      networkMode: 'always',
    },
  },
}

/** One object or short list by its path below `/api/`. */
export function useApi<T>(
  path: string,
  params: Params = {},
  options: { enabled?: boolean; refetchInterval?: number | false } = {},
): UseQueryResult<T> {
  return useQuery<T>({
    queryKey: [path, params],
    queryFn: ({ signal }) => getQuery<T>(path, params, signal),
    ...options,
  })
}

/** A long list, page after page, as `DataTable` takes it. */
export interface ListState<T, P = Page<T>> {
  rows: T[]
  /** The first page, with what it says beside its lines; null until it has come. */
  first: P | null
  loading: boolean
  error: RefusedError | null
  hasMore: boolean
  loadingMore: boolean
  loadMore: () => void
  reload: () => void
}

/** A keyset list by its path below `/api/`. The key of the next page is sent as `after`, or `before` in lists that run newest first. */
export function useList<T, P extends Page<T> = Page<T>>(
  path: string,
  params: Params = {},
  key: 'after' | 'before' = 'after',
): ListState<T, P> {
  const list = useInfiniteQuery({
    queryKey: [path, params],
    queryFn: ({ pageParam, signal }) => getQuery<P>(path, { ...params, [key]: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  })
  return {
    rows: list.data?.pages.flatMap((page) => page.items) ?? [],
    first: list.data?.pages[0] ?? null,
    loading: list.isPending || list.isPlaceholderData,
    error: asRefused(list.error),
    hasMore: list.hasNextPage,
    loadingMore: list.isFetchingNextPage,
    loadMore: () => void list.fetchNextPage(),
    reload: () => void list.refetch(),
  }
}

/** A list as the table of the kit takes it. */
export const asTable = <T>(list: ListState<T, unknown>) => ({
  rows: list.rows,
  loading: list.loading,
  error: list.error?.refusal ?? null,
  onRetry: list.reload,
  hasMore: list.hasMore,
  loadingMore: list.loadingMore,
  onMore: list.loadMore,
})

/** Only refusals are shown to people; anything else is a bug and goes to the error screen. */
export function asRefused(error: unknown): RefusedError | null {
  if (error === null || error === undefined) return null
  if (error instanceof RefusedError) return error
  throw error
}

/** The signed-in person; null when nobody is. Asked once and again after signing in or out. */
export function useSession(): UseQueryResult<Session | null> {
  return useQuery({ queryKey: sessionKey, queryFn: ({ signal }) => fetchSession(signal), staleTime: 60_000 })
}

export const sessionKey = ['session'] as const

/** Session, or null when the server answers that nobody is signed in. @throws RefusedError for anything else. */
export async function fetchSession(signal?: AbortSignal): Promise<Session | null> {
  try {
    return await getQuery<Session>('session', {}, signal)
  } catch (error) {
    if (error instanceof RefusedError && error.refusal.code === 'not_signed_in') return null
    throw error
  }
}

/** People of the demo city; an empty list where this is no demo. */
export function useDemoPeople(): UseQueryResult<DemoPerson[]> {
  return useQuery({
    queryKey: ['demo'],
    queryFn: async ({ signal }) => {
      try {
        return (await getQuery<{ people: DemoPerson[] }>('demo', {}, signal)).people
      } catch (error) {
        if (error instanceof RefusedError && !isTransient(error.refusal)) return []
        throw error
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/**
 * Nothing the last person saw may stay in memory for the next one at this machine. The session itself is told to be over
 * rather than removed: whoever watches it must hear of it.
 */
export function forgetEverything(queries: QueryClient): void {
  queries.removeQueries({ predicate: (query) => query.queryKey[0] !== sessionKey[0] })
  queries.setQueryData(sessionKey, null)
}
