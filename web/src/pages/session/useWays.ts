import { useQueryClient } from '@tanstack/react-query'
import { sessionKey } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { askNow } from './useGate.ts'

const nothing: never[] = []

/** The two ways from a covered page: on, once what barred it is done, and out. */
export function useWays() {
  const queries = useQueryClient()
  const signOut = useAct<Record<string, never>, unknown>('session.signOut', { refresh: nothing })
  return {
    /** Has the page hear anew how its session stands, and who is signed in. */
    on: async () => {
      askNow()
      await queries.refetchQueries({ queryKey: sessionKey })
    },
    /** Signs out and loads the sign-in page anew, so that nothing stays in memory. */
    out: async () => {
      await signOut.perform({})
      window.location.assign('/sign-in')
    },
    leaving: signOut.pending,
  }
}
