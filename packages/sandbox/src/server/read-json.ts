import * as z from 'zod/mini';
import { Refusal } from './refusal.ts';

/** Reads a JSON body of a known shape. Throws a `Refusal` when it is larger than `most` bytes, or something else. */
export async function readJson<Schema extends z.ZodMiniType>(
  body: AsyncIterable<Uint8Array>,
  schema: Schema,
  most: number,
): Promise<z.infer<Schema>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > most) throw new Refusal(413, 'invalid', `The request is larger than ${most} bytes.`);
    chunks.push(chunk);
  }
  const parsed = z.safeParse(schema, parseText(Buffer.concat(chunks).toString()));
  if (!parsed.success) throw new Refusal(400, 'invalid', 'The request has not the shape it must have.');
  return parsed.data;
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'invalid', 'The request is not JSON.');
  }
}
