import mime from 'mime';
import { bareMediaType } from '../bare-media-type.ts';

/** Endings that the registry does not know, or knows as something else than people who write code do. */
const texts: Readonly<Record<string, string>> = {
  cfg: 'text/plain',
  for: 'text/x-fortran',
  go: 'text/x-go',
  ini: 'text/plain',
  jsonl: 'application/jsonl',
  kt: 'text/x-kotlin',
  lock: 'text/plain',
  ndjson: 'application/x-ndjson',
  php: 'text/x-php',
  py: 'text/x-python',
  r: 'text/x-r',
  rb: 'text/x-ruby',
  rs: 'text/x-rust',
  sh: 'text/x-sh',
  sql: 'text/x-sql',
  toml: 'text/x-toml',
  ts: 'text/x-typescript',
  tsx: 'text/x-typescript',
};

const unknown = 'application/octet-stream';

/**
 * The media type of a file by its name's ending, which says more than what browsers claim; else as it was claimed, else
 * that of unknown bytes. Without parameters.
 */
export function mediaTypeOf(name: string, claimed = unknown): string {
  const ending = /\.([^./]+)$/.exec(name)?.[1]?.toLowerCase();
  const known = ending === undefined ? undefined : (texts[ending] ?? mime.getType(ending));
  if (known !== undefined && known !== null) return known;
  return bareMediaType(claimed) ?? unknown;
}
