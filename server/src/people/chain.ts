import { Type } from 'typebox'
import { act } from '../kernel/act.ts'
import { openFinding } from '../kernel/finding.ts'
import { District, literals } from './fields.ts'
import { chainLevelNames, chainLevels } from './rules.ts'

/** Makes a finding of a level of the chain of responsibility that nobody holds (1.1). Nothing when somebody does. */
export const reportVacancy = act({
  type: 'people.reportVacancy',
  title: { zh: '责任链缺位', en: 'Report a vacant level of responsibility' },
  clauses: ['1.1'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: District,
      level: literals(chainLevels, '责任层级|Level'),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ finding: Type.Union([Type.String(), Type.Null()]) }),
  created: (result) => ({ kind: 'finding', id: result.finding ?? 'none' }),
  async handle({ tx, district }, { level }) {
    const { vacant } = await tx.one<{ vacant: boolean }>`
      select exists (select from people.vacancies() v where v.district = ${district} and v.level = ${level}) as vacant`
    if (!vacant) return { finding: null }
    const office = await tx.one<{ zh: string; en: string }>`
      select name_zh as zh, name_en as en from kernel.district where id = ${district}`
    const name = chainLevelNames[level]
    return {
      finding: await openFinding(tx, district, 'service:detector', {
        kind: 'chain_vacant',
        clause: '1.1',
        severity: level === 'window' ? 'medium' : 'high',
        subject: `chain:${level}`,
        dedupeKey: `chain_vacant:${level}`,
        summary: {
          zh: `${office.zh}责任链“${name.zh}”一级空缺，无人任职或代理。`,
          en: `${office.en}: nobody holds the level “${name.en}” of the chain of responsibility, not even acting.`,
        },
      }),
    }
  },
})
