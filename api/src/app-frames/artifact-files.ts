import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

interface ArtifactFile {
  readonly content: Buffer;
  readonly etag: string;
}

/** Names that the build of the client gives, and nothing that could lead out of the folder. */
const address = /^\/artifact\/([\w-]{1,80}\.js)$/;

/** The scripts that artifacts run on: the one of the frame, and React. Undefined for any other address. */
export async function readArtifactFile(folder: string, url: string): Promise<ArtifactFile | undefined> {
  const name = address.exec(url)?.[1];
  if (name === undefined) return undefined;
  const file = path.join(folder, name);
  try {
    const { size, mtimeMs } = await stat(file);
    return { content: await readFile(file), etag: `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"` };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
