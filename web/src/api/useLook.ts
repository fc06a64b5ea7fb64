import { useQuery } from '@tanstack/react-query'
import { performAct, RefusedError } from './client.ts'
import type { Refusal } from './types.ts'

/** A look at register data: an act that is recorded every time, so it is never repeated behind the user's back. */
export interface Look<T> {
  data: T | null
  loading: boolean
  refusal: Refusal | null
  /** Looks again: another recorded act. */
  again: () => void
}

/**
 * Performs a reading act and keeps what it showed. It is asked once per input, again after an act of one's own
 * (which may have changed it), and never because a window came to the front.
 */
export function useLook<T>(
  type: string,
  input: Record<string, unknown>,
  { enabled = true }: { enabled?: boolean } = {},
): Look<T> {
  const look = useQuery<T>({
    queryKey: ['look', type, input],
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    // Every attempt is another recorded look, so only a person tries again.
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    queryFn: async () => {
      const outcome = await performAct<T>(type, crypto.randomUUID(), input)
      if (!outcome.ok) throw new RefusedError(outcome.refusal)
      return outcome.result
    },
  })
  const failed = look.error instanceof RefusedError ? look.error.refusal : null
  if (look.error && !failed) throw look.error
  return {
    data: look.data ?? null,
    loading: enabled && look.isPending,
    refusal: failed,
    again: () => void look.refetch(),
  }
}
