import { transferRoutes } from '@parley/contracts';
import type { Conversation } from '@parley/contracts';
import { authorizedFetch } from '../api/call.ts';
import { readProblem } from '../api/read-problem.ts';
import { saveFile } from './save-file.ts';

/** Hands the newest branch of a chat to the browser as a Markdown file. Throws as `call` does. */
export async function saveConversation({ id, title }: Pick<Conversation, 'id' | 'title'>): Promise<void> {
  const path = transferRoutes.exportConversation.path.replace(':id', id);
  const response = await authorizedFetch(`${path}?format=markdown`);
  if (!response.ok) throw await readProblem(response);
  saveFile(await response.blob(), `${title.replace(/[\\/]/g, '_').slice(0, 100)}.md`);
}
