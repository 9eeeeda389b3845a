import { problem, ProblemError, transferRoutes } from '@parley/contracts';
import type { ProblemCode } from '@parley/contracts';
import { Router } from 'express';
import { describeFile } from '../http/describe-file.ts';
import { dropRest } from '../http/drop-rest.ts';
import type { Mount } from '../http/mount.ts';
import { sendBytes } from '../http/send-bytes.ts';
import type { Seats } from '../participants/seats.ts';
import type { ExportService } from './export-service.ts';
import type { ImportService } from './import-service.ts';

interface TransferRouterOptions {
  readonly imports: ImportService;
  readonly exports: ExportService;
  readonly seats: Pick<Seats, 'inConversation'>;
  readonly mount: Mount;
}

/** Milliseconds for a whole upload. */
const uploadDeadline = 9 * 60_000;
const hopeless: ReadonlySet<ProblemCode> = new Set(['body-too-large', 'request-timeout', 'import-running']);

const kinds = {
  json: { ending: 'json', mimeType: 'application/json' },
  markdown: { ending: 'md', mimeType: 'text/markdown; charset=utf-8' },
  text: { ending: 'txt', mimeType: 'text/plain; charset=utf-8' },
} as const;

/** Bring conversations along from a file, and take them out as one. */
export function createTransferRouter(options: TransferRouterOptions): Router {
  const {
    imports,
    exports,
    seats,
    mount: { mount, mountRaw },
  } = options;
  const router = Router();

  mount(router, transferRoutes.startImport, async ({ actor, query, request, response, signal: left }) => {
    const signal = AbortSignal.any([left, AbortSignal.timeout(uploadDeadline)]);
    try {
      return await imports.start(actor.userId, query.name, request, signal);
    } catch (error) {
      const known = signal.aborted
        ? problem('request-timeout', { detail: 'The upload was broken off.', cause: error })
        : error;
      // Whatever else this client has to say is not waited for.
      if (known instanceof ProblemError && hopeless.has(known.code)) dropRest(request, response);
      throw known;
    }
  });

  mount(router, transferRoutes.listImports, async ({ actor }) => ({ items: await imports.list(actor.userId) }));
  mount(router, transferRoutes.readImport, ({ actor, params }) => imports.get(actor.userId, params.id));
  mount(router, transferRoutes.cancelImport, ({ actor, params }) => imports.cancel(actor.userId, params.id));

  mountRaw(router, transferRoutes.exportConversation, async ({ actor, params, query, response, signal }) => {
    const { ending, mimeType } = kinds[query.format];
    const { title, content } = await seats.inConversation(
      transferRoutes.exportConversation,
      actor.userId,
      params.id,
      ({ ownerId }) => exports.conversation(ownerId, params.id, query.format, signal),
    );
    const name = `${title.slice(0, 100)}.${ending}`;
    await sendBytes(response, content, signal, () => describeFile(response, { name, mimeType }));
  });

  mountRaw(router, transferRoutes.exportAccount, async ({ actor, response, signal }) => {
    const name = `parley-${new Date().toISOString().slice(0, 10)}.json`;
    const { mimeType } = kinds.json;
    const content = exports.account(actor.userId, signal);
    await sendBytes(response, content, signal, () => describeFile(response, { name, mimeType }));
  });

  return router;
}
