import * as z from 'zod/mini';
import type { McpOAuthSettings } from '../oauth/mcp-sign-in.ts';

const contextShape = z.object({
  client_id: z.optional(z.string()),
  client_secret: z.optional(z.string()),
  private_key_pem: z.optional(z.string()),
  signing_algorithm: z.optional(z.string()),
  issuer: z.optional(z.string()),
  toolCalls: z.optional(z.array(z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()) }))),
});

/** What the suite tells a client about a scenario beforehand, as an administrator would have configured it. */
export interface ScenarioContext {
  readonly oauth: McpOAuthSettings;
  readonly toolCalls: readonly { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> }[];
}

/** Reads the scenario's name and its context, JSON that may be absent. */
export function readContext(scenario: string, json: string | undefined): ScenarioContext {
  const context = contextShape.parse(json === undefined ? {} : JSON.parse(json));
  const {
    client_id: clientId,
    client_secret: clientSecret,
    private_key_pem: pem,
    signing_algorithm: algorithm,
  } = context;
  return {
    oauth: {
      ...(scenario.startsWith('auth/client-credentials') && { grant: 'client_credentials' }),
      ...(clientId !== undefined && { clientId }),
      ...(clientSecret !== undefined && { clientSecret }),
      ...(pem !== undefined && algorithm !== undefined && { privateKey: { pem, algorithm } }),
      ...(context.issuer !== undefined && { authorizationServer: { issuer: context.issuer } }),
    },
    toolCalls: context.toolCalls ?? [],
  };
}
