import { Link, useRouter } from '@tanstack/react-router'
import { Input } from 'antd'
import { placeLabel } from '../../../../server/src/custody/archives/rules.ts'
import { useTexts } from '../../i18n/language.tsx'
import { useCustodyWords } from '../custody/words.tsx'
import { readScan } from './scan.ts'
import { archiveTexts } from './texts.ts'

/** Where a file is, in words: a box by its label, a person by name. */
export function usePlace() {
  const t = useTexts(archiveTexts)
  const words = useCustodyWords()
  return (place: string | null, person?: string | null): string =>
    place?.startsWith('shelf:')
      ? placeLabel(place)
      : place === 'counted'
        ? t.beingCounted
        : words.place(place, person)
}

export function FileNo({ number }: { number: string }) {
  return (
    <Link className="mb-code mb-custody-link" to="/archives/files/$number" params={{ number }}>
      {number}
    </Link>
  )
}

/** What a scanner of the archive reads, bar code or QR code: a file by its number, a box or a rack by its label. It types and ends with Enter. */
export function ArchiveScan() {
  const t = useTexts(archiveTexts)
  const router = useRouter()
  const go = (text: string) => {
    const read = readScan(text)
    if (read?.kind === 'file')
      void router.navigate({ to: '/archives/files/$number', params: { number: read.number } })
    else if (read?.kind === 'box')
      void router.navigate({ to: '/archives/map', search: { box: `${read.room}-${read.rack}-${read.box}` } })
    else if (read)
      void router.navigate({ to: '/archives/map', search: { rack: `${read.room}-${read.rack}` } })
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
