import { FileTextOutlined } from '@ant-design/icons'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { fill } from '../i18n/texts.ts'
import { EmptyState, LoadingState } from './states.tsx'
import { uiTexts } from './texts.ts'

const DocumentView = lazy(() =>
  import('./DocumentView.tsx').then((module) => ({ default: module.DocumentView })),
)

/** One material of a case: what it is, how many pages, and where its scan is (null when it has none). */
export interface MaterialItem {
  id: string
  name: string
  pages: number
  source: Blob | string | null
  /** Beside the name: original or copy, received or missing. */
  note?: ReactNode
}

interface MaterialsViewerProps {
  materials: readonly MaterialItem[]
  /** Above the image: what a reviewer may do with the chosen material. */
  actions?: (material: MaterialItem) => ReactNode
}

/** The list of materials beside the image of the chosen one, so that a form can be checked against its scan. */
export function MaterialsViewer({ materials, actions }: MaterialsViewerProps) {
  const t = useTexts(uiTexts)
  const [chosenId, setChosenId] = useState<string | null>(null)
  const chosen =
    materials.find((material) => material.id === chosenId) ??
    materials.find((material) => material.source !== null) ??
    null
  if (materials.length === 0) return <EmptyState />
  return (
    <div className="mb-materials">
      <nav aria-label={t.materials}>
        <ol>
          {materials.map((material) => (
            <li key={material.id}>
              <button
                type="button"
                aria-current={material.id === chosen?.id ? 'true' : undefined}
                onClick={() => setChosenId(material.id)}
              >
                <FileTextOutlined aria-hidden />
                <span>{material.name}</span>
                <small>
                  {material.source === null ? t.notScanned : fill(t.pages, { count: material.pages })}
                </small>
                {material.note && <small className="mb-materials-note">{material.note}</small>}
              </button>
            </li>
          ))}
        </ol>
      </nav>
      <div className="mb-materials-image">
        {chosen && actions?.(chosen)}
        {chosen?.source ? (
          <Suspense fallback={<LoadingState label={chosen.name} />}>
            <DocumentView key={chosen.id} source={chosen.source} name={chosen.name} />
          </Suspense>
        ) : (
          <EmptyState label={t.noMaterial} />
        )}
      </div>
    </div>
  )
}
