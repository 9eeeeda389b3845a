import * as z from 'zod/mini';
import { GatewayError } from '../core/gateway-error.ts';
import { lenient } from '../core/lenient.ts';
import { parseOrRefuse } from '../dialects/parse-or-refuse.ts';

const mostInputs = 2048;
const aText = z.string('must be a text, or a list of texts').check(z.minLength(1, 'must not be empty'));
const tokens = z.array(z.number()).check(z.minLength(1, 'must not be empty'));
const bodySchema = z.looseObject({
  model: z.string('must be the name of a model').check(z.minLength(1, 'must be the name of a model')),
  input: z.union(
    [aText, z.array(aText).check(z.minLength(1)), tokens, z.array(tokens).check(z.minLength(1))],
    'must be a text or a list of texts, none of them empty',
  ),
  encoding_format: z.nullish(z.enum(['float', 'base64'], 'must be float or base64')),
  dimensions: lenient(z.int().check(z.positive())),
});

/** What a client asks of `/v1/embeddings`. */
export interface EmbeddingsCall {
  readonly model: string;
  /** Texts; undefined when the client sent tokens, which only a provider of the same dialect can read. */
  readonly texts: readonly string[] | undefined;
  readonly encoding: 'float' | 'base64';
  readonly dimensions?: number;
  /** The whole body as it was sent. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Reads a body; throws `bad-request` that names the field at fault. */
export function readEmbeddingsCall(body: Buffer): EmbeddingsCall {
  const fields = parseOrRefuse(bodySchema, parse(body));
  const { model, input, dimensions } = fields;
  const inputs = typeof input === 'string' ? [input] : input;
  if (inputs.length > mostInputs && typeof inputs[0] !== 'number') {
    throw new GatewayError('bad-request', { message: `"input" must be at most ${mostInputs} texts.`, param: 'input' });
  }
  const texts = inputs.filter((each) => typeof each === 'string');
  return {
    model,
    texts: texts.length === inputs.length ? texts : undefined,
    encoding: fields.encoding_format ?? 'float',
    ...(typeof dimensions === 'number' ? { dimensions } : {}),
    fields,
  };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new GatewayError('bad-request', { message: 'The body is not valid JSON.' });
  }
}
