import type { FastifyInstance } from 'fastify'
import type { Kernel } from '../kernel/perform.ts'
export function logRoutes(_app: FastifyInstance, _kernel: Kernel): void {}
