import type { Access } from '../access/access-service.ts';
import type { AppConfig } from '../config/app-config.ts';
import type { ActionSetRepository } from '../database/repositories/action-set-repository.ts';
import type { AddressOptions, AddressRules } from '../outbound/address-rules.ts';
import type { ToolOrigin } from '../tools/tool.ts';
import type { Vault } from '../vault/vault.ts';
import { createActionService } from './action-service.ts';
import type { ActionService } from './action-service.ts';
import { createActionTools } from './action-tools.ts';
import { createActionReader } from './stored-actions.ts';

interface ActionsOptions {
  readonly config: Pick<AppConfig, 'actions'>;
  readonly sets: ActionSetRepository;
  readonly access: Pick<Access, 'roleOf' | 'idsFor' | 'own' | 'removeAll'>;
  readonly vault: Vault;
  readonly createFetch: (options: AddressOptions) => typeof fetch;
  readonly createRules: (options: AddressOptions) => AddressRules;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Operations of HTTP APIs: what people do with them, and the tools they become. */
export function createActions({ config, createFetch, createRules, ...given }: ActionsOptions): {
  readonly actions: ActionService;
  readonly origin: ToolOrigin;
} {
  const { allowedAddresses = [], allowedDomains } = config.actions;
  const reach: AddressOptions = { allowedAddresses, allowedDomains };
  const rules = createRules(reach);
  const read = createActionReader();
  return {
    actions: createActionService({ ...given, read, checkAddress: (address) => rules.checkUrl(new URL(address)) }),
    origin: createActionTools({ ...given, read, fetch: createFetch(reach) }),
  };
}
