import { DownloadOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import './evidence.css'
import { evidenceTexts } from './texts.ts'
import type { ActLine } from './types.ts'

const address = (district: string, what: 'proof' | 'entry', index: number): string =>
  `/log/${district}/${what}/${index}`

/** The proof of one leaf to take home: the standard's proof file, the leaf's own bytes, and whose signatures count. */
export function ProofFiles({ district, index }: { district: string; index: number }) {
  const t = useTexts(evidenceTexts)
  return (
    <section className="mb-panel" aria-label={t.takeHome}>
      <h2>{t.takeHome}</h2>
      <p className="mb-soft">{t.takeHomeHint}</p>
      <div className="mb-proof-files">
        <Button icon={<DownloadOutlined aria-hidden />} href={address(district, 'proof', index)} download>
          {t.proofFile}
        </Button>
        <Button icon={<DownloadOutlined aria-hidden />} href={address(district, 'entry', index)} download>
          {t.entryFile}
        </Button>
        <Button
          icon={<DownloadOutlined aria-hidden />}
          href={`/log/${district}/policy`}
          download={`${district}.tlog-policy`}
        >
          {t.policyFile}
        </Button>
      </div>
    </section>
  )
}

/** Where an act stands in its log, leading to its proof, and the proof as a file. */
export function LeafCell({ line }: { line: Pick<ActLine, 'actId' | 'district' | 'leaf'> }) {
  const t = useTexts(evidenceTexts)
  const { actId, district, leaf } = line
  return (
    <span className="mb-leaf">
      <Link to="/evidence/$actId" params={{ actId }}>
        {leaf ?? t.pending}
      </Link>
      {leaf !== null && <ProofFileLink district={district} index={leaf} />}
    </span>
  )
}

/** The proof file of one leaf, as a small sign beside its number. */
export function ProofFileLink({ district, index }: { district: string; index: number }) {
  const t = useTexts(evidenceTexts)
  return (
    <a
      className="mb-leaf-file"
      href={address(district, 'proof', index)}
      download
      aria-label={fill(t.proofFileOf, { index })}
      title={t.proofFile}
    >
      <DownloadOutlined aria-hidden />
    </a>
  )
}
