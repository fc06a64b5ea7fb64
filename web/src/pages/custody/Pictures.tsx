import { useRef } from 'react'
import { type StoredFile, uploadFile } from '../../api/upload.ts'
import { FileDrop } from '../../forms/FileDrop.tsx'
import type { FileKind } from '../../forms/fileKinds.ts'
import { useTexts } from '../../i18n/language.tsx'
import { custodyTexts } from './texts.ts'

const bytesMax = 50 * 1024 * 1024
const pictures: readonly FileKind[] = ['png', 'jpeg']

interface UploadProps {
  label: string
  accept?: readonly FileKind[]
}

/** One uploaded file as a form value: its content hash. */
export function OneFile({
  label,
  accept = pictures,
  value,
  onChange,
}: UploadProps & { value?: string; onChange?: (file: string) => void }) {
  const t = useTexts(custodyTexts)
  return (
    <>
      <FileDrop<StoredFile>
        label={label}
        accept={accept}
        bytesMax={bytesMax}
        multiple={false}
        upload={uploadFile}
        onStored={({ file }) => onChange?.(file)}
      />
      {value && <span className="mb-good-text">{t.photoTaken}</span>}
    </>
  )
}

/** Several pictures as a form value: their content hashes. */
export function ManyFiles({
  label,
  value = [],
  onChange,
}: UploadProps & { value?: string[]; onChange?: (files: string[]) => void }) {
  // Several files dropped at once are stored one after another by the same call: each must see those before it.
  const all = useRef(value)
  return (
    <FileDrop<StoredFile>
      label={label}
      accept={pictures}
      bytesMax={bytesMax}
      upload={uploadFile}
      onStored={({ file }) => {
        all.current = [...new Set([...all.current, file])]
        onChange?.(all.current)
      }}
    />
  )
}
