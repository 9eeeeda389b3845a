import { isUtf8 } from 'node:buffer';

/** 65,536 names of usual length, and more than any honest run leaves. */
export const mostListingBytes = 16 * 1024 * 1024;

/** What tells one state of a file from another without reading it; a program can set none of them back. */
export interface FileState {
  readonly size: number;
  /** Seconds of the box's clock, with a fraction. */
  readonly changed: string;
  readonly inode: string;
}

export interface ListedEntry extends FileState {
  /** As `find -printf %y` says it: `f` is a plain file. */
  readonly type: string;
  /** The bytes of its path below the workspace, each in a UTF-16 unit. */
  readonly rawName: string;
}

/**
 * Prints a section of all entries down to one level below what a workspace keeps. What was made unreadable is made
 * readable first: it belongs to the one who reads. Links are not followed.
 */
export const listCommand =
  String.raw`find . -mindepth 1 -maxdepth 9 -type d ! -perm -700 -exec chmod u+rwx {} \; ,` +
  String.raw` -type f ! -perm -400 -exec chmod u+r {} + , -printf '%y\0%s\0%C@\0%i\0%P\0'; printf '\0'`;

/** Prints a section of the hashes of plain files that have not changed since `$2`, a time of the box; none when empty. */
export const hashCommand =
  'if [ -n "$2" ]; then find . -mindepth 1 -maxdepth 8 -type f ! -newerct "@$2" -exec sha256sum -z -- {} +; fi;' +
  String.raw` printf '\0'`;

/** The entries of a section that `listCommand` printed. */
export function parseListing(fields: readonly string[]): ListedEntry[] {
  const entries: ListedEntry[] = [];
  for (let at = 0; at + 5 <= fields.length; at += 5) {
    const [type = '', size = '', changed = '', inode = '', rawName = ''] = fields.slice(at, at + 5);
    entries.push({ type, size: Number(size), changed, inode, rawName });
  }
  return entries;
}

/** Raw name → hash, of a section that `hashCommand` printed. */
export function parseHashes(fields: readonly string[]): Map<string, string> {
  return new Map(
    fields.flatMap((field): [string, string][] => {
      const { hash, name } = /^(?<hash>[\da-f]{64}) [ *]\.\/(?<name>.+)$/s.exec(field)?.groups ?? {};
      return hash === undefined || name === undefined ? [] : [[name, hash]];
    }),
  );
}

/** The text of a raw name; `undefined` when it is not UTF-8. */
export function nameOf(rawName: string): string | undefined {
  const bytes = Buffer.from(rawName, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/** The raw name of a text. */
export function rawNameOf(name: string): string {
  return Buffer.from(name).toString('latin1');
}

/** A list of raw names for `xargs -0` and `tar --null -T -`. */
export function nameList(rawNames: Iterable<string>): Uint8Array {
  return Buffer.from([...rawNames].map((name) => `./${name}\0`).join(''), 'latin1');
}
