import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  parseSearchWith,
  stringifySearchWith,
} from '@tanstack/react-router'
import { type BehindSearch, type BoardSearch, figures } from '../pages/controls/types.ts'
import { type BookSearch, bookKinds } from '../pages/custody/book.ts'
import { type DutiesSearch, dutyShows, type MyDutiesSearch } from '../pages/duties/types.ts'
import { FaultPage } from '../pages/errors/FaultPage.tsx'
import { NotFoundPage } from '../pages/errors/NotFoundPage.tsx'
import type { EvidenceSearch } from '../pages/evidence/EvidencePage.tsx'
import type { LifeSearch } from '../pages/evidence/LifePage.tsx'
import { type FindingsSearch, findingShows } from '../pages/findings/types.ts'
import { AppLayout } from './AppLayout.tsx'

/**
 * Every address of the product. Pages load when first visited; a new page is one `createRoute` here, and one
 * line in `navigation.tsx` if it belongs in the menu.
 */
const root = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFoundPage,
  errorComponent: FaultPage,
})

/** Pages anybody may open. */
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string } =>
    isOwnPath(search.to) ? { to: search.to } : {},
  component: lazyRouteComponent(() => import('../pages/session/SignInPage.tsx'), 'SignInPage'),
})
const activate = createRoute({
  getParentRoute: () => root,
  path: '/activate',
  component: lazyRouteComponent(() => import('../pages/session/ActivatePage.tsx'), 'ActivatePage'),
})
const check = createRoute({
  getParentRoute: () => root,
  path: '/check/$token',
  component: lazyRouteComponent(() => import('../pages/check/CheckPage.tsx'), 'CheckPage'),
})
const notices = createRoute({
  getParentRoute: () => root,
  path: '/notices',
  component: lazyRouteComponent(() => import('../pages/check/NoticesPage.tsx'), 'NoticesPage'),
})
const hall = createRoute({
  getParentRoute: () => root,
  path: '/hall/$office',
  component: lazyRouteComponent(() => import('../pages/hall/HallPage.tsx'), 'HallPage'),
})
const checkpoints = createRoute({
  getParentRoute: () => root,
  path: '/checkpoints',
  component: lazyRouteComponent(() => import('../pages/evidence/CheckpointsPage.tsx'), 'CheckpointsPage'),
})
const apiDocs = createRoute({
  getParentRoute: () => root,
  path: '/api-docs',
  component: lazyRouteComponent(() => import('../pages/apidocs/ApiDocsPage.tsx'), 'ApiDocsPage'),
})

