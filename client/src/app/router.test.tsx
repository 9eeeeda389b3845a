import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { createFakeServer, json, problemAnswer, sessionOf } from '../testing/fake-server.ts';
import { renderApp } from '../testing/render-app.tsx';
import { safeRedirect } from './guards.ts';

vi.mock('../features/chat/chat-page.tsx', () => ({ ChatPage: () => <main>The chat</main> }));

const config = { appTitle: 'Parley', version: '1', registrationEnabled: true, firstRun: false, guideOnly: true };

describe('routes', () => {
  it('ask for signing in and lead back to where one was', async () => {
    const { router } = await open('/settings', { signedIn: false });
    expect(await screen.findByRole('heading', { name: 'Sign in to Parley' })).toBeVisible();
    expect(router.state.location.search).toEqual({ redirect: '/settings' });
    await userEvent.type(screen.getByLabelText('E-mail address'), 'ada@example.com');
    await userEvent.type(screen.getByLabelText('Password'), 'right password{Enter}');
    expect(await screen.findByRole('heading', { name: 'Settings' })).toBeVisible();
    expect(router.state.location.pathname).toBe('/settings');
  });

  it('offer the first account on a new install', async () => {
    await open('/', { signedIn: false, config: { ...config, firstRun: true } });
    expect(await screen.findByText('Create the first account. It becomes the administrator.')).toBeVisible();
    expect(screen.queryByText('Have an account already?')).toBeNull();
  });

  it('offer no account where registration is closed', async () => {
    await open('/sign-in', { signedIn: false, config: { ...config, registrationEnabled: false } });
    expect(await screen.findByRole('heading', { name: 'Sign in to Parley' })).toBeVisible();
    expect(screen.queryByRole('link', { name: 'Create account' })).toBeNull();
  });

  it('restore the session from the cookie and begin with a new chat', async () => {
    const { router } = await open('/', { signedIn: true });
    expect(await screen.findByText('The chat')).toBeVisible();
    expect(router.state.location.pathname).toBe('/c/new');
    expect(await screen.findByText('Ada Lovelace')).toBeVisible();
  });

  it('send people who are signed in away from the sign-in page', async () => {
    const { router } = await open('/sign-in?redirect=%2Farchive', { signedIn: true });
    expect(await screen.findByRole('heading', { name: 'Archived chats' })).toBeVisible();
    expect(router.state.location.pathname).toBe('/archive');
  });

  it('say what happened and try again when the server cannot be reached', async () => {
    // React and the router report the error they caught.
    vi.spyOn(console, 'error').mockReturnValue();
    vi.spyOn(console, 'warn').mockReturnValue();
    const { server } = await open('/', { signedIn: true, offline: true });
    expect(await screen.findByText(/server cannot be reached/)).toBeVisible();
    server.handlers['POST /api/auth/refresh'] = () => json(sessionOf('back'));
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('The chat')).toBeVisible();
  });

  it('come back by themselves when the server does', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    vi.spyOn(console, 'warn').mockReturnValue();
    const { server } = await open('/', { signedIn: true, offline: true });
    expect(await screen.findByText(/comes back by itself/)).toBeVisible();
    server.handlers['POST /api/auth/refresh'] = () => json(sessionOf('back'));
    window.dispatchEvent(new Event('online'));
    expect(await screen.findByText('The chat')).toBeVisible();
  });

  it('show a page for addresses that lead nowhere', async () => {
    await open('/c/not-an-id', { signedIn: true });
    expect(await screen.findByRole('heading', { name: 'There is nothing here' })).toBeVisible();
  });

  it('return to signing in when the session ends, and forget what was cached', async () => {
    const { queryClient, session } = await open('/c/new', { signedIn: true });
    await screen.findByText('The chat');
    session.end();
    expect(await screen.findByRole('heading', { name: 'Sign in to Parley' })).toBeVisible();
    expect(queryClient.getQueryData(['me'])).toBeUndefined();
  });

  it('sign out to a clean sign-in page, or say that it failed', async () => {
    const { server, router, session } = await open('/settings', { signedIn: true });
    server.handlers['POST /api/auth/logout'] = () => Promise.reject(new TypeError('Failed to fetch'));
    await signOut();
    expect(await screen.findByText(/You are still signed in/)).toBeVisible();
    server.handlers['POST /api/auth/logout'] = () => json(undefined, 204);
    await signOut();
    expect(await screen.findByRole('heading', { name: 'Sign in to Parley' })).toBeVisible();
    expect(session.current()).toBeUndefined();
    expect(router.state.location.search).toEqual({});
  });

  it('say so when the server no longer accepts the session', async () => {
    const { server, onSignedOut, queryClient } = await open('/c/new', { signedIn: true });
    await screen.findByText('Ada Lovelace');
    server.handlers['GET /api/user'] = () => problemAnswer('token-expired');
    server.handlers['POST /api/auth/refresh'] = () => problemAnswer('session-ended');
    await queryClient.refetchQueries({ queryKey: ['me'] });
    expect(await screen.findByRole('heading', { name: 'Sign in to Parley' })).toBeVisible();
    expect(onSignedOut).toHaveBeenCalledOnce();
  });

  it('start afresh for another person', async () => {
    const { reload, session } = await open('/c/new', { signedIn: true });
    await screen.findByText('The chat');
    session.start(sessionOf('other', '99999999-9999-4999-8999-999999999999'));
    expect(reload).toHaveBeenCalledOnce();
  });
});

describe('safeRedirect', () => {
  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', undefined])(
    'refuses %s',
    (target) => expect(safeRedirect(target)).toBe('/c/new'),
  );
  it('keeps addresses of the app', () => expect(safeRedirect('/docs/README#two')).toBe('/docs/README#two'));
});

async function signOut(): Promise<void> {
  await userEvent.click(await screen.findByRole('button', { name: /^Account of/ }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Sign out' }));
}

async function open(path: string, given: { signedIn: boolean; offline?: boolean; config?: typeof config }) {
  const server = createFakeServer({
    'GET /api/config': () => json(given.config ?? config),
    'POST /api/auth/refresh': () => (given.signedIn ? json(sessionOf('token')) : problemAnswer('session-ended')),
    'POST /api/auth/login': () => json(sessionOf('token')),
    'GET /api/user': () => json(sessionOf('token').user),
    'GET /api/conversations': () => json({ items: [], nextCursor: null }),
  });
  if (given.offline) server.handlers['POST /api/auth/refresh'] = () => Promise.reject(new TypeError('Failed to fetch'));
  return { ...(await renderApp(server, path)), server };
}
