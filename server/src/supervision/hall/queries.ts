import { Type } from 'typebox'
import { businesses } from '../../cases/business.ts'
import { query } from '../../kernel/query.ts'
import { refuseKernel } from '../../kernel/refusal.ts'
import { dutyTable } from '../../people/duties.ts'
import type { Hall, HallFacts } from './rules.ts'

/**
 * 大厅公示: what an office took in and finished today, what is under way and late, who of its leaders has signed in at a
 * window or is planned there, and how long each business takes. Counts and the names of leaders on duty; nothing of a case, a property or anybody else.
 */
export const hall = query({
  path: 'public/hall/:office',
  title: { zh: '大厅公示', en: 'Screen of the hall' },
  access: 'public',
  params: Type.Object({ office: Type.String({ title: '登记机构|Office', pattern: '^[a-z_]{2,20}$' }) }),
  result: Type.Object({}, { additionalProperties: true }),
  async run(tx, { office }) {
    const { hall: found } = await tx.one<{
      hall: HallFacts | null
    }>`select supervision.hall(${office}) as hall`
    if (!found) return refuseKernel('not_found')
    const { zh, en, leaders, ...counts } = found
    return {
      ...counts,
      office: { zh, en },
      leaders: leaders.map(({ duty, ...one }) => ({
        ...one,
        duty: dutyTable.duties.find(({ id }) => id === duty)?.name ?? { zh: duty, en: duty },
      })),
      businesses: businesses.map(({ code, name, legalDays, promisedDays }) => ({
        code,
        name,
        legalDays,
        promisedDays,
      })),
    } satisfies Hall
  },
})