/** Pages of a signed-in person, inside the frame; the frame sends everybody else to sign in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: AppLayout,
  notFoundComponent: NotFoundPage,
})
const worklist = createRoute({
  getParentRoute: () => inside,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/cases/WorklistPage.tsx'), 'WorklistPage'),
})

const apply = createRoute({
  getParentRoute: () => inside,
  path: '/cases/new',
  validateSearch: (search: Record<string, unknown>): { unit?: string } =>
    typeof search.unit === 'string' ? { unit: search.unit } : {},
  component: lazyRouteComponent(() => import('../pages/cases/ApplyPage.tsx'), 'ApplyPage'),
})
const cases = createRoute({
  getParentRoute: () => inside,
  path: '/cases',
  component: lazyRouteComponent(() => import('../pages/cases/CasesPage.tsx'), 'CasesPage'),
})
const oneCase = createRoute({
  getParentRoute: () => inside,
  path: '/cases/$caseId',
  component: lazyRouteComponent(() => import('../pages/cases/CasePage.tsx'), 'CasePage'),
})

const surveys = createRoute({
  getParentRoute: () => inside,
  path: '/surveys',
  component: lazyRouteComponent(() => import('../pages/survey/SurveysPage.tsx'), 'SurveysPage'),
})
const findUnit = createRoute({
  getParentRoute: () => inside,
  path: '/register',
  validateSearch: (search: Record<string, unknown>): { q?: string } =>
    // The router reads a query of digits alone as a number; a unit code's beginning is one.
    search.q === undefined ? {} : { q: String(search.q) },
  component: lazyRouteComponent(() => import('../pages/register/FindUnitPage.tsx'), 'FindUnitPage'),
})
const registerPage = createRoute({
  getParentRoute: () => inside,
  path: '/register/$unitCode',
  validateSearch: (search: Record<string, unknown>): { case?: string } => words(search, 'case'),
  component: lazyRouteComponent(() => import('../pages/register/RegisterPage.tsx'), 'RegisterPage'),
})
const holdings = createRoute({
  getParentRoute: () => inside,
  path: '/holdings',
  component: lazyRouteComponent(() => import('../pages/register/HoldingsPage.tsx'), 'HoldingsPage'),
})
const evidence = createRoute({
  getParentRoute: () => inside,
  path: '/evidence',
  validateSearch: (search: Record<string, unknown>): EvidenceSearch => ({
    ...words(search, 'thing'),
    ...words(search, 'person'),
    ...words(search, 'type'),
    ...words(search, 'from'),
    ...words(search, 'to'),
    ...words(search, 'district'),
    ...(search.outcome === 'done' || search.outcome === 'refused' ? { outcome: search.outcome } : {}),
  }),
  component: lazyRouteComponent(() => import('../pages/evidence/EvidencePage.tsx'), 'EvidencePage'),
})
const proof = createRoute({
  getParentRoute: () => inside,
  path: '/evidence/$actId',
  component: lazyRouteComponent(() => import('../pages/evidence/ProofPage.tsx'), 'ProofPage'),
})
const life = createRoute({
  getParentRoute: () => inside,
  path: '/life/$kind/$id',
  validateSearch: (search: Record<string, unknown>): LifeSearch => ({
    ...(search.order === 'newest' ? { order: search.order } : {}),
    ...(search.looks === 'without' ? { looks: search.looks } : {}),
  }),
  component: lazyRouteComponent(() => import('../pages/evidence/LifePage.tsx'), 'LifePage'),
})
const witnesses = createRoute({
  getParentRoute: () => inside,
  path: '/witnesses',
  component: lazyRouteComponent(() => import('../pages/evidence/WitnessesPage.tsx'), 'WitnessesPage'),
})
const erasures = createRoute({
  getParentRoute: () => inside,
  path: '/erasures',
  validateSearch: (search: Record<string, unknown>): { act?: string } => words(search, 'act'),
  component: lazyRouteComponent(() => import('../pages/erasure/ErasuresPage.tsx'), 'ErasuresPage'),
})
const verifications = createRoute({
  getParentRoute: () => inside,
  path: '/verifications',
  component: lazyRouteComponent(() => import('../pages/evidence/VerificationsPage.tsx'), 'VerificationsPage'),
})
const controls = createRoute({
  getParentRoute: () => inside,
  path: '/controls',
  validateSearch: (search: Record<string, unknown>): BoardSearch => ({
    ...(search.view === 'compare' ? { view: 'compare' } : {}),
    ...words(search, 'district'),
    ...words(search, 'unit'),
    ...words(search, 'post'),
    ...words(search, 'person'),
    ...words(search, 'from'),
    ...words(search, 'to'),
    ...words(search, 'clause'),
  }),
  component: lazyRouteComponent(() => import('../pages/controls/ControlsPage.tsx'), 'ControlsPage'),
})
const behind = createRoute({
  getParentRoute: () => inside,
  path: '/controls/behind',
  validateSearch: (search: Record<string, unknown>): BehindSearch => ({
    of: String(search.of ?? ''),
    figure: figures.find((one) => one === search.figure) ?? 'open',
    ...words(search, 'district'),
    ...words(search, 'unit'),
    ...words(search, 'post'),
    ...words(search, 'person'),
    ...words(search, 'from'),
    ...words(search, 'to'),
  }),
  component: lazyRouteComponent(() => import('../pages/controls/BehindPage.tsx'), 'BehindPage'),
})

const packs = createRoute({
  getParentRoute: () => inside,
  path: '/audit-packs',
  component: lazyRouteComponent(() => import('../pages/audit/PackPage.tsx'), 'PackPage'),
})

const myWindow = createRoute({
  getParentRoute: () => inside,
  path: '/window',
  component: lazyRouteComponent(() => import('../pages/window/MyWindowPage.tsx'), 'MyWindowPage'),
})
const windowRota = createRoute({
  getParentRoute: () => inside,
  path: '/window/rota',
  component: lazyRouteComponent(() => import('../pages/window/RotaPage.tsx'), 'RotaPage'),
})
const windowCoverage = createRoute({
  getParentRoute: () => inside,
  path: '/window/coverage',
  component: lazyRouteComponent(() => import('../pages/window/CoveragePage.tsx'), 'CoveragePage'),
})
const rights = createRoute({
  getParentRoute: () => inside,
  path: '/access',
  component: lazyRouteComponent(() => import('../pages/access/RightsPage.tsx'), 'RightsPage'),
})
const accessRequests = createRoute({
  getParentRoute: () => inside,
  path: '/access/requests',
  component: lazyRouteComponent(() => import('../pages/access/RequestsPage.tsx'), 'RequestsPage'),
})
const accessReview = createRoute({
  getParentRoute: () => inside,
  path: '/access/review',
  component: lazyRouteComponent(() => import('../pages/access/ReviewPage.tsx'), 'ReviewPage'),
})
const accessMatrix = createRoute({
  getParentRoute: () => inside,
  path: '/access/matrix',
  component: lazyRouteComponent(() => import('../pages/access/MatrixPage.tsx'), 'MatrixPage'),
})
const dutyProof = createRoute({
  getParentRoute: () => inside,
  path: '/duty/proof',
  component: lazyRouteComponent(() => import('../pages/proof/ProofOfDutiesPage.tsx'), 'ProofOfDutiesPage'),
})
const accessSecurity = createRoute({
  getParentRoute: () => inside,
  path: '/access/security',
  component: lazyRouteComponent(() => import('../pages/access/SecurityPage.tsx'), 'SecurityPage'),
})
const accessAudit = createRoute({
  getParentRoute: () => inside,
  path: '/access/audit',
  component: lazyRouteComponent(() => import('../pages/access/AuditPage.tsx'), 'AuditPage'),
})
const temporaryDuty = createRoute({
  getParentRoute: () => inside,
  path: '/duty/temporary',
  component: lazyRouteComponent(() => import('../pages/duty/TemporaryPage.tsx'), 'TemporaryPage'),
})
const inspections = createRoute({
  getParentRoute: () => inside,
  path: '/inspections',
  component: lazyRouteComponent(() => import('../pages/inspections/InspectionsPage.tsx'), 'InspectionsPage'),
})
const myInspections = createRoute({
  getParentRoute: () => inside,
  path: '/inspections/mine',
  component: lazyRouteComponent(
    () => import('../pages/inspections/MyInspectionsPage.tsx'),
    'MyInspectionsPage',
  ),
})
const checklists = createRoute({
  getParentRoute: () => inside,
  path: '/inspections/checklists',
  component: lazyRouteComponent(() => import('../pages/inspections/ChecklistsPage.tsx'), 'ChecklistsPage'),
})
const inspectionRanking = createRoute({
  getParentRoute: () => inside,
  path: '/inspections/ranking',
  component: lazyRouteComponent(() => import('../pages/inspections/RankingPage.tsx'), 'RankingPage'),
})
const inspection = createRoute({
  getParentRoute: () => inside,
  path: '/inspections/$id',
  component: lazyRouteComponent(() => import('../pages/inspections/InspectionPage.tsx'), 'InspectionPage'),
})
const inspectionForm = createRoute({
  getParentRoute: () => inside,
  path: '/inspections/$id/form',
  component: lazyRouteComponent(() => import('../pages/inspections/ScorePage.tsx'), 'ScorePage'),
})
const samplings = createRoute({
  getParentRoute: () => inside,
  path: '/samplings',
  component: lazyRouteComponent(() => import('../pages/sampling/SamplingsPage.tsx'), 'SamplingsPage'),
})
const sampling = createRoute({
  getParentRoute: () => inside,
  path: '/samplings/$id',
  component: lazyRouteComponent(() => import('../pages/sampling/SamplingPage.tsx'), 'SamplingPage'),
})
const sampled = createRoute({
  getParentRoute: () => inside,
  path: '/samplings/$id/items/$candidate',
  component: lazyRouteComponent(() => import('../pages/sampling/SampledPage.tsx'), 'SampledPage'),
})
const findings = createRoute({
  getParentRoute: () => inside,
  path: '/findings',
  validateSearch: (search: Record<string, unknown>): FindingsSearch => ({
    ...(findingShows.some((one) => one === search.show)
      ? { show: search.show as FindingsSearch['show'] }
      : {}),
  }),
  component: lazyRouteComponent(() => import('../pages/findings/FindingsPage.tsx'), 'FindingsPage'),
})
const finding = createRoute({
  getParentRoute: () => inside,
  path: '/findings/$id',
  component: lazyRouteComponent(() => import('../pages/findings/FindingPage.tsx'), 'FindingPage'),
})
const namings = createRoute({
  getParentRoute: () => inside,
  path: '/namings',
  component: lazyRouteComponent(() => import('../pages/findings/NamingsPage.tsx'), 'NamingsPage'),
})
const rules = createRoute({
  getParentRoute: () => inside,
  path: '/rules',
  component: lazyRouteComponent(() => import('../pages/rulebook/RulesPage.tsx'), 'RulesPage'),
})
const rulePropose = createRoute({
  getParentRoute: () => inside,
  path: '/rules/propose',
  validateSearch: (search: Record<string, unknown>): { action?: 'amend' | 'repeal'; of?: string } => ({
    ...words(search, 'of'),
    ...(search.action === 'amend' || search.action === 'repeal' ? { action: search.action } : {}),
  }),
  component: lazyRouteComponent(() => import('../pages/rulebook/ProposePage.tsx'), 'ProposePage'),
})
const ruleProposal = createRoute({
  getParentRoute: () => inside,
  path: '/rules/proposals/$id',
  component: lazyRouteComponent(() => import('../pages/rulebook/ProposalPage.tsx'), 'ProposalPage'),
})
const rule = createRoute({
  getParentRoute: () => inside,
  path: '/rules/$id',
  component: lazyRouteComponent(() => import('../pages/rulebook/RulePage.tsx'), 'RulePage'),
})
const reminders = createRoute({
  getParentRoute: () => inside,
  path: '/reminders',
  component: lazyRouteComponent(() => import('../pages/reminders/RemindersPage.tsx'), 'RemindersPage'),
})
const meetings = createRoute({
  getParentRoute: () => inside,
  path: '/meetings',
  component: lazyRouteComponent(() => import('../pages/meetings/MeetingsPage.tsx'), 'MeetingsPage'),
})
const meeting = createRoute({
  getParentRoute: () => inside,
  path: '/meetings/$id',
  component: lazyRouteComponent(() => import('../pages/meetings/MeetingPage.tsx'), 'MeetingPage'),
})
const plan = createRoute({
  getParentRoute: () => inside,
  path: '/plan',
  component: lazyRouteComponent(() => import('../pages/plan/PlanPage.tsx'), 'PlanPage'),
})
const planItem = createRoute({
  getParentRoute: () => inside,
  path: '/plan/$id',
  component: lazyRouteComponent(() => import('../pages/plan/PlanItemPage.tsx'), 'PlanItemPage'),
})
const responsibility = createRoute({
  getParentRoute: () => inside,
  path: '/responsibility',
  component: lazyRouteComponent(
    () => import('../pages/meetings/ResponsibilityPage.tsx'),
    'ResponsibilityPage',
  ),
})
const myDuties = createRoute({
  getParentRoute: () => inside,
  path: '/my-duties',
  validateSearch: myDutiesSearch,
  component: lazyRouteComponent(() => import('../pages/duties/MyDutiesPage.tsx'), 'MyDutiesPage'),
})
const periodicDuties = createRoute({
  getParentRoute: () => inside,
  path: '/duties',
  validateSearch: (search: Record<string, unknown>): DutiesSearch => ({
    ...myDutiesSearch(search),
    ...words(search, 'kind'),
    ...words(search, 'district'),
    ...words(search, 'person'),
    ...(dutyShows.some((one) => one === search.show) ? { show: search.show as DutiesSearch['show'] } : {}),
  }),
  component: lazyRouteComponent(() => import('../pages/duties/DutiesPage.tsx'), 'DutiesPage'),
})
const maintenance = createRoute({
  getParentRoute: () => inside,
  path: '/duty/maintenance',
  component: lazyRouteComponent(() => import('../pages/duty/MaintenancePage.tsx'), 'MaintenancePage'),
})
const myTrace = createRoute({
  getParentRoute: () => inside,
  path: '/my-trace',
  component: lazyRouteComponent(() => import('../pages/access/TracePage.tsx'), 'TracePage'),
})
const devices = createRoute({
  getParentRoute: () => inside,
  path: '/account/devices',
  component: lazyRouteComponent(() => import('../pages/account/DevicesPage.tsx'), 'DevicesPage'),
})
const sessions = createRoute({
  getParentRoute: () => inside,
  path: '/sessions',
  component: lazyRouteComponent(() => import('../pages/session/SessionBoardPage.tsx'), 'SessionBoardPage'),
})
const mySessions = createRoute({
  getParentRoute: () => inside,
  path: '/account/sessions',
  component: lazyRouteComponent(() => import('../pages/session/MySessionsPage.tsx'), 'MySessionsPage'),
})
const password = createRoute({
  getParentRoute: () => inside,
  path: '/account/password',
  component: lazyRouteComponent(() => import('../pages/session/PasswordPage.tsx'), 'PasswordPage'),
})
const people = createRoute({
  getParentRoute: () => inside,
  path: '/people',
  component: lazyRouteComponent(() => import('../pages/people/PeoplePage.tsx'), 'PeoplePage'),
})
const onePerson = createRoute({
  getParentRoute: () => inside,
  path: '/people/$personId',
  component: lazyRouteComponent(() => import('../pages/people/PersonPage.tsx'), 'PersonPage'),
})
const posts = createRoute({
  getParentRoute: () => inside,
  path: '/posts',
  component: lazyRouteComponent(() => import('../pages/people/PostsPage.tsx'), 'PostsPage'),
})
const chain = createRoute({
  getParentRoute: () => inside,
  path: '/chain',
  component: lazyRouteComponent(() => import('../pages/people/ChainPage.tsx'), 'ChainPage'),
})
const custodyDesk = createRoute({
  getParentRoute: () => inside,
  path: '/custody',
  component: lazyRouteComponent(() => import('../pages/custody/DeskPage.tsx'), 'DeskPage'),
})
const deliveries = createRoute({
  getParentRoute: () => inside,
  path: '/custody/deliveries',
  component: lazyRouteComponent(() => import('../pages/custody/DeliveriesPage.tsx'), 'DeliveriesPage'),
})
const voids = createRoute({
  getParentRoute: () => inside,
  path: '/custody/voids',
  component: lazyRouteComponent(() => import('../pages/custody/VoidsPage.tsx'), 'VoidsPage'),
})
const destructions = createRoute({
  getParentRoute: () => inside,
  path: '/custody/destructions',
  component: lazyRouteComponent(() => import('../pages/custody/DestructionsPage.tsx'), 'DestructionsPage'),
})
const counts = createRoute({
  getParentRoute: () => inside,
  path: '/custody/counts',
  component: lazyRouteComponent(() => import('../pages/custody/CountsPage.tsx'), 'CountsPage'),
})
const book = createRoute({
  getParentRoute: () => inside,
  path: '/custody/book',
  validateSearch: (search: Record<string, unknown>): BookSearch => ({
    ...(bookKinds.some((kind) => kind === search.kind) ? { kind: search.kind as BookSearch['kind'] } : {}),
    ...words(search, 'from'),
    ...words(search, 'until'),
  }),
  component: lazyRouteComponent(() => import('../pages/custody/BookPage.tsx'), 'BookPage'),
})
const seals = createRoute({
  getParentRoute: () => inside,
  path: '/custody/seals',
  component: lazyRouteComponent(() => import('../pages/custody/SealsPage.tsx'), 'SealsPage'),
})
const serial = createRoute({
  getParentRoute: () => inside,
  path: '/custody/serials/$number',
  component: lazyRouteComponent(() => import('../pages/custody/SerialPage.tsx'), 'SerialPage'),
})
const archiveDesk = createRoute({
  getParentRoute: () => inside,
  path: '/archives',
  component: lazyRouteComponent(() => import('../pages/archives/ArchiveDeskPage.tsx'), 'ArchiveDeskPage'),
})
const archiveMap = createRoute({
  getParentRoute: () => inside,
  path: '/archives/map',
  validateSearch: (search: Record<string, unknown>): { box?: string; rack?: string } => ({
    ...words(search, 'box'),
    ...words(search, 'rack'),
  }),
  component: lazyRouteComponent(() => import('../pages/archives/MapPage.tsx'), 'MapPage'),
})
const archiveStocktakes = createRoute({
  getParentRoute: () => inside,
  path: '/archives/stocktakes',
  component: lazyRouteComponent(() => import('../pages/archives/StocktakesPage.tsx'), 'StocktakesPage'),
})
const archiveLabels = createRoute({
  getParentRoute: () => inside,
  path: '/archives/labels',
  validateSearch: (search: Record<string, unknown>): { room?: string; box?: string } => ({
    ...words(search, 'room'),
    ...words(search, 'box'),
  }),
  component: lazyRouteComponent(() => import('../pages/archives/LabelsPage.tsx'), 'LabelsPage'),
})
const archiveFile = createRoute({
  getParentRoute: () => inside,
  path: '/archives/files/$number',
  component: lazyRouteComponent(() => import('../pages/archives/FilePage.tsx'), 'FilePage'),
})
const peopleDesk = createRoute({
  getParentRoute: () => inside,
  path: '/admin/people',
  component: lazyRouteComponent(() => import('../pages/people/ConsolePage.tsx'), 'ConsolePage'),
})

const routeTree = root.addChildren([
  signIn,
  activate,
  check,
  notices,
  hall,
  checkpoints,
  apiDocs,
  inside.addChildren([
    myWindow,
    windowRota,
    windowCoverage,
    worklist,
    apply,
    cases,
    oneCase,
    surveys,
    findUnit,
    registerPage,
    holdings,
    evidence,
    proof,
    life,
    witnesses,
    verifications,
    erasures,
    controls,
    behind,
    meetings,
    meeting,
    responsibility,
    plan,
    planItem,
    rules,
    rulePropose,
    ruleProposal,
    rule,
    inspections,
    myInspections,
    checklists,
    inspectionRanking,
    inspection,
    inspectionForm,
    samplings,
    sampling,
    sampled,
    findings,
    finding,
    namings,
    packs,
    rights,
    accessRequests,
    accessReview,
    accessMatrix,
    dutyProof,
    accessSecurity,
    accessAudit,
    temporaryDuty,
    reminders,
    myDuties,
    periodicDuties,
    maintenance,
    myTrace,
    devices,
    sessions,
    mySessions,
    password,
    people,
    onePerson,
    posts,
    chain,
    peopleDesk,
    custodyDesk,
    deliveries,
    voids,
    destructions,
    counts,
    book,
    seals,
    serial,
    archiveDesk,
    archiveMap,
    archiveStocktakes,
    archiveLabels,
    archiveFile,
  ]),
])

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  // Every parameter is text. Read as JSON, a case number of nineteen digits would lose its last ones.
  parseSearch: parseSearchWith((text) => text),
  stringifySearch: stringifySearchWith(String),
  scrollRestoration: true,
  defaultErrorComponent: FaultPage,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

/** A parameter of the address as text; numbers typed there are text too. */
function words<K extends string>(search: Record<string, unknown>, name: K): { [key in K]?: string } {
  const value = search[name]
  return (typeof value === 'string' || typeof value === 'number') && value !== ''
    ? ({ [name]: String(value) } as { [key in K]?: string })
    : {}
}

function myDutiesSearch(search: Record<string, unknown>): MyDutiesSearch {
  return {
    ...words(search, 'on'),
    ...words(search, 'month'),
    ...(search.view === 'calendar' ? { view: 'calendar' as const } : {}),
  }
}

/** Only paths of our own are followed after signing in, so a crafted link cannot lead elsewhere. */
export function isOwnPath(value: unknown): value is string {
  return typeof value === 'string' && /^\/(?![/\\])/.test(value)
}
