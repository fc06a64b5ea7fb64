import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from '@tanstack/react-router'
import { FaultPage } from '../pages/errors/FaultPage.tsx'
import { NotFoundPage } from '../pages/errors/NotFoundPage.tsx'
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
const check = createRoute({
  getParentRoute: () => root,
  path: '/check/$token',
  component: lazyRouteComponent(() => import('../pages/check/CheckPage.tsx'), 'CheckPage'),
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
  component: lazyRouteComponent(() => import('../pages/register/RegisterPage.tsx'), 'RegisterPage'),
})
const holdings = createRoute({
  getParentRoute: () => inside,
  path: '/holdings',
  component: lazyRouteComponent(() => import('../pages/register/HoldingsPage.tsx'), 'HoldingsPage'),
})

const routeTree = root.addChildren([
  signIn,
  check,
  inside.addChildren([worklist, apply, cases, oneCase, findUnit, registerPage, holdings]),
])

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: FaultPage,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

/** Only paths of our own are followed after signing in, so a crafted link cannot lead elsewhere. */
export function isOwnPath(value: unknown): value is string {
  return typeof value === 'string' && /^\/(?![/\\])/.test(value)
}
