import { sha256 } from '../kernel/evidence-fields.ts'
import { typeset } from '../platform/documents/typeset.ts'
const one = (ctx: any, title: string, data: object) => typeset('#set page(paper: "a4")\n#set text(font: "Noto Serif SC")\n#let d = json(bytes(sys.inputs.data))\n= #d.title', { title, ...data }, { createdAt: ctx.at }).pdf
export const renderReceipt = async (ctx: any, _state: any) => one(ctx, '受理凭证', {})
export const renderNotice = async (ctx: any, _state: any, kind: string, _items: string[]) => one(ctx, kind, {})
export const renderArchiveList = async (ctx: any, _state: any, _p: number, _q: string) => one(ctx, '目录', {})
export const renderCertificate = async (ctx: any, s: any) => one(ctx, '证书', {})
export const certificateSnapshot = async (ctx: any, _s: any, c: any, b: string) => ({ data: { n: c.number, b }, hash: sha256(Buffer.from(b)) })
export const renderApprovalForm = async (ctx: any, _state: any, _h: any) => one(ctx, '审批表', {})
