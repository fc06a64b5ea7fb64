import { Link, useRouter } from '@tanstack/react-router'
import { Input } from 'antd'
import { placeLabel } from '../../../../server/src/custody/archives/rules.ts'
import { useTexts } from '../../i18n/language.tsx'
import { useCustodyWords } from '../custody/words.tsx'
import { archiveTexts } from './texts.ts'

/** Where a file is, in words: a box by its label, a person by name. */
export function usePlace() {
  const words = useCustodyWords()
  return (place: string | null, person?: string | null): string =>
    place?.startsWith('shelf:') ? placeLabel(place) : words.place(place, person)
}

export function FileNo({ number }: { number: string }) {
  return (
    <Link className="mb-code mb-custody-link" to="/archives/files/$number" params={{ number }}>
      {number}
    </Link>
  )
}

/** What a scanner of the archive reads: a file by its number, a box by the label on its back. */
export function ArchiveScan() {
  const t = useTexts(archiveTexts)
  const router = useRouter()
  const go = (text: string) => {
    const read = text.replace(/\s+/g, '').toUpperCase()
    if (/^[A-Z0-9]{1,6}-[A-Z0-9]{1,4}-[A-Z0-9]{1,4}$/.test(read))
      void router.navigate({ to: '/archives/map', search: { box: read } })
    else if (read) void router.navigate({ to: '/archives/files/$number', params: { number: read } })
  }
  return (
    <Input.Search
      className="mb-custody-scan mb-screen-only"
      aria-label={t.scan}
      placeholder={t.scan}
      enterButton={t.lookUp}
      maxLength={50}
      autoFocus
      onSearch={go}
    />
  )
}
