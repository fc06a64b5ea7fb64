import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import { attacks, type Scene } from '../attack.ts'

const pathOf = ({ copy, t }: Scene) => copy.ownFiles().store.path(t.file)

/** Scans and papers on disk, which are named by what is in them. */
export const onFiles = attacks([
  [
    'file-changed',
    '改动磁盘上的扫描件',
    'a scan on disk changed',
    'file_changed',
    async (scene) => appendFileSync(pathOf(scene), 'x'),
    'own copy',
  ],
  [
    'file-replaced',
    '以另一文件替换扫描件',
    'a scan on disk replaced by another',
    'file_changed',
    async (scene) => writeFileSync(pathOf(scene), '%PDF-1.4'),
    'own copy',
  ],
  [
    'file-removed',
    '删除磁盘上的扫描件',
    'a scan on disk removed',
    'file_missing',
    async (scene) => rmSync(pathOf(scene)),
    'own copy',
  ],
])
