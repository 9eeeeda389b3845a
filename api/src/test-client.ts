import { authRoutes, sessionSchema } from '@parley/contracts';
import type { Route, RouteArguments, User } from '@parley/contracts';

/** Somebody with an account, signed in. */
export interface TestUser {
  readonly user: User;
  readonly password: string;
  readonly accessToken: string;
  /** The refresh cookie as a `Cookie` header. */
  readonly cookie: string;
}

/** Talks to a running Parley the way the browser does. */
export interface TestClient {
  /** Sends a request to a route of the contract, as somebody or as nobody. */
  send<R extends Route>(route: R, input: RouteArguments<R>, as?: TestUser): Promise<Response>;
  /** Creates an account and signs in. The first one of an app is its administrator. */
  register(name?: string): Promise<TestUser>;
}

/** Talks to whatever is at `url` at the moment of each call. */
export function createTestClient(url: () => string): TestClient {
  let registered = 0;
  const client: TestClient = {
    async send(route, input, as) {
      const { params, query, body }: { params?: unknown; query?: unknown; body?: unknown } = input;
      const address = new URL(fillPath(route.path, params), url());
      for (const [name, value] of Object.entries(query ?? {})) address.searchParams.set(name, String(value));
      return await fetch(address, {
        method: route.method,
        headers: {
          ...(as === undefined ? {} : { Authorization: `Bearer ${as.accessToken}` }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    },

    async register(name = `User ${registered + 1}`) {
      registered += 1;
      const password = `password of ${name}`;
      const email = `user-${registered}@example.com`;
      const response = await client.send(authRoutes.register, { body: { email, name, password } });
      if (response.status !== 201) throw new Error(`Registering failed: ${await response.text()}`);
      const { user, accessToken } = sessionSchema.parse(await response.json());
      return { user, password, accessToken, cookie: cookieOf(response) };
    },
  };
  return client;
}

/** The refresh cookie an answer sets, as a `Cookie` header; empty when it sets none. */
export function cookieOf(response: Response): string {
  return response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
}

function fillPath(pattern: string, params: unknown): string {
  const values = new Map(Object.entries(params ?? {}));
  return pattern.replace(/:(\w+)/g, (_whole, name: string) => encodeURIComponent(String(values.get(name))));
}
