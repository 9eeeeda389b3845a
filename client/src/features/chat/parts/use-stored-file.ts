import { toolRoutes } from '@parley/contracts';
import type { ToolResultId } from '@parley/contracts';
import { authorizedFetch } from '../../../lib/api/call.ts';
import { readProblem } from '../../../lib/api/read-problem.ts';
import { useBytes } from '../../../lib/files/use-bytes.ts';

/** The bytes of a stored result once they are `wanted`, until the view goes. `load` wants them, and tries again. */
export function useStoredFile(id: ToolResultId, wanted: boolean) {
  return useBytes(id, fetchStoredFile, wanted);
}

/** The bytes of a stored result. Throws as `call` does. */
export async function fetchStoredFile(id: ToolResultId, signal?: AbortSignal): Promise<Blob> {
  const url = toolRoutes.result.path.replace(':id', id);
  const response = await authorizedFetch(url, signal ? { signal } : {});
  if (!response.ok) throw await readProblem(response);
  return response.blob();
}
