import type { ActionOperation, ActionSet, ActionSetSettings } from '@parley/contracts';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { createFakeServer, json, problemAnswer } from '../../testing/fake-server.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { signedIn } from '../../testing/signed-in.ts';

const id = '22222222-2222-4222-8222-222222222222';

const forecast: ActionOperation = {
  operationId: 'forecast',
  method: 'get',
  path: '/cities/{city}/forecast',
  summary: 'The forecast for a city',
  enabled: true,
};
const report: ActionOperation = { operationId: 'report', method: 'post', path: '/reports', summary: '', enabled: true };

const offer = {
  title: 'Weather',
  serverUrl: 'https://weather.example/v1',
  operations: [forecast, report],
  leftOut: ['POST /upload: its body is not JSON.'],
};

function setOf(extra: Partial<ActionSet> = {}): ActionSet {
  return {
    id,
    title: 'Weather',
    serverUrl: 'https://weather.example/v1',
    operations: [forecast, { ...report, enabled: false }],
    auth: 'bearer',
    myRole: 'owner',
    updatedAt: '2026-11-01T10:00:00.000Z',
    ...extra,
  };
}

const settings: ActionSetSettings = {
  title: 'Weather',
  specification: 'openapi: 3.1.0',
  serverUrl: 'https://weather.example/v1',
  enabled: ['forecast'],
  auth: { kind: 'bearer' },
};

async function open(items: ActionSet[]) {
  const server = createFakeServer({
    ...signedIn(),
    'GET /api/actions': () => json({ items }),
    'POST /api/actions/inspect': () => json(offer),
    'POST /api/actions': ({ body }) => {
      const added = setOf({ title: String(Object(body).title) });
      items.push(added);
      return json(added, 201);
    },
    [`GET /api/actions/${id}/settings`]: () => json(settings),
  });
  await renderApp(server, '/actions');
  await screen.findByRole('heading', { level: 1, name: 'Actions' });
  return { server };
}

/** Opens the dialog of a new action set and has a description read. */
async function readOne() {
  await userEvent.click(await screen.findByRole('button', { name: 'Add an API' }));
  const dialog = within(screen.getByRole('dialog', { name: 'Add an API' }));
  await userEvent.click(dialog.getByRole('textbox', { name: 'OpenAPI description' }));
  await userEvent.paste('openapi: 3.1.0');
  await userEvent.click(dialog.getByRole('button', { name: 'Read it' }));
  await waitFor(() => expect(dialog.getByText('Weather: 2 operations found')).toHaveFocus());
  return dialog;
}

async function edit() {
  await userEvent.click(await screen.findByRole('button', { name: 'Edit Weather' }));
  const dialog = within(screen.getByRole('dialog', { name: 'Edit “Weather”' }));
  await dialog.findByRole('textbox', { name: 'Name' });
  return dialog;
}

