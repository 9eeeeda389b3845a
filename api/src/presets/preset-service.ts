import { randomUUID } from 'node:crypto';
import { mostPresets, presetIdSchema, problem } from '@parley/contracts';
import type { BeginChoice, Preset, PresetId, PresetSettings, UserId } from '@parley/contracts';
import type { PresetRecord, PresetRepository } from '../database/repositories/preset-repository.ts';

/** What people keep to chat with again. Whoever names a preset that is not their own gets `preset-not-found`. */
export interface PresetService {
  /** In their order. */
  list(userId: UserId): Promise<Preset[]>;
  /** Throws `presets-full`. */
  create(userId: UserId, settings: PresetSettings): Promise<Preset>;
  update(userId: UserId, id: PresetId, settings: PresetSettings): Promise<Preset>;
  /** Puts them in an order; those that are not named come last, in the order they had. */
  order(userId: UserId, ids: readonly PresetId[]): Promise<Preset[]>;
  remove(userId: UserId, id: PresetId): Promise<void>;
  /** What their new chats begin with, if they have said so. */
  beginning(userId: UserId): Promise<BeginChoice | undefined>;
}

interface PresetServiceOptions {
  readonly presets: PresetRepository;
  /** Whether people use presets at all; if not, they are kept and none is offered or changed. */
  readonly isOffered: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createPresetService({ presets, isOffered, now }: PresetServiceOptions): PresetService {
  function checkOffered(): void {
    if (!isOffered) throw problem('forbidden', { detail: 'Presets are switched off here.' });
  }

  async function list(userId: UserId): Promise<Preset[]> {
    return (await presets.list(userId, mostPresets)).map(toPreset);
  }

  return {
    list: async (userId) => (isOffered ? await list(userId) : []),

    async create(userId, settings) {
      checkOffered();
      const known = await presets.list(userId, mostPresets);
      if (known.length >= mostPresets) throw problem('presets-full');
      const createdAt = new Date(now());
      const position = Math.max(-1, ...known.map((preset) => preset.position)) + 1;
      const id = presetIdSchema.parse(randomUUID());
      const record = { ...stored(settings), id, userId, position, createdAt, updatedAt: createdAt };
      await presets.add(record);
      // Others may have been added at the same time.
      if ((await presets.list(userId, mostPresets + 1)).length > mostPresets) {
        await presets.remove(userId, id);
        throw problem('presets-full');
      }
      if (settings.isDefault) await presets.keepOneDefault(userId);
      return toPreset(record);
    },

    async update(userId, id, settings) {
      checkOffered();
      const known = await presets.find(userId, id);
      if (known === undefined) throw problem('preset-not-found');
      const { position, createdAt } = known;
      const record = { ...stored(settings), id, userId, position, createdAt, updatedAt: new Date(now()) };
      if (!(await presets.replace(record))) throw problem('preset-not-found');
      if (settings.isDefault) await presets.keepOneDefault(userId);
      return toPreset(record);
    },

    async order(userId, ids) {
      checkOffered();
      const known = (await presets.list(userId, mostPresets)).map(({ id }) => id);
      const named = [...new Set(ids)].filter((id) => known.includes(id));
      await presets.setPositions(userId, [...named, ...known.filter((id) => !named.includes(id))]);
      return await list(userId);
    },

    async remove(userId, id) {
      checkOffered();
      if (!(await presets.remove(userId, id))) throw problem('preset-not-found');
    },

    async beginning(userId) {
      const found = isOffered ? await presets.findDefault(userId) : undefined;
      if (found === undefined) return undefined;
      const { endpoint, model, settings, tools } = found;
      return { endpoint, model, tools: [...tools], ...(settings === undefined ? {} : { settings }) };
    },
  };
}

function stored({ settings, ...rest }: PresetSettings) {
  return { ...rest, ...(settings === undefined ? {} : { settings }) };
}

function toPreset({ userId: _userId, position: _position, createdAt, updatedAt, ...preset }: PresetRecord): Preset {
  return {
    ...preset,
    tools: [...preset.tools],
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
