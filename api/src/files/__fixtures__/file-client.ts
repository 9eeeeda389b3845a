import { codeRoutes } from '@parley/contracts';
import type { ConversationId, StoredFile } from '@parley/contracts';
import type { TestApp } from '../../test-app.ts';
import type { TestUser } from '../../test-client.ts';

type Server = Pick<TestApp, 'url'>;

/** Uploads as a browser's form does; the raw answer. */
export async function sendFiles(
  app: Server,
  { accessToken }: TestUser,
  files: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>,
  conversationId?: ConversationId,
): Promise<Response> {
  const form = new FormData();
  if (conversationId !== undefined) form.append('conversationId', conversationId);
  for (const [name, content] of Object.entries(files)) form.append('files', new File([content], name));
  const headers = { Authorization: `Bearer ${accessToken}` };
  return await fetch(app.url + codeRoutes.upload.path, { method: 'POST', headers, body: form });
}

/** Uploads files that are taken. */
export async function uploadFiles(...request: Parameters<typeof sendFiles>): Promise<StoredFile[]> {
  const response = await sendFiles(...request);
  const text = await response.text();
  if (response.status !== 201) throw new Error(`Uploading failed: ${response.status} ${text}`);
  return codeRoutes.upload.response.parse(JSON.parse(text)).items;
}

/** Uploads one that is taken. */
export async function uploadFile(
  app: Server,
  user: TestUser,
  name: string,
  content: string,
  conversationId?: ConversationId,
): Promise<StoredFile> {
  const [file] = await uploadFiles(app, user, { [name]: content }, conversationId);
  if (file === undefined) throw new Error('Nothing was uploaded.');
  return file;
}
