import { useSession } from '../../api/queries.ts'
import type { ShownAvailability } from '../../ui/types.ts'
import { peopleTexts } from './texts.ts'

/** Whether the signed-in person may propose colleagues and posts: the system administrator alone (6.7). */
export function useMayPropose(): ShownAvailability | undefined {
  const session = useSession().data
  if (!session) return undefined
  if (session.duties.includes('admin_system')) return { enabled: true }
  return {
    enabled: false,
    refusal: {
      code: 'no_duty',
      clause: '6.7',
      message: { zh: peopleTexts.zh.adminOnly, en: peopleTexts.en.adminOnly },
    },
  }
}
