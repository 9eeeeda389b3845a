import type { StoredFile } from '@parley/contracts';
import { vi } from 'vitest';

/** An upload as the fake network saw it, to be answered by hand. */
export interface SeenUpload {
  readonly url: string;
  readonly token: string | undefined;
  readonly form: FormData;
  readonly name: string;
  /** Whether the page has given it up. */
  readonly isAborted: () => boolean;
  readonly progress: (share: number) => void;
  readonly answer: (status: number, body: unknown, headers?: Record<string, string>) => void;
  /** Answers as the server does when it has kept the file. */
  readonly keep: (change?: Partial<StoredFile>) => StoredFile;
  /** As when the network is gone. */
  readonly breakOff: () => void;
}

/** Stands in for `XMLHttpRequest`, which uploads go by for the sake of their progress. */
export function createFakeUploads() {
  const uploads: SeenUpload[] = [];
  class FakeRequest extends EventTarget {
    readonly upload = new EventTarget();
    status = 0;
    responseText = '';
    private url = '';
    private token: string | undefined;
    private headers = new Headers();
    private isAborted = false;
    open(_: string, url: string) {
      this.url = url;
    }
    setRequestHeader(name: string, value: string) {
      if (name === 'authorization') this.token = value;
    }
    getResponseHeader(name: string) {
      return this.headers.get(name);
    }
    abort() {
      this.isAborted = true;
      this.dispatchEvent(new Event('loadend'));
    }
    send(form: FormData) {
      const file = form.get('file') as File;
      const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => {
        this.status = status;
        this.responseText = JSON.stringify(body);
        const type = status < 400 ? 'application/json' : 'application/problem+json';
        this.headers = new Headers({ 'content-type': type, ...headers });
        this.end('load');
      };
      const number = uploads.length + 1;
      uploads.push({
        url: this.url,
        token: this.token,
        form,
        name: file.name,
        isAborted: () => this.isAborted,
        progress: (share) =>
          this.upload.dispatchEvent(Object.assign(new Event('progress'), { loaded: share * 1000, total: 1000 })),
        answer,
        keep: (change = {}) => {
          const stored = storedFile(number, { name: file.name, size: file.size, ...change });
          answer(201, { items: [stored] });
          return stored;
        },
        breakOff: () => this.end('error'),
      });
    }
    private end(type: 'load' | 'error') {
      if (this.isAborted) return;
      this.dispatchEvent(new Event(type));
      this.dispatchEvent(new Event('loadend'));
    }
  }
  vi.stubGlobal('XMLHttpRequest', FakeRequest);
  return uploads;
}

/** A file of a workspace, with an id that shows its number. */
export function storedFile(number: number, change: Partial<StoredFile> = {}): StoredFile {
  return {
    id: `00000000-0000-4000-8000-${String(9000 + number).padStart(12, '0')}` as StoredFile['id'],
    name: `file-${String(number)}.csv`,
    mimeType: 'text/csv',
    size: 2048,
    sha256: 'a'.repeat(64),
    origin: 'upload',
    createdAt: '2026-11-20T10:00:00.000Z',
    ...change,
  };
}
