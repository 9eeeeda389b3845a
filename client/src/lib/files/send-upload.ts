import { OfflineError } from '../api/send.ts';

/** How long an upload may stand still, in milliseconds. */
export const stallMs = 30_000;

export interface UploadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told how much has left, from 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/**
 * Posts a form or a file as `fetch` does, and says how far it is, which `fetch` cannot. Every status is returned as it is; throws
 * OfflineError when the network fails or nothing has moved for 30 s, and the signal's reason when it was aborted.
 */
export function sendUpload(
  url: string,
  token: string,
  body: FormData | File,
  options: UploadOptions,
): Promise<Response> {
  const { signal, onProgress } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const request = new XMLHttpRequest();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const fail = (cause: unknown) => {
    reject(cause);
    request.abort();
  };
  const moved = () => {
    clearTimeout(timer);
    timer = setTimeout(() => fail(new OfflineError('timeout', undefined)), stallMs);
  };
  const giveUp = () => fail(signal?.reason);

  request.open('POST', url);
  request.setRequestHeader('authorization', `Bearer ${token}`);
  request.upload.addEventListener('progress', ({ loaded, total }) => {
    moved();
    onProgress?.(total > 0 ? loaded / total : 0);
  });
  request.addEventListener('load', () => resolve(responseOf(request)));
  request.addEventListener('error', () => reject(new OfflineError('unreachable', undefined)));
  request.addEventListener('loadend', () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  });
  if (signal?.aborted) return Promise.reject<Response>(signal.reason);
  signal?.addEventListener('abort', giveUp);
  moved();
  request.send(body);
  return promise;
}

function responseOf(request: XMLHttpRequest): Response {
  const headers = new Headers();
  for (const name of ['content-type', 'retry-after']) {
    const value = request.getResponseHeader(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(request.responseText, { status: request.status, headers });
}
