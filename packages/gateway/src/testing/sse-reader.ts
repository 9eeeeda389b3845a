import * as z from 'zod/mini';

const chunkSchema = z.object({ choices: z.array(z.object({ delta: z.object({ content: z.optional(z.string()) }) })) });

/** What a client got of a streamed answer so far. */
export interface SseReading {
  readonly status: number;
  /** `new`, `replayed`, or null where nothing is recorded. */
  readonly recording: string | null;
  /** The bytes. */
  readonly raw: string;
  /** The words in it. */
  readonly text: string;
  readonly lastEventId: string | undefined;
  /** Resolves when the answer, or the connection, is over. */
  readonly over: Promise<void>;
  leave(): void;
}

/** Reads a chat completion stream as a browser would, without any library. */
export async function readSse(url: string, init: RequestInit): Promise<SseReading> {
  const leaving = new AbortController();
  const response = await fetch(url, { ...init, signal: leaving.signal });
  let raw = '';
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    try {
      for await (const bytes of response.body ?? []) raw += decoder.decode(bytes, { stream: true });
    } catch (error) {
      if (!leaving.signal.aborted && !(error instanceof TypeError)) throw error;
    }
  };
  const over = read();
  return {
    status: response.status,
    recording: response.headers.get('x-parley-recording'),
    get raw() {
      return raw;
    },
    get text() {
      return textOf(raw);
    },
    get lastEventId() {
      return lastEventIdOf(raw);
    },
    over,
    leave: () => leaving.abort(),
  };
}

/** The id of the last whole event. */
export function lastEventIdOf(raw: string): string | undefined {
  return [...completeEvents(raw).matchAll(/^id: (.*)$/gm)].at(-1)?.[1];
}

/** The words of a stream's whole events. */
export function textOf(raw: string): string {
  return [...completeEvents(raw).matchAll(/^data: (\{.*)$/gm)]
    .map(([, data = '']) => chunkSchema.safeParse(JSON.parse(data)).data?.choices[0]?.delta.content ?? '')
    .join('');
}

function completeEvents(raw: string): string {
  return raw.slice(0, raw.lastIndexOf('\n\n') + 2);
}
