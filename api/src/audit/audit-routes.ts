import { auditRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import type { AuditLog } from './audit-log.ts';

interface AuditRouterOptions {
  readonly audit: AuditLog;
  readonly mount: Mount;
}

/** Show admins who decided what. */
export function createAuditRouter({ audit, mount: { mount } }: AuditRouterOptions): Router {
  const router = Router();
  mount(router, auditRoutes.list, ({ actor, query }) => audit.list(actor, query));
  return router;
}
