import { Type } from 'typebox'
import { act, type Ctx } from '../kernel/act.ts'
import { invalid } from '../kernel/perform.ts'
import { type Refusal, refuser } from '../kernel/refusal.ts'
import { packDuties } from '../people/duties.ts'
import { createArchive } from '../platform/archive.ts'
import { officeById, officeName } from '../values/districts.ts'
import { type PackImpossible, writePack } from './pack.ts'
import { momentsOf } from './period.ts'

const refuse = refuser({
  no_office: {
    status: 404,
    clause: '6.4',
    zh: '没有登记机构“{district}”。',
    en: 'There is no office “{district}”.',
  },
  no_checkpoint: {
    clause: '6.4',
    zh: '{district} 的日志还没有公开过检查点，不能制作审计包。',
    en: 'The log of {district} has no published checkpoint yet, so no pack can be made of it.',
  },
  act_not_shown: {
    status: 422,
    clause: '6.4',
    zh: '行为 {act} 不在本包的日志中，不能公开其内容。',
    en: 'The act {act} is not in the logs of this pack and cannot be opened.',
  },
})

const Day = (title: string) => Type.Optional(Type.String({ title, pattern: '^\\d{4}-\\d{2}-\\d{2}$' }))

/**
 * 制作审计包: everything an outsider needs to check one office, or all, without us. It discloses data, so it is an act:
 * who, why, which acts were opened; and its leaf commits to the hash of the pack.
 */
export const makePack = act({
  type: 'audit.pack',
  title: { zh: '制作审计包', en: 'Make an audit pack' },
  clauses: ['6.4', '1.2'],
  duties: packDuties,
  highValue: true,
  citywide: true,
  districtOf: (input) => (input.office === 'all' ? 'city' : input.office),
  input: Type.Object(
    {
      office: Type.String({ title: '登记机构|Office', pattern: '^[a-z]{2,20}$' }),
      purpose: Type.String({ title: '用途|Purpose', minLength: 2, maxLength: 200 }),
      since: Day('台账起始日|Ledgers from'),
      until: Day('台账截止日|Ledgers to'),
      open: Type.Optional(
        Type.Array(Type.String({ format: 'uuid' }), {
          title: '公开内容的行为|Acts to open',
          maxItems: 200,
        }),
      ),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({
    file: Type.String(),
    bytes: Type.Integer(),
    packHash: Type.String(),
    files: Type.Integer(),
    logs: Type.Array(Type.Object({ district: Type.String(), size: Type.Integer(), root: Type.String() })),
  }),
  created: (result) => ({ kind: 'audit_pack', id: result.packHash }),
  problems: (input) => {
    if (input.office !== 'all' && !officeById(input.office))
      return refuse('no_office', { district: input.office })
    try {
      momentsOf(periodOf(input))
      return null
    } catch {
      return invalid([
        {
          path: 'until',
          message: {
            zh: '日期不存在，或止日早于起日',
            en: 'There is no such day, or the last is before the first',
          },
        },
      ])
    }
  },
  async handle(ctx, input) {
    const temporary = ctx.deps.files.newcomer('.zip')
    const archive = createArchive(temporary)
    try {
      const made = await writePack(
        await makerOf(ctx),
        {
          districts: input.office === 'all' ? [] : [input.office],
          period: periodOf(input),
          open: input.open ?? [],
        },
        archive,
      )
      if ('code' in made) {
        archive.discard()
        return refusalOf(made)
      }
      archive.close()
      const { sha256, size } = await ctx.deps.files.adopt(temporary)
      return { ...made, file: sha256, bytes: size }
    } catch (error) {
      archive.discard()
      throw error
    }
  },
})

const periodOf = ({ since, until }: { since?: string; until?: string }) => ({
  since: since ?? null,
  until: until ?? null,
})

async function makerOf({ tx, deps, at, actId, actor, district }: Ctx) {
  const { name } = await tx.one<{
    name: string
  }>`select name from kernel.person where id = ${actor.personId}::uuid`
  return {
    tx,
    vault: deps.vault,
    demo: deps.demo,
    at,
    office: officeName(district),
    madeBy: `${name}（行为 ${actId}）`,
    verifyPage: await deps.verifyPage(),
  }
}

function refusalOf(problem: PackImpossible): Refusal {
  switch (problem.code) {
    case 'no_office':
      return refuse('no_office', { district: problem.district })
    case 'no_checkpoint':
      return refuse('no_checkpoint', { district: officeById(problem.district)?.name.zh ?? problem.district })
    case 'act_not_shown':
      return refuse('act_not_shown', { act: problem.act })
  }
}
