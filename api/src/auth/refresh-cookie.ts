import type { Request, Response } from 'express';
import * as z from 'zod/mini';
import type { RefreshCookie } from './auth-service.ts';

const name = 'refreshToken';
const cookiesSchema = z.object({ [name]: z.optional(z.string()) });

/** The refresh token a browser sent along, if any. Needs cookie-parser before it. */
export function readRefreshCookie(request: Request): string | undefined {
  const cookies: unknown = request.cookies;
  return cookiesSchema.safeParse(cookies).data?.[name];
}

/** Hands out a refresh token that scripts cannot read and that travels to `/api/auth` only. */
export function setRefreshCookie(request: Request, response: Response, { token, maxAgeMs }: RefreshCookie): void {
  response.cookie(name, token, { ...attributes(request), maxAge: maxAgeMs });
}

export function clearRefreshCookie(request: Request, response: Response): void {
  response.clearCookie(name, attributes(request));
}

function attributes(request: Request) {
  return { httpOnly: true, sameSite: 'strict', secure: request.secure, path: '/api/auth' } as const;
}