describe('the actions', () => {
  it('say what to do while there is none, and come of a description that was read', async () => {
    const { server } = await open([]);
    expect(await screen.findByText('No actions yet')).toBeVisible();
    const dialog = await readOne();
    expect(server.seen('POST /api/actions/inspect')[0]?.body).toEqual({ specification: 'openapi: 3.1.0' });
    expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveValue('Weather');
    await userEvent.click(dialog.getByText('1 operation was left out'));
    expect(dialog.getByText('POST /upload: its body is not JSON.')).toBeVisible();
    await userEvent.click(dialog.getByRole('checkbox', { name: 'post /reports' }));
    expect(dialog.getByText('1 of 2 chosen')).toBeVisible();

    await userEvent.selectOptions(dialog.getByRole('combobox', { name: 'Credentials' }), 'header');
    await userEvent.type(dialog.getByLabelText('Key'), 'k-1');
    await userEvent.type(dialog.getByRole('textbox', { name: 'Sent as' }), 'query:key');
    await userEvent.click(dialog.getByRole('button', { name: 'Add' }));
    expect(await screen.findByRole('heading', { level: 2, name: 'Weather' })).toBeVisible();
    expect(server.seen('POST /api/actions')[0]?.body).toEqual({
      ...settings,
      enabled: ['forecast'],
      auth: { kind: 'header', secret: 'k-1', header: 'query:key' },
    });
  });

  it('are read from a file, unless it is too large', async () => {
    const { server } = await open([]);
    await userEvent.click(await screen.findByRole('button', { name: 'Add an API' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Add an API' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Read it' }));
    const area = dialog.getByRole('textbox', { name: 'OpenAPI description' });
    expect(area).toHaveAccessibleDescription('Please paste the OpenAPI description, or choose a file');
    expect(area).toHaveFocus();

    await userEvent.upload(dialog.getByTestId('openapi-file'), new File(['x'.repeat(900_001)], 'large.json'));
    expect(area).toHaveAccessibleDescription('This file is too large. Up to 900 KB can be read.');
    await userEvent.upload(dialog.getByTestId('openapi-file'), new File(['openapi: 3.0.3'], 'weather.yaml'));
    await waitFor(() => expect(area).toHaveValue('openapi: 3.0.3'));
    await userEvent.click(dialog.getByRole('button', { name: 'Read it' }));
    expect(await dialog.findByText('Weather: 2 operations found')).toBeVisible();
    expect(server.seen('POST /api/actions/inspect')[0]?.body).toEqual({ specification: 'openapi: 3.0.3' });
  });

  it('send a long description in JSON without its white space', async () => {
    const { server } = await open([]);
    await userEvent.click(await screen.findByRole('button', { name: 'Add an API' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Add an API' }));
    const long = `{ "openapi": "3.1.0",${' '.repeat(500_000)} "paths": {} }`;
    await userEvent.upload(dialog.getByTestId('openapi-file'), new File([long], 'weather.json'));
    await waitFor(() => expect(dialog.getByRole('textbox', { name: 'OpenAPI description' })).toHaveValue(long));
    await userEvent.click(dialog.getByRole('button', { name: 'Read it' }));
    expect(await dialog.findByText('Weather: 2 operations found')).toBeVisible();
    const specification = '{"openapi":"3.1.0","paths":{}}';
    expect(server.seen('POST /api/actions/inspect')[0]?.body).toEqual({ specification });
  });

  it('say at the field what is wrong with a description', async () => {
    const { server } = await open([]);
    const message = 'It is neither JSON nor YAML.';
    server.handlers['POST /api/actions/inspect'] = () =>
      problemAnswer('invalid-request', { issues: [{ path: 'body.specification', message }] });
    await userEvent.click(await screen.findByRole('button', { name: 'Add an API' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Add an API' }));
    const area = dialog.getByRole('textbox', { name: 'OpenAPI description' });
    await userEvent.type(area, 'nonsense');
    await userEvent.click(dialog.getByRole('button', { name: 'Read it' }));
    await waitFor(() => expect(area).toHaveAccessibleDescription(message));
    expect(area).toHaveFocus();
  });

  it('are chosen by what a search finds', async () => {
    await open([]);
    const dialog = await readOne();
    await userEvent.type(dialog.getByRole('searchbox', { name: 'Search the operations' }), 'forecast');
    expect(dialog.queryByRole('checkbox', { name: 'post /reports' })).toBeNull();
    await userEvent.click(dialog.getByRole('button', { name: 'None' }));
    await userEvent.clear(dialog.getByRole('searchbox', { name: 'Search the operations' }));
    expect(dialog.getByRole('checkbox', { name: 'get /cities/{city}/forecast' })).not.toBeChecked();
    expect(dialog.getByRole('checkbox', { name: 'post /reports' })).toBeChecked();
  });

  it('are at most 200, said at their list', async () => {
    const { server } = await open([]);
    const operations = Array.from({ length: 201 }, (_none, index) => ({
      ...forecast,
      operationId: `o${String(index)}`,
    }));
    server.handlers['POST /api/actions/inspect'] = () => json({ ...offer, title: 'Large', operations });
    await userEvent.click(await screen.findByRole('button', { name: 'Add an API' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Add an API' }));
    await userEvent.click(dialog.getByRole('textbox', { name: 'OpenAPI description' }));
    await userEvent.paste('openapi: 3.1.0');
    await userEvent.click(dialog.getByRole('button', { name: 'Read it' }));
    expect(await dialog.findByText('0 of 201 chosen')).toBeVisible();
    await userEvent.click(dialog.getByText('All'));
    await userEvent.click(dialog.getByText('Add'));
    const list = dialog.getByRole('group', { name: 'Operations' });
    expect(list).toHaveFocus();
    expect(list).toHaveAccessibleDescription('Please choose at most 200 operations');
    expect(server.seen('POST /api/actions')).toHaveLength(0);
  });

  it('keep what was written when another description is read', async () => {
    const { server } = await open([]);
    const dialog = await readOne();
    await userEvent.type(dialog.getByRole('textbox', { name: 'Name' }), ' for us');
    await userEvent.click(dialog.getByRole('checkbox', { name: 'post /reports' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Change the description' }));
    server.handlers['POST /api/actions/inspect'] = () => json({ ...offer, serverUrl: 'https://weather.example/v2' });
    await userEvent.click(dialog.getByRole('button', { name: 'Read it' }));
    expect(await dialog.findByRole('textbox', { name: 'Name' })).toHaveValue('Weather for us');
    expect(dialog.getByRole('textbox', { name: 'Address of the API' })).toHaveValue('https://weather.example/v2');
    expect(dialog.getByRole('checkbox', { name: 'post /reports' })).not.toBeChecked();
  });

  it('keep their secret unless the address changes, and never show it', async () => {
    const { server } = await open([setOf()]);
    expect(await screen.findByRole('button', { name: '1 of 2 operations of Weather' })).toBeVisible();
    const dialog = await edit();
    expect(dialog.getByRole('checkbox', { name: 'post /reports' })).not.toBeChecked();
    const secret = dialog.getByLabelText('Token');
    expect(secret).toHaveValue('');
    expect(secret).toHaveAccessibleDescription('Leave empty to keep it.');

    const address = dialog.getByRole('textbox', { name: 'Address of the API' });
    await userEvent.clear(address);
    await userEvent.type(address, 'https://other.example');
    expect(secret).toHaveAccessibleDescription('The address has changed: please enter it again.');
    const message = 'Please enter the key again: it was meant for another address';
    server.handlers[`PUT /api/actions/${id}`] = () =>
      problemAnswer('invalid-request', { issues: [{ path: 'body.auth.secret', message }] });
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(secret).toHaveAccessibleDescription(message));
    expect(secret).toHaveFocus();

    await userEvent.type(secret, 't-2');
    server.handlers[`PUT /api/actions/${id}`] = () => json(setOf());
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Weather was saved')).toBeVisible();
    expect(server.seen(`PUT /api/actions/${id}`)[1]?.body).toEqual({
      ...settings,
      serverUrl: 'https://other.example',
      auth: { kind: 'bearer', secret: 't-2' },
    });
  });

  it('say at the address that it may not be reached, and what is no address', async () => {
    const { server } = await open([]);
    const dialog = await readOne();
    const address = dialog.getByRole('textbox', { name: 'Address of the API' });
    await userEvent.clear(address);
    await userEvent.type(address, 'weather');
    await userEvent.click(dialog.getByRole('button', { name: 'Add' }));
    expect(address).toHaveAccessibleDescription('Please enter an address that begins with https:// or http://');
    expect(server.seen('POST /api/actions')).toHaveLength(0);

    await userEvent.clear(address);
    await userEvent.type(address, 'http://169.254.169.254');
    server.handlers['POST /api/actions'] = () => problemAnswer('address-not-allowed');
    await userEvent.click(dialog.getByRole('button', { name: 'Add' }));
    await waitFor(() => expect(address).toHaveAccessibleDescription(/may not be reached from here/));
  });

  it('go after a question, and are only looked at by viewers', async () => {
    const { server } = await open([setOf(), setOf({ id: id.replaceAll('2', '3'), title: 'Maps', myRole: 'viewer' })]);
    await userEvent.click(await screen.findByRole('button', { name: 'More about Weather' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Remove' }));
    server.handlers[`DELETE /api/actions/${id}`] = () => json(undefined, 204);
    await userEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Remove' }));
    expect(await screen.findByText('Weather was removed')).toBeVisible();
    await waitFor(() => expect(screen.getByRole('main')).toHaveFocus());
    expect(screen.queryByRole('button', { name: 'More about Maps' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Edit Maps' })).toBeNull();
  });
});
