import type { McpTarget } from '../core/mcp-server.ts';

/** How a server signs people in, as far as it must not be discovered; an empty object discovers everything. */
export interface McpOAuthSettings {
  /** `client_credentials`: the server is used with an account of its own, and nobody signs in. Absent: `authorization_code`. */
  readonly grant?: 'authorization_code' | 'client_credentials';
  /** A client that was registered by hand; it goes before every other way of getting one. */
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Instead of a secret: signs the client's assertions (`private_key_jwt`), with `client_credentials` only. */
  readonly privateKey?: { readonly pem: string; readonly algorithm: string };
  /** Space-separated. Absent: what the server's challenge or its metadata ask for. */
  readonly scope?: string;
  readonly authorizationServer?: {
    /** The only issuer that may be used, credentials included. */
    readonly issuer?: string;
    /** Together with `tokenUrl`: nothing is discovered. */
    readonly authorizationUrl?: string;
    readonly tokenUrl?: string;
    readonly revocationUrl?: string;
  };
  /** Whether the `resource` parameter of RFC 8707 is sent. Absent: it is. */
  readonly sendResource?: boolean;
  /** Goes on with an authorization server that does not say that it checks PKCE; S256 is sent all the same. */
  readonly skipPkceCheck?: boolean;
}

/** `retry`: there is another token now. `refused`: signing in once more would not help. */
export type McpChallengeAnswer = 'retry' | 'sign-in-needed' | 'refused';

/** The OAuth 2.1 client for every MCP server behind HTTP; throws `McpSignInError` alone, besides the reason of an aborted signal. */
export interface McpSignIn {
  /**
   * Begins the authorization code flow for the target's holder. What comes back is good once, for ten minutes, and only
   * for `beganBy`: the person in front of the browser, the holder itself when absent.
   */
  begin(
    target: McpTarget,
    signal: AbortSignal,
    beganBy?: string,
  ): Promise<{ readonly authorizationUrl: string; readonly flowId: string }>;
  /** Takes the query of the redirect: checks `state` and `iss`, exchanges the code, and says whom it was for. */
  finish(
    query: URLSearchParams,
    cameBack: string,
    signal: AbortSignal,
  ): Promise<{ readonly serverId: string; readonly holder: string }>;
  /** A bearer token that is good for a while, renewed early; undefined when somebody has to sign in first. */
  token(target: McpTarget, signal: AbortSignal): Promise<string | undefined>;
  /**
   * The server answered 401, or 403 with `insufficient_scope`, with this `WWW-Authenticate` (null when there was none).
   * `rejectedToken` is what was sent: it saves a renewal when another call renewed it already.
   */
  challenged(
    target: McpTarget,
    wwwAuthenticate: string | null,
    signal: AbortSignal,
    rejectedToken?: string,
  ): Promise<McpChallengeAnswer>;
  /** Forgets the holder's tokens, and revokes them where the authorization server can. */
  signOut(serverId: string, holder: string): Promise<void>;
  /** Forgets everything about a server: tokens of all holders, registered clients. */
  forget(serverId: string): Promise<void>;
  isSignedIn(serverId: string, holder: string): Promise<boolean>;
}
