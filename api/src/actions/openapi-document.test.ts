import { ProblemError } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import { readOpenApi } from './openapi-document.ts';

const weather = `
openapi: 3.1.0
info: { title: Weather, version: '1' }
servers: [{ url: 'https://weather.example/v1/' }]
paths:
  /cities/{city}/forecast:
    parameters:
      - { name: city, in: path, required: true, schema: { type: string } }
    get:
      operationId: forecast
      summary: The forecast for a city
      parameters:
        - { $ref: '#/components/parameters/days' }
  /reports:
    post:
      operationId: report
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: '#/components/schemas/Report' } } }
components:
  parameters:
    days: { name: days, in: query, description: How many, schema: { type: integer } }
  schemas:
    Report: { type: object, properties: { text: { type: string }, next: { $ref: '#/components/schemas/Report' } } }
`;

function withPaths(paths: object, components: object = {}): string {
  return JSON.stringify({ openapi: '3.0.3', info: { title: 'T', version: '1' }, paths, components });
}

describe('an OpenAPI description', () => {
  it('is read with its references followed', () => {
    const { title, serverUrl, operations, leftOut } = readOpenApi(weather);
    expect({ title, serverUrl, leftOut }).toEqual({
      title: 'Weather',
      serverUrl: 'https://weather.example/v1',
      leftOut: [],
    });
    const [forecast, report] = operations;
    expect(forecast).toMatchObject({
      operationId: 'forecast',
      method: 'get',
      path: '/cities/{city}/forecast',
      parameters: [
        { name: 'city', in: 'path' },
        { name: 'days', in: 'query', description: 'How many', schema: { type: 'integer' } },
      ],
    });
    // What leads back to itself means anything.
    expect(report?.body).toEqual({
      isRequired: true,
      schema: { type: 'object', properties: { text: { type: 'string' }, next: {} } },
    });
  });

  it('names operations that have no id by their method and path', () => {
    const { operations } = readOpenApi(withPaths({ '/a/{b}': { get: {}, delete: {} } }));
    expect(operations.map(({ operationId }) => operationId)).toEqual(['get_a_b', 'delete_a_b']);
  });

  it.each([
    ['refers to another document', { $ref: 'https://evil.example/schema.json' }, 'not fetched'],
    ['refers to nothing', { $ref: '#/components/schemas/None' }, 'not there'],
    ['has a broken reference', { $ref: '#/%E0%A4%A' }, 'not there'],
  ])('leaves out an operation that %s, and says why', (_label, schema, reason) => {
    const body = { content: { 'application/json': { schema } } };
    const { operations, leftOut } = readOpenApi(
      withPaths({ '/a': { post: { requestBody: body } }, '/b': { get: {} } }),
    );
    expect(operations.map(({ path }) => path)).toEqual(['/b']);
    expect(leftOut).toEqual([expect.stringContaining(`POST /a: `)]);
    expect(leftOut[0]).toContain(reason);
  });

  it('leaves out what cannot be a tool: other bodies than JSON, cookies, an id that is taken', () => {
    const { operations, leftOut } = readOpenApi(
      withPaths({
        '/form': { post: { requestBody: { content: { 'multipart/form-data': {} } } } },
        '/cookie': { get: { parameters: [{ name: 'c', in: 'cookie', required: true }] } },
        '/one': { get: { operationId: 'same' } },
        '/two': { get: { operationId: 'same' } },
        '/nonsense': { get: 7 },
      }),
    );
    expect(operations.map(({ path }) => path)).toEqual(['/one']);
    expect(leftOut).toHaveLength(4);
  });

  it.each(['@evil.example/x', '.evil.example/x', ':81/x', ''])(
    'has no operation at “%s”, another server’s name',
    (path) => {
      const { operations, leftOut } = readOpenApi(withPaths({ [path]: { get: { operationId: 'a' } } }));
      expect(operations).toEqual([]);
      expect(leftOut[0]).toContain('does not begin with “/”');
    },
  );

  it('is not blown up by values that are nested without end', () => {
    const schema = `${'{"not":'.repeat(5_000)}{}${'}'.repeat(5_000)}`;
    const text = withPaths({
      '/a': { post: { requestBody: { content: { 'application/json': { schema: 'HERE' } } } } },
    });
    const { operations, leftOut } = readOpenApi(text.replace('"HERE"', schema));
    expect(operations).toEqual([]);
    expect(leftOut[0]).toContain('nested too deep');
  });

  it('is not blown up by references that multiply', () => {
    const schemas = Object.fromEntries(
      Array.from({ length: 19 }, (_none, index) => {
        const next = { $ref: `#/components/schemas/s${index + 1}` };
        return [`s${index}`, { type: 'object', properties: { a: next, b: next, c: next } }];
      }),
    );
    const body = { content: { 'application/json': { schema: { $ref: '#/components/schemas/s0' } } } };
    const { operations, leftOut } = readOpenApi(
      withPaths({ '/a': { post: { requestBody: body } } }, { schemas: { ...schemas, s19: { type: 'string' } } }),
    );
    expect(operations).toEqual([]);
    expect(leftOut[0]).toContain('too great length');
  });

  it.each([
    ['nothing', ''],
    ['prose', 'hello: world'],
    ['Swagger 2', JSON.stringify({ swagger: '2.0', info: { title: 'Old' }, paths: {} })],
    ['broken YAML', 'a: [b'],
    [
      'multiplying anchors',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]`,
    ],
  ])('is refused when it is %s', (_label, text) => {
    expect(() => readOpenApi(text)).toThrow(ProblemError);
  });
});
