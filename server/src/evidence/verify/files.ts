import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Text } from '../../kernel/refusal.ts'
import type { TableDef } from '../../platform/db/tx.ts'
import { cursorPages } from './pages.ts'
import type { Run } from './run.ts'

/** Where files lie by the SHA-256 of their bytes. */
export interface Files {
  has(sha256: string): boolean
  read(sha256: string): Readable
}

/** Reads every file that rows of a table name and compares its bytes with its name. Returns how many there are. */
export async function verifyFiles(
  { client, report }: Run,
  def: TableDef,
  files: Files,
  seen: Set<string>,
): Promise<number> {
  let count = 0
  for (const column of def.files ?? []) {
    for await (const page of cursorPages<{ district: string; file: string; key: string }>(
      client,
      `select district, "${column}" as file, concat_ws('/', ${def.key.map((one) => `"${one}"`).join(', ')}) as key
       from ${def.name} where "${column}" is not null order by 1, 2`,
    )) {
      for (const { district, file, key } of page) {
        if (seen.has(file)) continue
        seen.add(file)
        count++
        const problem = await fileProblem(files, file)
        if (problem)
          report({
            code: problem.code,
            district,
            table: def.name,
            key,
            zh: `文件 ${file}：${problem.zh}`,
            en: `file ${file}: ${problem.en}`,
          })
      }
    }
  }
  return count
}

async function fileProblem(files: Files, name: string): Promise<({ code: string } & Text) | null> {
  if (!/^[0-9a-f]{64}$/.test(name) || !files.has(name))
    return { code: 'file_missing', zh: '不在文件库里', en: 'it is not in the store' }
  const hash = createHash('sha256')
  await pipeline(files.read(name), hash)
  return hash.digest('hex') === name
    ? null
    : {
        code: 'file_changed',
        zh: '内容与其名称所示的不同',
        en: 'its bytes are not those it is named by',
      }
}
