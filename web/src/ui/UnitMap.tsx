import { AimOutlined, MinusOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Space } from 'antd'
import { ScaleLine } from 'ol/control'
import type { FeatureLike } from 'ol/Feature'
import GeoJSON from 'ol/format/GeoJSON'
import VectorLayer from 'ol/layer/Vector'
import OlMap from 'ol/Map'
import VectorSource from 'ol/source/Vector'
import { Fill, Text as Label, Stroke, Style } from 'ol/style'
import View from 'ol/View'
import 'ol/ol.css'
import { useEffect, useId, useMemo, useRef, useState } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { fill } from '../i18n/texts.ts'
import { geographic, type Meridian, planes } from './projections.ts'
import { EmptyState } from './states.tsx'
import { uiTexts } from './texts.ts'

/** One thing on the map. Coordinates are CGCS2000 longitude and latitude in degrees (EPSG:4490). */
export interface MapFeature {
  type: 'Feature'
  geometry:
    | { type: 'Polygon'; coordinates: number[][][] }
    | { type: 'MultiPolygon'; coordinates: number[][][][] }
  properties: {
    role: 'parcel' | 'building' | 'neighbour'
    /** Written on the map and read out in its text. */
    label?: string
    /** The building that holds the unit in question. */
    target?: boolean
  }
}

interface UnitMapProps {
  features: readonly MapFeature[]
  /** Zone the map is drawn in: the one of the registration office. */
  meridian: Meridian
  height?: number
}

const font = "12px 'Noto Sans SC', sans-serif"
const line = (color: string, width: number, lineDash?: number[]) =>
  new Stroke({ color, width, ...(lineDash ? { lineDash } : {}) })
const styles = {
  neighbour: { fill: new Fill({ color: '#f0f1ee' }), stroke: line('#9aa39e', 1), zIndex: 1, ink: '#5c6763' },
  parcel: { fill: new Fill({ color: '#dcebe4' }), stroke: line('#1f5a52', 2.5), zIndex: 2, ink: '#173f3b' },
  building: { fill: new Fill({ color: '#d3d7d1' }), stroke: line('#5f6a66', 1), zIndex: 3, ink: '#1d2624' },
  target: { fill: new Fill({ color: '#e3b9a9' }), stroke: line('#a63a2b', 2), zIndex: 4, ink: '#6e2318' },
} as const

function styleOf(feature: FeatureLike): Style {
  const role = feature.get('target') ? 'target' : (feature.get('role') as keyof typeof styles)
  const { ink, ...shape } = styles[role] ?? styles.neighbour
  const label = feature.get('label') as string | undefined
  return new Style({
    ...shape,
    ...(label
      ? {
          text: new Label({
            text: label,
            font,
            fill: new Fill({ color: ink }),
            stroke: line('#ffffffcc', 3),
            overflow: role !== 'neighbour',
          }),
        }
      : {}),
  })
}

/**
 * The parcel, what stands on it and its neighbours, drawn from our own data in the office's projection: no tiles,
 * nothing fetched from outside. Arrow keys and + − work once the map has the focus; everything it shows is also
 * said in words.
 */
