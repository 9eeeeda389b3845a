import { codeRoutes } from '@parley/contracts';
import type { FileId } from '@parley/contracts';
import { authorizedFetch } from '../api/call.ts';
import { readProblem } from '../api/read-problem.ts';

/** The bytes of a file of somebody's workspace. Throws as `call` does. */
export async function readFile(id: FileId, signal?: AbortSignal): Promise<Blob> {
  const url = codeRoutes.readFile.path.replace(':id', id);
  const response = await authorizedFetch(url, signal ? { signal } : {});
  if (!response.ok) throw await readProblem(response);
  return response.blob();
}
