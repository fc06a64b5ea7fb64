import type { FastifyInstance, RouteOptions } from 'fastify'

/** Who may use a route. Every route carries one; a server with a route that has none does not start. */
export type RoutePolicy =
  /** By the declaration of the act or query; the kernel and the database decide. */
  | { kind: 'act'; type: string }
  | { kind: 'prepare'; type: string }
  | { kind: 'query'; path: string }
  /** A signed-in person, who gets what is theirs or their office's and nothing else. */
  | { kind: 'signed_in'; why: string }
  /** Everybody, and why that discloses nothing. */
  | { kind: 'public'; why: string }
  /** Those who run the machine: a local process, or the bearer of the operator's token. */
  | { kind: 'operator'; why: string }

declare module 'fastify' {
  interface FastifyContextConfig {
    policy?: RoutePolicy
  }
}

/** One route with its policy. */
export interface PolicedRoute {
  method: string
  url: string
  policy: RoutePolicy
}

/** Collects every route of a server from here on, so that none is left without its policy. */
export function policeRoutes(app: FastifyInstance) {
  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route) => void routes.push(route))
  return {
    /** Gives routes that a plugin makes their policy. */
    async of(policy: RoutePolicy, register: () => PromiseLike<unknown>): Promise<void> {
      const before = routes.length
      await register()
      for (const route of routes.slice(before)) route.config = { ...route.config, policy }
    },
    /** Every route with its policy. @throws Error naming the routes that have none: the server is not built. */
    all(): PolicedRoute[] {
      const bare = routes.filter((route) => !route.config?.policy)
      if (bare.length > 0)
        throw new Error(
          `routes without a policy: ${bare.map((route) => `${route.method} ${route.url}`).join(', ')}`,
        )
      return routes.flatMap((route) =>
        [route.method].flat().map((method) => ({ method, url: route.url, policy: route.config!.policy! })),
      )
    },
  }
}
