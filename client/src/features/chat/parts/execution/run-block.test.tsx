import type { CodeStatus } from '@parley/contracts';
import { screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { json } from '../../../../testing/fake-server.ts';
import { createChatServer } from '../../testing/chat-server.ts';
import { answerOf, conversationId, questionOf } from '../../testing/messages.ts';
import { renderChat } from '../../testing/render-chat.tsx';
import { codeStatus, eventStream, resultOf } from './testing/code-runs.ts';

function open(question: string, answer: string, status: CodeStatus = codeStatus) {
  const server = createChatServer([questionOf(1, null, question), answerOf(2, 1, answer)]);
  server.handlers['GET /api/code/status'] = () => json(status);
  const stream = eventStream();
  server.handlers['POST /api/code/exec'] = () => stream.response;
  renderChat(server, conversationId);
  return { server, stream };
}

describe('a block of code in an answer', () => {
  it('runs where it stands', async () => {
    const { server, stream } = open('Hi', 'Try this:\n\n```py\nprint("hello")\n```\n');
    const button = await screen.findByRole('button', { name: 'Run this Python code' });
    await userEvent.click(button);
    await waitFor(() =>
      expect(server.seen('POST /api/code/exec')[0]?.body).toMatchObject({ lang: 'python', code: 'print("hello")' }),
    );
    expect(button).toHaveAttribute('aria-disabled', 'true');
    await userEvent.click(button);
    expect(server.seen('POST /api/code/exec')).toHaveLength(1);
    stream.send({ type: 'stdout', text: 'hello' }, { type: 'done', result: resultOf({ stdout: 'hello' }) });
    const result = within(await screen.findByRole('figure', { name: 'Your run, Python' }));
    expect(await result.findByText('Finished')).toBeVisible();
    await waitFor(() => expect(button).not.toHaveAttribute('aria-disabled'));
  });

  it('offers that only in languages that are ready here', async () => {
    open('Hi', '```rust\nfn main() {}\n```\n\n```sql\nselect 1\n```\n\n```\nplain\n```\n\n```go\npackage main\n```\n');
    expect(await screen.findByRole('button', { name: 'Run this Go code' })).toBeVisible();
    expect(screen.getAllByRole('button', { name: /^Run this/ })).toHaveLength(1);
  });

  it('is only shown where code cannot be run', async () => {
    const { server } = open('Hi', '```py\n1\n```\n', { ...codeStatus, enabled: false, reason: 'there is no Docker' });
    await waitFor(() => expect(server.seen('GET /api/code/status')).toHaveLength(1));
    expect(screen.queryByRole('button', { name: /^Run/ })).toBeNull();
  });
});

describe('code in a question', () => {
  it('runs below the question', async () => {
    const { server, stream } = open('Look:\n```python\nprint(1)\n```\nand\n```go\npackage main\n```', 'I see.');
    await userEvent.click(await screen.findByRole('button', { name: 'Run Go (2)' }));
    await waitFor(() =>
      expect(server.seen('POST /api/code/exec')[0]?.body).toMatchObject({ lang: 'go', code: 'package main' }),
    );
    expect(screen.getByRole('button', { name: 'Run Python (1)' })).toBeDisabled();
    stream.send({ type: 'failed', code: 'code-unavailable', title: 'Code cannot be run here', detail: 'No image.' });
    const result = within(await screen.findByRole('figure', { name: 'Your run, Go' }));
    expect(await result.findByText('No image.')).toBeVisible();
    await waitFor(() => expect(screen.getByRole('button', { name: 'Run Python (1)' })).toBeEnabled());
  });

  it('is not looked for in questions without any', async () => {
    const { server } = open('Just `words`.', 'Fine.');
    expect(await screen.findByText('Fine.')).toBeVisible();
    expect(server.seen('GET /api/code/status')).toHaveLength(0);
  });
});
