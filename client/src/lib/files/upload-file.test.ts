import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { conversationId } from '../../features/chat/testing/messages.ts';
import { createFakeServer, json, problemAnswer, sessionOf } from '../../testing/fake-server.ts';
import { createFakeUploads, type SeenUpload } from '../../testing/fake-uploads.ts';
import { session } from '../api/call.ts';
import { stallMs } from './send-upload.ts';
import { largestFile, uploadFile } from './upload-file.ts';

const data = new File(['a,b\n1,2\n'], 'data.csv', { type: 'text/csv' });
const problem = (code: string, status: number, detail?: string) => ({
  type: 'about:blank',
  title: 'No',
  status,
  code,
  ...(detail === undefined ? {} : { detail }),
});

describe('an upload', () => {
  let uploads: SeenUpload[];
  beforeEach(() => {
    uploads = createFakeUploads();
    session.start(sessionOf('first'));
  });
  afterEach(() => {
    session.end();
    vi.useRealTimers();
  });

  const sent = async (index = 0) => vi.waitFor(() => uploads[index] ?? expect.fail('Nothing was sent'));

  it('sends the workspace before the file, says how far it is, and tells what became of it', async () => {
    const shares: number[] = [];
    const end = uploadFile(data, { conversationId, onProgress: (share) => shares.push(share) });
    const upload = await sent();
    expect([upload.url, upload.token]).toEqual(['/api/code/files', 'Bearer first']);
    expect(Array.from(upload.form.keys())).toEqual(['conversationId', 'file']);
    upload.progress(0.25);
    upload.progress(1);
    const stored = upload.keep();
    expect(await end).toEqual(stored);
    expect(shares).toEqual([0.25, 1]);
  });

  it('renews a spent token once', async () => {
    const server = createFakeServer({ 'POST /api/auth/refresh': () => json(sessionOf('second')) });
    vi.stubGlobal('fetch', server.fetch);
    const end = uploadFile(data);
    (await sent()).answer(401, problem('token-expired', 401));
    const again = await sent(1);
    expect(again.token).toBe('Bearer second');
    again.keep();
    expect(await end).toMatchObject({ name: 'data.csv' });
  });

  it('says that nobody is signed in any more', async () => {
    vi.stubGlobal('fetch', createFakeServer({ 'POST /api/auth/refresh': () => problemAnswer('session-ended') }).fetch);
    const end = uploadFile(data);
    const outcome = end.catch((error: unknown) => error);
    (await sent()).answer(401, problem('token-expired', 401));
    expect(await outcome).toMatchObject({ code: 'session-ended' });
  });

  it('tells why the server would not have it', async () => {
    const outcome = uploadFile(data).catch((error: unknown) => error);
    (await sent()).answer(409, problem('workspace-full', 409, 'Remove some of them.'), { 'retry-after': '7' });
    expect(await outcome).toMatchObject({
      code: 'workspace-full',
      detail: 'Remove some of them.',
      retryAfterSeconds: 7,
    });
  });

  it('does not send what is too large', async () => {
    const large = new File([], 'film.mp4');
    Object.defineProperty(large, 'size', { value: largestFile + 1 });
    await expect(uploadFile(large)).rejects.toMatchObject({ code: 'file-too-large' });
    expect(uploads).toEqual([]);
  });

  it('is offline when the network fails, and when nothing moves any more', async () => {
    const broken = uploadFile(data).catch((error: unknown) => error);
    (await sent()).breakOff();
    expect(await broken).toMatchObject({ name: 'OfflineError', reason: 'unreachable' });
    vi.useFakeTimers();
    const stalled = uploadFile(data).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(stallMs - 1);
    uploads[1]?.progress(0.5);
    await vi.advanceTimersByTimeAsync(stallMs - 1);
    expect(uploads[1]?.isAborted()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await stalled).toMatchObject({ name: 'OfflineError', reason: 'timeout' });
    expect(uploads[1]?.isAborted()).toBe(true);
  });

  it('stops with the reason of whoever gave it up', async () => {
    const leaving = new AbortController();
    const outcome = uploadFile(data, { signal: leaving.signal }).catch((error: unknown) => error);
    const upload = await sent();
    leaving.abort('gone');
    expect(await outcome).toBe('gone');
    expect(upload.isAborted()).toBe(true);
    await expect(uploadFile(data, { signal: leaving.signal })).rejects.toBe('gone');
  });

  it('does not take an answer it cannot read for a file', async () => {
    const outcome = uploadFile(data).catch((error: unknown) => error);
    (await sent()).answer(201, { items: [] });
    expect(await outcome).toMatchObject({ name: 'UnreadableAnswerError' });
  });
});
