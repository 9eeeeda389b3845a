import { problemDocumentSchema, problems } from '@parley/contracts';
import type { ProblemCode, Route } from '@parley/contracts';
import { Router } from 'express';
import * as z from 'zod/mini';

type Json = Readonly<Record<string, unknown>>;

/** Where the description of the api is. */
export const openApiRoute = { method: 'GET', path: '/api/openapi.json' } as const;

/** Serves the description of the whole api. */
export function createOpenApiRouter(routes: readonly Route[], info: { title: string; version: string }): Router {
  const document = describeRoutes(routes, info);
  const router = Router();
  router.get(openApiRoute.path, (_request, response) => {
    response.set('Cache-Control', 'no-cache').json(document);
  });
  return router;
}

/** An OpenAPI 3.1 document, derived from route values. */
function describeRoutes(routes: readonly Route[], info: { title: string; version: string }): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const address = route.path.replace(/:(\w+)/g, '{$1}');
    paths[address] = { ...paths[address], [route.method.toLowerCase()]: describeRoute(route) };
  }
  return {
    openapi: '3.1.0',
    info,
    paths,
    components: {
      schemas: { Problem: schemaOf(problemDocumentSchema, 'output') },
      securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function describeRoute(route: Route): Json {
  const parameters = [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')];
  return {
    operationId: route.id,
    summary: route.summary,
    security: route.access === 'user' ? [{ accessToken: [] }] : [],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body, 'input') } } },
        }),
    responses: { [route.status]: successOf(route), ...problemsOf(route) },
  };
}

function successOf(route: Route): Json {
  const description = 'Done';
  if (route.response !== undefined) {
    return { description, content: { 'application/json': { schema: schemaOf(route.response, 'output') } } };
  }
  return { description };
}

/** The problems a route may answer by its shape; each service may add others of the same statuses. */
function problemsOf(route: Route): Record<string, Json> {
  const codes: ProblemCode[] = ['internal-error'];
  if (route.params ?? route.query ?? route.body) codes.push('invalid-request');
  if (route.body !== undefined) codes.push('invalid-json', 'body-too-large', 'unsupported-media-type');
  if (route.access === 'user') codes.push('not-authenticated', 'token-expired');
  if (route.params !== undefined) codes.push('not-found');

  const titles = new Map<number, string[]>();
  for (const code of codes) {
    const { status, title } = problems[code];
    titles.set(status, [...(titles.get(status) ?? []), title]);
  }
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return Object.fromEntries(
    [...titles].map(([status, found]) => [String(status), { description: found.join('; '), content }]),
  );
}

const objectSchema = z.object({
  properties: z._default(z.record(z.string(), z.unknown()), {}),
  required: z._default(z.array(z.string()), []),
});

function parametersOf(schema: Route['params'], place: 'path' | 'query'): Json[] {
  if (schema === undefined) return [];
  const { properties, required } = objectSchema.parse(schemaOf(schema, 'input'));
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

function schemaOf(schema: z.core.$ZodType, io: 'input' | 'output'): Json {
  // A transformed value has no schema of its own; `any` leaves it open instead of failing the whole document.
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
