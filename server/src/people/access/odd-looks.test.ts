import { expect, test } from 'vitest'
import { completeIdNumber } from '../../values/idNumber.ts'
import { longestSeries } from './odd-looks.ts'

const id = (area: string, born: string, serial: string) => completeIdNumber(area + born + serial)
const haishu = (born: string, serial: string) => id('330203', born, serial)

test.each<[what: string, numbers: string[], longest: number]>([
  ['nobody', [], 0],
  ['one number', [haishu('19700101', '001')], 1],
  ['one number, asked for again and again', Array(5).fill(haishu('19700101', '001')), 1],
  ['strangers', [haishu('19700101', '001'), haishu('19830612', '412'), id('330206', '19910930', '027')], 1],
  [
    'serials one after the other',
    [haishu('19700101', '001'), haishu('19700101', '002'), haishu('19700101', '003')],
    3,
  ],
  [
    'serials of one sex, in any order',
    [haishu('19700101', '015'), haishu('19700101', '011'), haishu('19700101', '013')],
    3,
  ],
  [
    'the same serials of another area',
    [haishu('19700101', '001'), id('330206', '19700101', '002'), id('330212', '19700101', '003')],
    1,
  ],
  ['serials far apart', [haishu('19700101', '001'), haishu('19700101', '101'), haishu('19700101', '201')], 1],
  [
    'birthdays one after the other, over the end of a month',
    [haishu('19700130', '001'), haishu('19700131', '001'), haishu('19700201', '001')],
    3,
  ],
  ['birthdays a month apart', [haishu('19700101', '001'), haishu('19700201', '001')], 1],
  ['an old number of fifteen digits beside its neighbour', ['330203700101001', haishu('19700101', '002')], 2],
])('%s: the longest series is %s', (_, numbers, longest) => {
  expect(longestSeries(numbers)).toBe(longest)
})
