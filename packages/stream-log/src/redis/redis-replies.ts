import * as z from 'zod/mini';

const count = z.number();
const missing = z.tuple([z.literal('missing')]);
const gone = z.tuple([z.literal('gone')]);
const conflict = z.tuple([z.literal('conflict'), z.string()]);
const fenced = z.tuple([z.literal('fenced'), count]);
const optional = z.nullable(z.string());

/** The values of `infoFields`. */
export const infoSchema = z.tuple([
  optional,
  optional,
  optional,
  optional,
  optional,
  optional,
  optional,
  optional,
  optional,
  optional,
  optional,
]);

export const createReplySchema = z.union([
  gone,
  z.tuple([z.literal('lost')]),
  z.tuple([z.literal('exists'), infoSchema]),
  z.tuple([z.literal('created'), count, z.string()]),
]);

export const claimReplySchema = z.union([z.tuple([z.enum(['created', 'exists'])]), gone, conflict, fenced]);

export const appendReplySchema = z.union([
  z.tuple([z.literal('written'), z.string(), count, count, z.string(), count]),
  z.tuple([z.literal('duplicate'), z.string(), count, count, count]),
  missing,
  gone,
  conflict,
  fenced,
  z.tuple([z.literal('closed'), z.string(), count]),
  z.tuple([z.literal('sequence-gap'), count, count]),
  z.tuple([z.literal('stream-seq')]),
]);

export const readReplySchema = z.union([
  missing,
  gone,
  z.tuple([z.literal('found'), z.string(), count, count, z.string(), z.array(z.string())]),
]);

export const removeReplySchema = z.union([
  missing,
  gone,
  z.tuple([z.enum(['kept', 'hidden'])]),
  z.tuple([z.literal('removed'), z.string(), z.string()]),
]);

export const attachReplySchema = z.tuple([z.enum(['attached', 'missing', 'gone'])]);
