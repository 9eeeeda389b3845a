import type * as z from 'zod/mini';

type Schema = z.core.$ZodType;

/**
 * One operation of the api as a value: the server mounts it, the client calls it, OpenAPI is derived from it.
 * `path` uses `:name` for parameters. `response` is absent where the body is not JSON or empty.
 */
export interface Route {
  readonly id: string;
  readonly summary: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: `/${string}`;
  /** Whether a signed-in user is needed. */
  readonly access: 'public' | 'user';
  readonly status: 200 | 201 | 202 | 204;
  readonly params?: Schema;
  readonly query?: Schema;
  readonly body?: Schema;
  readonly response?: Schema;
}

type Output<S> = S extends Schema ? z.infer<S> : undefined;
type Input<S> = S extends Schema ? z.input<S> : undefined;
type Field<R, K extends string> = R extends { readonly [key in K]: infer S } ? S : undefined;

/** What a handler receives: parsed values. */
export interface RouteInput<R extends Route> {
  readonly params: Output<Field<R, 'params'>>;
  readonly query: Output<Field<R, 'query'>>;
  readonly body: Output<Field<R, 'body'>>;
}

/** What a caller passes: only the fields the route has. */
export type RouteArguments<R extends Route> = {
  [K in 'params' | 'query' | 'body' as Field<R, K> extends Schema ? K : never]: Input<Field<R, K>>;
};

export type RouteOutput<R extends Route> = Output<Field<R, 'response'>>;

/** Keeps the literal types of a route. */
export function defineRoute<const R extends Route>(route: R): R {
  return route;
}
