import { QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { session } from '../../lib/api/call.ts';
import { createQueryClient } from '../../lib/query/query-client.ts';
import { createFakeServer, json, problemAnswer, sessionOf } from '../../testing/fake-server.ts';
import { SignInForm } from './sign-in-form.tsx';
import { SignUpForm } from './sign-up-form.tsx';

const server = createFakeServer();

beforeEach(() => {
  server.requests.length = 0;
  vi.stubGlobal('fetch', server.fetch);
  session.end();
});

describe('sign-in form', () => {
  it('signs in with Enter', async () => {
    server.handlers['POST /api/auth/login'] = () => json(sessionOf('token'));
    show(<SignInForm />);
    await userEvent.type(screen.getByLabelText('E-mail address'), ' Ada@Example.com');
    await userEvent.type(screen.getByLabelText('Password'), 'right password{Enter}');
    await waitFor(() => expect(session.current()?.accessToken).toBe('token'));
    expect(server.requests[0]?.body).toEqual({ email: 'ada@example.com', password: 'right password' });
  });

  it('names empty fields without asking the server, and focuses the first', async () => {
    show(<SignInForm />);
    await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    const email = screen.getByLabelText('E-mail address');
    expect(email).toHaveAccessibleDescription(/whole e-mail address/);
    expect(email).toBeInvalid();
    expect(screen.getByLabelText('Password')).toHaveAccessibleDescription('Please enter your password');
    expect(email).toHaveFocus();
    expect(server.requests).toHaveLength(0);
  });

  it.each([
    [() => problemAnswer('wrong-credentials'), /password is wrong.*try again/],
    [() => problemAnswer('too-many-requests', { retryAfter: 20 }), /wait 20 seconds/],
    [() => Promise.reject(new TypeError('Failed to fetch')), /server cannot be reached/],
    [() => json({ unexpected: true }), /does not understand/],
  ])('says in plain words what went wrong', async (answer, words) => {
    server.handlers['POST /api/auth/login'] = answer;
    show(<SignInForm />);
    await userEvent.type(screen.getByLabelText('E-mail address'), 'ada@example.com');
    await userEvent.type(screen.getByLabelText('Password'), 'secret');
    await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(await screen.findByRole('alert')).toHaveTextContent(words);
    expect(screen.getByLabelText('E-mail address')).toHaveValue('ada@example.com');
  });

  it('shows and hides the password', async () => {
    show(<SignInForm />);
    const password = screen.getByLabelText('Password');
    expect(password).toHaveAttribute('type', 'password');
    await userEvent.click(screen.getByRole('button', { name: 'Show password' }));
    expect(password).toHaveAttribute('type', 'text');
    await userEvent.click(screen.getByRole('button', { name: 'Hide password' }));
    expect(password).toHaveAttribute('type', 'password');
  });
});

describe('sign-up form', () => {
  it('puts what the server found wrong at its field', async () => {
    const issues = [{ path: 'body.password', message: 'This password is in a list of stolen ones' }];
    server.handlers['POST /api/auth/register'] = () => problemAnswer('invalid-request', { issues });
    show(<SignUpForm onSignedUp={() => undefined} />);
    await fillIn();
    const password = screen.getByLabelText('Password');
    await waitFor(() => expect(password).toHaveAccessibleDescription(/list of stolen ones/));
    expect(password).toHaveFocus();
  });

  it('points people with an account to signing in', async () => {
    server.handlers['POST /api/auth/register'] = () => problemAnswer('email-taken');
    show(<SignUpForm onSignedUp={() => undefined} />);
    await fillIn();
    expect(await screen.findByRole('alert')).toHaveTextContent('Sign in instead');
  });

  it('calls back before the session begins', async () => {
    server.handlers['POST /api/auth/register'] = () => json(sessionOf('token'), 201);
    const order: string[] = [];
    session.subscribe((change) => order.push(change));
    show(<SignUpForm onSignedUp={() => order.push('signed up')} />);
    await fillIn();
    await waitFor(() => expect(order).toEqual(['signed up', 'started']));
  });
});

async function fillIn(): Promise<void> {
  await userEvent.type(screen.getByLabelText('Name'), 'Ada');
  await userEvent.type(screen.getByLabelText('E-mail address'), 'ada@example.com');
  await userEvent.type(screen.getByLabelText('Password'), 'a good password{Enter}');
}

function show(form: ReactNode): void {
  render(<QueryClientProvider client={createQueryClient()}>{form}</QueryClientProvider>);
}
