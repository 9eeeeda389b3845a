import { codeApiRoutes } from '@parley/contracts';
import type { Route } from '@parley/contracts';
import * as z from 'zod/mini';
import type { TestUser } from '../../test-client.ts';

const programSchema = z.looseObject({ continuation_token: z.string() });
const uploadSchema = z.looseObject({ session_id: z.string(), files: z.array(z.looseObject({ fileId: z.string() })) });

/** Uses each route of LibreChat's code interpreter once, as somebody who is signed in. Throws when one does not work. */
export async function exerciseCodeApi({ url }: { readonly url: string }, { accessToken }: TestUser): Promise<string[]> {
  const exercised: string[] = [];

  async function send({ id, method, path }: Route, body?: object, target: string = path): Promise<unknown> {
    const isJson = body !== undefined && !(body instanceof FormData);
    const response = await fetch(url + target, {
      method,
      headers: {
        Authorization: `Bearer ${accessToken}`,
        ...(isJson ? { 'Content-Type': 'application/json' } : {}),
      },
      ...(body instanceof FormData ? { body } : isJson ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${id} answered ${response.status}: ${text}`);
    exercised.push(id);
    return response.headers.get('content-type')?.startsWith('application/json') === true ? JSON.parse(text) : text;
  }

  await send(codeApiRoutes.health);
  await send(codeApiRoutes.exec, { lang: 'py', code: 'print hello' });
  const program = { code: 'call think {}', tools: [{ name: 'think' }] };
  const { continuation_token: token } = programSchema.parse(await send(codeApiRoutes.programmatic, program));
  await send(codeApiRoutes.cancel, { continuation_token: token });
  const form = new FormData();
  form.append('file', new Blob(['text']), 'a.txt');
  await send(codeApiRoutes.upload, form);
  const { session_id: session, files } = uploadSchema.parse(await send(codeApiRoutes.uploadBatch, form));
  const file = files[0]?.fileId ?? '';
  await send(codeApiRoutes.files, undefined, `/v1/files/${session}`);
  await send(codeApiRoutes.object, undefined, `/v1/sessions/${session}/objects/${file}`);
  await send(codeApiRoutes.download, undefined, `/v1/download/${session}/${file}`);
  await send(codeApiRoutes.removeFile, undefined, `/v1/files/${session}/${file}`);
  return exercised;
}
