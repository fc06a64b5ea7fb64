/**
 * Which offices witness each office's log: those nearest to it, three so that one may be away. The city bureau
 * witnesses all of them besides; its own log is witnessed by four districts.
 */
export const neighbours: Readonly<Record<string, readonly string[]>> = {
  haishu: ['jiangbei', 'yinzhou', 'yuyao'],
  jiangbei: ['haishu', 'zhenhai', 'yinzhou'],
  beilun: ['zhenhai', 'yinzhou', 'gaoxin'],
  zhenhai: ['jiangbei', 'beilun', 'cixi'],
  yinzhou: ['haishu', 'jiangbei', 'fenghua'],
  fenghua: ['yinzhou', 'haishu', 'ninghai'],
  xiangshan: ['ninghai', 'fenghua', 'beilun'],
  ninghai: ['xiangshan', 'fenghua', 'yinzhou'],
  yuyao: ['cixi', 'haishu', 'jiangbei'],
  cixi: ['yuyao', 'zhenhai', 'qianwan'],
  qianwan: ['cixi', 'yuyao', 'zhenhai'],
  gaoxin: ['yinzhou', 'jiangbei', 'beilun'],
  city: ['haishu', 'jiangbei', 'yinzhou', 'cixi'],
}

/** The offices that witness a log: its neighbours, and the city bureau unless it is its own. */
export const witnessOffices = (log: string): string[] => [
  ...(neighbours[log] ?? []),
  ...(log === 'city' ? [] : ['city']),
]

/** The logs that an office's witness watches. */
export const watchedBy = (office: string): string[] =>
  Object.keys(neighbours).filter((log) => witnessOffices(log).includes(office))

/** Name of an office's witness key. */
export const witnessName = (office: string): string => `mingbu.example/${office}/witness`

/** Origin of an office's log: its identity, which never changes. */
export const originOf = (office: string): string => `mingbu.example/${office}`
