import { table } from '../platform/db/tx.ts'

/** City-owned: which office a unit code belongs to. */
export const unitCodeTable = table('cadastre.unit_code', ['code'])
export const parcelTable = table('cadastre.parcel', ['code'])
export const buildingTable = table('cadastre.building', ['code'])
export const unitTable = table('cadastre.unit', ['code'])