export function UnitMap({ features, meridian, height = 360 }: UnitMapProps) {
  const t = useTexts(uiTexts)
  const textId = useId()
  const target = useRef<HTMLDivElement>(null)
  const map = useRef<OlMap | null>(null)
  const source = useRef<VectorSource | null>(null)
  const [at, setAt] = useState<number[] | null>(null)

  useEffect(() => {
    if (features.length === 0 || !target.current) return
    const projection = planes[meridian]
    const shapes = new VectorSource({
      features: new GeoJSON().readFeatures(
        { type: 'FeatureCollection', features },
        { dataProjection: geographic, featureProjection: projection },
      ),
    })
    const drawn = new OlMap({
      target: target.current,
      layers: [new VectorLayer({ source: shapes, style: styleOf, declutter: false })],
      view: new View({ projection, maxResolution: 20, minResolution: 0.01 }),
      controls: [new ScaleLine({ units: 'metric', minWidth: 70 })],
    })
    drawn.on('pointermove', (event) => setAt(event.coordinate))
    drawn.on('moveend', () => setAt(drawn.getView().getCenter() ?? null))
    map.current = drawn
    source.current = shapes
    showAll(drawn, shapes)
    // Labels are drawn with whatever font is there; once the house's font has come, draw again.
    void document.fonts.ready.then(() => drawn.render())
    return () => {
      drawn.setTarget(undefined)
      drawn.dispose()
    }
  }, [features, meridian])

  const counts = useMemo(() => {
    const count = { parcel: 0, building: 0, neighbour: 0 }
    for (const feature of features) count[feature.properties.role]++
    return count
  }, [features])

  if (features.length === 0) return <EmptyState label={t.mapEmpty} />
  const zoom = (by: number) => {
    const view = map.current?.getView()
    view?.animate({ zoom: (view.getZoom() ?? 0) + by, duration: 120 })
  }
  const labelled = features.filter((feature) => feature.properties.label)
  return (
    <figure className="mb-map">
      <figcaption className="mb-map-bar">
        <b>{t.map}</b>
        <ul className="mb-map-legend" aria-label={t.legend}>
          <li className="mb-map-parcel">{t.parcel}</li>
          <li className="mb-map-building">{t.building}</li>
          {features.some((feature) => feature.properties.target) && (
            <li className="mb-map-target">{t.target}</li>
          )}
          {counts.neighbour > 0 && <li className="mb-map-neighbour">{t.neighbour}</li>}
        </ul>
        <Space size={2}>
          <Button
            size="small"
            type="text"
            icon={<PlusOutlined aria-hidden />}
            aria-label={t.zoomIn}
            title={t.zoomIn}
            onClick={() => zoom(0.5)}
          />
          <Button
            size="small"
            type="text"
            icon={<MinusOutlined aria-hidden />}
            aria-label={t.zoomOut}
            title={t.zoomOut}
            onClick={() => zoom(-0.5)}
          />
          <Button
            size="small"
            type="text"
            icon={<AimOutlined aria-hidden />}
            aria-label={t.zoomToFit}
            title={t.zoomToFit}
            onClick={() => map.current && source.current && showAll(map.current, source.current)}
          />
        </Space>
      </figcaption>
      <div
        ref={target}
        className="mb-map-canvas"
        style={{ height }}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the map is moved and zoomed with the keyboard
        tabIndex={0}
        role="application"
        aria-label={t.map}
        aria-describedby={textId}
      />
      <div className="mb-map-foot" id={textId}>
        <span>
          {fill(t.mapText, { ...counts, meridian })} {t.mapHint}
        </span>
        {labelled.length > 0 && (
          <ul className="mb-visually-hidden">
            {labelled.map((feature, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: features have no id and never move within the list
              <li key={index}>
                {feature.properties.target ? t.target : t[feature.properties.role]}:{' '}
                {feature.properties.label}
              </li>
            ))}
          </ul>
        )}
        {at && (
          <output className="mb-map-at">
            {fill(t.coordinateReadout, { north: at[1]!.toFixed(2), east: at[0]!.toFixed(2) })}
          </output>
        )}
      </div>
    </figure>
  )
}

/** Fits the view to the parcel itself, with some of its surroundings; to everything when there is no parcel. */
function showAll(map: OlMap, source: VectorSource): void {
  const own = source.getFeatures().filter((feature) => feature.get('role') === 'parcel')
  const extent = own.length > 0 ? new VectorSource({ features: own }).getExtent() : source.getExtent()
  map.updateSize()
  if (extent?.every(Number.isFinite)) map.getView().fit(extent, { padding: [44, 44, 44, 44] })
}
