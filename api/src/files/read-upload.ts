import { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { Busboy } from '@fastify/busboy';
import type { BusboyInstance } from '@fastify/busboy';
import { problem } from '@parley/contracts';
import { sizeText } from '../size-text.ts';

/** One thing that a form sends. A file's content has to be read, or destroyed, before the next thing comes. */
export type UploadPart =
  | { readonly type: 'field'; readonly name: string; readonly value: string }
  | { readonly type: 'file'; readonly name: string; readonly mimeType: string; readonly content: Readable };

type UploadRequest = Readable & Pick<IncomingMessage, 'headers'>;

interface UploadLimits {
  /** Of one file, in bytes. */
  readonly fileBytes: number;
  readonly files: number;
}

/** Fields, and bytes of their values. */
const mostFields = 20;
const longestField = 4_000;
/** Bytes of a part's headers, of which a name may be a thousand; and what the form needs beside its files. */
const longestHeaders = 8_000;
const envelope = 1024 * 1024;
/** Milliseconds in which something has to come. */
const longestPause = 30_000;

/**
 * The parts of a `multipart/form-data` request in the order in which they come, without ever holding a whole file. What
 * is no such form, or too much, ends it with `unsupported-media-type`, `invalid-request`, `body-too-large` or
 * `request-timeout`; so does `signal`, with its reason.
 */
export async function* readUpload(
  request: UploadRequest,
  limits: UploadLimits,
  signal: AbortSignal,
): AsyncGenerator<UploadPart> {
  const form = openForm(request, limits);
  const parts = new Readable({ objectMode: true, read: () => undefined });
  const contents = new Set<Readable>();
  let received = 0;

  const fail = (error: unknown): void => {
    const reason = error instanceof Error ? error : new Error('The upload was ended.', { cause: error });
    request.unpipe(form);
    request.pause();
    for (const content of contents) content.destroy(reason);
    parts.destroy(reason);
  };
  const tooMany = (what: string) => () =>
    fail(problem('invalid-request', { detail: `The form has too many ${what}.` }));
  const leave = (): void => fail(signal.reason);
  const slow = setTimeout(() => fail(problem('request-timeout')), longestPause).unref();
  const count = (bytes: Buffer): void => {
    slow.refresh();
    received += bytes.length;
    if (received > mostBytes(limits)) fail(tooLarge(limits));
  };

  form.on('field', (name: string | undefined, value, _isNameCut, isCut) => {
    if (isCut) fail(problem('invalid-request', { detail: `The field ${name ?? ''} is too long.` }));
    else parts.push({ type: 'field', name: name ?? '', value } satisfies UploadPart);
  });
  form.on('file', (_field, content, filename: string | undefined, _encoding, mimeType) => {
    contents.add(content);
    content.once('close', () => contents.delete(content));
    // Whoever reads it is told as well.
    content.on('error', () => undefined);
    parts.push({ type: 'file', name: plainName(filename ?? ''), mimeType, content } satisfies UploadPart);
  });
  form.on('partsLimit', tooMany('parts'));
  form.on('filesLimit', tooMany(`files; ${limits.files} can be sent at a time`));
  form.on('fieldsLimit', tooMany('fields'));
  form.on('error', (error: unknown) => fail(notAForm(error)));
  form.on('finish', () => parts.push(null));
  parts.on('error', () => undefined);
  signal.addEventListener('abort', leave, { once: true });
  request.on('data', count);
  request.once('error', leave);

  try {
    signal.throwIfAborted();
    request.pipe(form);
    yield* parts;
  } finally {
    clearTimeout(slow);
    signal.removeEventListener('abort', leave);
    request.off('data', count);
    request.unpipe(form);
    for (const content of contents) content.destroy();
    form.destroy();
    drop(request, mostBytes(limits) - received);
  }
}

function openForm(request: UploadRequest, limits: UploadLimits): BusboyInstance {
  const contentType = request.headers['content-type'];
  if (contentType === undefined || !/^multipart\/form-data\b/i.test(contentType)) {
    throw problem('unsupported-media-type', { detail: 'Files are sent as multipart/form-data.' });
  }
  if (Number(request.headers['content-length']) > mostBytes(limits)) throw tooLarge(limits);
  try {
    return new Busboy({
      headers: { ...request.headers, 'content-type': contentType },
      preservePath: true,
      isPartAFile: (_field, type, filename) => filename !== undefined || type === 'application/octet-stream',
      limits: {
        fieldSize: longestField,
        fields: mostFields,
        // One byte more, so that whoever counts sees that it was too large.
        fileSize: limits.fileBytes + 1,
        files: limits.files,
        parts: limits.files + mostFields,
        headerPairs: 20,
        headerSize: longestHeaders,
      },
    });
  } catch (error) {
    throw notAForm(error);
  }
}

/** Reads on, for a client that still sends does not read the answer; but not for ever. */
function drop(request: UploadRequest, most: number): void {
  let left = most;
  if (left < 0) return;
  request.on('data', (bytes: Buffer) => {
    left -= bytes.length;
    if (left < 0) request.destroy();
  });
  request.resume();
}

function mostBytes({ files, fileBytes }: UploadLimits): number {
  return files * fileBytes + envelope;
}

function tooLarge({ files, fileBytes }: UploadLimits): Error {
  const detail = `At most ${files} files of ${sizeText(fileBytes)} each can be sent at a time.`;
  return problem('body-too-large', { detail });
}

function notAForm(cause: unknown): Error {
  return problem('invalid-request', { detail: 'The form cannot be read.', cause });
}

/**
 * The name of a file without the folders that it had where it comes from, in composed letters. Browsers write quotes
 * and line breaks in it as percent codes (HTML, “multipart/form-data”).
 */
function plainName(filename: string): string {
  const decoded = filename.replace(/%(22|0D|0A)/gi, (code) => decodeURIComponent(code));
  return (decoded.split(/[\\/]/).at(-1) ?? '').normalize('NFC');
}
