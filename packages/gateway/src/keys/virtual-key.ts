/** A budget of one key or identity. Money is in micro-units (millionths of a US dollar). */
export interface Budget {
  readonly microUsd?: number;
  readonly tokens?: number;
  /** Periods begin at midnight UTC, on Monday, and on the first of the month; `total` never ends. */
  readonly per: 'hour' | 'day' | 'week' | 'month' | 'total';
}

/** A key that an operator gave out. Only its digest is known here. */
export interface VirtualKey {
  /** Names it in logs, metrics and the ledger; never the secret. */
  readonly id: string;
  /** SHA-256 of the secret, in hex. */
  readonly sha256: string;
  /** Models it may name; empty: all of them. */
  readonly models: readonly string[];
  readonly budgets: readonly Budget[];
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly user?: string;
  readonly team?: string;
  readonly customer?: string;
  readonly organisation?: string;
  /** Whether identity headers of its requests (user, team, customer) are believed. */
  readonly mayNameIdentity: boolean;
  /** Under load the lower ones are refused first. */
  readonly priority: 'low' | 'normal' | 'high';
  /** ISO date; undefined: never. */
  readonly expiresAt?: string;
}
