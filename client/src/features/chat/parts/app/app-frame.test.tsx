import type { ToolCallPart, ToolResultId } from '@parley/contracts';
import { screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { json } from '../../../../testing/fake-server.ts';
import { createChatServer } from '../../testing/chat-server.ts';
import { answerOf, conversationId, questionOf } from '../../testing/messages.ts';
import { renderChat } from '../../testing/render-chat.tsx';
import { callOf } from '../../testing/tool-calls.ts';

const stored = {
  html: '<p>Board</p>',
  hosts: { resource: [], connect: [] },
  input: {},
  result: { content: [], isError: false },
};

const appOf = (number: number) => ({
  id: `00000000-0000-4000-8000-00000000920${String(number)}` as ToolResultId,
  kind: 'app' as const,
  mimeType: 'application/json',
  title: `Board ${String(number)}`,
  size: 100,
});

/** A chat with calls that gave these apps; `kept` is what is stored of each. */
function open(count: number, { appFrame, kept = stored }: { appFrame?: object; kept?: unknown } = {}) {
  const apps = Array.from({ length: count }, (_, index) => appOf(index + 1));
  const part: Partial<ToolCallPart> = { state: 'done', output: 'good', attachments: apps };
  const server = createChatServer([questionOf(1, null), { ...answerOf(2, 1), parts: [callOf(part)] }]);
  const config = { appTitle: 'Parley', version: '0.1.0', registrationEnabled: true, firstRun: false, guideOnly: true };
  server.handlers['GET /api/config'] = () => json({ ...config, appFrame });
  for (const { id } of apps) server.handlers[`GET /api/tool-results/${id}`] = () => json(kept);
  renderChat(server, conversationId);
  return server;
}

const frames = () => screen.queryAllByTitle(/^App: /);

describe('the app of a call', () => {
  it('is in a frame of another origin that may run scripts and nothing else', async () => {
    open(1, { appFrame: { port: 3081 } });
    const frame = await screen.findByTitle('App: Board 1');
    expect(frame).toHaveAttribute('sandbox', 'allow-scripts');
    expect(frame).toHaveAttribute('allow', '');
    expect(frame).toHaveAttribute('referrerpolicy', 'no-referrer');
    expect(frame).toHaveAttribute('src', 'http://localhost:3081/frame');
    expect(frame).not.toHaveAttribute('srcdoc');
  });

  it('is at the address that the operator gives the frames', async () => {
    open(1, { appFrame: { port: 3081, url: 'https://apps.example.net' } });
    expect(await screen.findByTitle('App: Board 1')).toHaveAttribute('src', 'https://apps.example.net/frame');
  });

  it('runs beside two others; more begin when somebody asks, in place of the first', async () => {
    open(4, { appFrame: { port: 3081 } });
    await waitFor(() =>
      expect(frames().map(({ title }) => title)).toEqual(['App: Board 1', 'App: Board 2', 'App: Board 3']),
    );
    await userEvent.click(screen.getByRole('button', { name: 'Show the app “Board 4”' }));
    await waitFor(() =>
      expect(frames().map(({ title }) => title)).toEqual(['App: Board 2', 'App: Board 3', 'App: Board 4']),
    );
    expect(screen.getByRole('button', { name: 'Show the app “Board 1”' })).toBeVisible();
  });

  it('can be skipped by keyboard, and ended', async () => {
    open(1, { appFrame: { port: 3081 } });
    const group = within(await screen.findByRole('figure', { name: 'App: Board 1' }));
    group.getByRole('button', { name: 'Skip this app' }).focus();
    await userEvent.keyboard('{Enter}');
    expect(group.getByText('End of the app Board 1')).toHaveFocus();
    await userEvent.click(group.getByRole('button', { name: 'Stop' }));
    expect(await screen.findByRole('button', { name: 'Show the app “Board 1”' })).toBeVisible();
    expect(frames()).toEqual([]);
  });

  it('is not run when what was kept is no app', async () => {
    open(1, { appFrame: { port: 3081 }, kept: { html: 7 } });
    expect(await screen.findByText('The app “Board 1” could not be loaded.')).toBeVisible();
    expect(frames()).toEqual([]);
  });

  it('is only named where apps are switched off', async () => {
    const server = open(1);
    expect(await screen.findByText(/Apps are not shown here/)).toBeVisible();
    expect(server.requests.filter(({ url }) => url.includes('tool-results'))).toEqual([]);
  });
});
