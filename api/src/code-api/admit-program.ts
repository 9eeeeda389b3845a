import { problem } from '@parley/contracts';
import type { UserId } from '@parley/contracts';
import type { Request, Response } from 'express';
import type { Actor } from '../access/actor.ts';
import type { ApiKeyRecord } from '../database/repositories/api-key-repository.ts';

interface AdmitOptions {
  readonly findKey: (secret: string) => Promise<ApiKeyRecord | undefined>;
  readonly byAccessToken: (request: Request, response: Response) => Promise<Actor>;
}

/**
 * Whose code a program may run: the owner of the key in `X-API-Key` or of the bearer token, which may be a key or an
 * access token. Throws `not-authenticated`, `token-expired`, and `forbidden` for a key without the scope `code:run`.
 */
export function createAdmission({ findKey, byAccessToken }: AdmitOptions) {
  return async (request: Request, response: Response): Promise<UserId> => {
    const bearer = /^Bearer\s+(\S+)\s*$/i.exec(request.get('authorization') ?? '')?.[1];
    const secret = request.get('x-api-key') ?? bearer;
    const key = secret === undefined ? undefined : await findKey(secret);
    if (key === undefined) return (await byAccessToken(request, response)).userId;
    if (!key.scopes.includes('code:run')) {
      throw problem('forbidden', { detail: 'This key may not run code: it does not have the scope “code:run”.' });
    }
    return key.userId;
  };
}
