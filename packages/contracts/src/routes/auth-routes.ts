import * as z from 'zod/mini';
import { timestampSchema } from '../entities/timestamp.ts';
import { userSchema } from '../entities/user.ts';
import { defineRoute } from './route.ts';

const email = z
  .string()
  .check(
    z.trim(),
    z.toLowerCase(),
    z.maxLength(254),
    z.email('Please enter a whole e-mail address, like ada@example.com'),
  );

export const registerBodySchema = z.object({
  email,
  name: z.string().check(z.trim(), z.minLength(1, 'Please enter your name'), z.maxLength(80)),
  password: z.string().check(z.minLength(8, 'Please use at least 8 characters'), z.maxLength(256)),
});

export const loginBodySchema = z.object({
  email,
  password: z.string().check(z.minLength(1, 'Please enter your password'), z.maxLength(256)),
});

/** A short-lived access token for the `Authorization: Bearer` header. The refresh token travels as an HttpOnly cookie. */
export const sessionSchema = z.object({
  accessToken: z.string(),
  expiresAt: timestampSchema,
  user: userSchema,
});
export type Session = z.infer<typeof sessionSchema>;

export const authRoutes = {
  register: defineRoute({
    id: 'register',
    summary: 'Create an account and sign in. The first account of an install becomes its administrator.',
    method: 'POST',
    path: '/api/auth/register',
    access: 'public',
    status: 201,
    body: registerBodySchema,
    response: sessionSchema,
  }),
  login: defineRoute({
    id: 'login',
    summary: 'Sign in with e-mail address and password.',
    method: 'POST',
    path: '/api/auth/login',
    access: 'public',
    status: 200,
    body: loginBodySchema,
    response: sessionSchema,
  }),
  refresh: defineRoute({
    id: 'refresh',
    summary: 'Trade the refresh cookie for a new access token and a new cookie; the old cookie ends.',
    method: 'POST',
    path: '/api/auth/refresh',
    access: 'public',
    status: 200,
    response: sessionSchema,
  }),
  logout: defineRoute({
    id: 'logout',
    summary: 'End the session of the refresh cookie. Succeeds without one, too.',
    method: 'POST',
    path: '/api/auth/logout',
    access: 'public',
    status: 204,
  }),
} as const;

export const userRoutes = {
  me: defineRoute({
    id: 'me',
    summary: 'The account that is signed in.',
    method: 'GET',
    path: '/api/user',
    access: 'user',
    status: 200,
    response: userSchema,
  }),
} as const;
