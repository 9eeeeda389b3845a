import { codeRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Request } from 'express';
import type { Mount } from '../http/mount.ts';
import type { CodeService } from './code-service.ts';
import { sendEvents } from './send-events.ts';
import { leftOrStopping } from './left-or-stopping.ts';

interface CodeRouterOptions {
  readonly code: CodeService;
  readonly mount: Mount;
}

/** Run code, look at runs and stop them, and say whether code can be run at all. */
export function createCodeRouter({ code, mount: { mount, mountRaw } }: CodeRouterOptions): Router {
  const router = Router();

  mount(router, codeRoutes.status, () => code.status());
  mount(router, codeRoutes.check, ({ actor }) => code.check(actor));
  mount(router, codeRoutes.run, ({ actor, params }) => code.find(actor, params.id));
  mount(router, codeRoutes.stop, ({ actor, params }) => code.stop(actor, params.id));
  mount(router, codeRoutes.closeSession, ({ actor, params }) => code.closeSession(actor, params.id));

  mountRaw(router, codeRoutes.exec, async ({ actor, body, request, response, signal, log }) => {
    const run = await code.admit(actor, body);
    if (wantsEvents(request)) {
      await sendEvents(run, response, signal, log);
      return;
    }
    try {
      const result = await run.begin(signal);
      response.status(200).set('Cache-Control', 'no-store').json(result);
    } catch (error) {
      throw leftOrStopping(error, signal);
    }
  });

  return router;
}

function wantsEvents(request: Request): boolean {
  return request.accepts(['application/json', 'text/event-stream']) === 'text/event-stream';
}
