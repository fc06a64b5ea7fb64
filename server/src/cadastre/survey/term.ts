import { readFileSync } from 'node:fs'

const file = new URL('../../../data/reference/survey-review.json', import.meta.url)
const { workingDays } = JSON.parse(readFileSync(file, 'utf8')) as { workingDays: unknown }
if (typeof workingDays !== 'number' || !Number.isInteger(workingDays) || workingDays < 1)
  throw new Error('survey-review.json: workingDays is a whole number from 1')

/**
 * How long the review of a survey may take, one term for the whole city (2.2). The notice names no figure, so the one in the
 * file is a default of our own and says so; a survey keeps the date it was given when it was submitted.
 */
export const reviewTerm = { workingDays, isOwnDefault: true }
