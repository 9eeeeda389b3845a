import { draftRoutes } from '@parley/contracts';
import type { Draft, DraftPlace, UserId } from '@parley/contracts';
import type { Api } from '../../../lib/api/create-api.ts';
import { claimStoredDrafts, forgetStoredDrafts, readStoredDraft, storeDraft, storedPlaces } from './draft-storage.ts';

/** After the last key a draft waits so long before it goes to the server. */
const saveAfterMs = 1200;
/** A composer that was typed in so recently is not to be changed from elsewhere. */
const quietMs = 5000;

interface Place {
  /** When somebody last typed here, in milliseconds. */
  typedAt: number;
  saving: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
  /** What another device wrote while somebody typed here. */
  postponed: ReturnType<typeof setTimeout> | undefined;
}

export interface DraftSync {
  readonly read: (place: DraftPlace) => string;
  /** Somebody typed: kept here at once, on the server a moment later. */
  readonly change: (place: DraftPlace, text: string) => void;
  /** Sends what the server does not have yet, now; `leaving` lets the request outlive the page. */
  readonly flush: (place: DraftPlace, leaving?: boolean) => void;
  readonly flushAll: (leaving: boolean) => void;
  /** Forgets a draft that was sent, unless something else has been typed since. */
  readonly forget: (place: DraftPlace, sent: string) => void;
  /** Told of texts that come from elsewhere, until the returned function is called. */
  readonly subscribe: (place: DraftPlace, listener: (text: string) => void) => () => void;
  /** Takes a draft another device wrote, unless somebody is typing there. */
  readonly hear: (draft: Draft) => void;
  /** Brings both sides together: takes what the server has, and gives it what it does not have. */
  readonly load: () => Promise<void>;
  /** Says whose drafts are kept here from now on; those of anybody else are forgotten. */
  readonly claim: (userId: UserId) => void;
  readonly reset: () => void;
}

/** Drafts in this browser, in step with the server's. Failures are silent: the draft is safe here and goes later. */
export function createDraftSync({ api }: { readonly api: Pick<Api, 'call'> }): DraftSync {
  const places = new Map<DraftPlace, Place>();
  const listeners = new Map<DraftPlace, Set<(text: string) => void>>();

  function placeOf(id: DraftPlace): Place {
    const held = places.get(id) ?? { typedAt: -Infinity, saving: false, timer: undefined, postponed: undefined };
    places.set(id, held);
    return held;
  }

  async function save(id: DraftPlace, leaving: boolean): Promise<void> {
    const place = placeOf(id);
    clearTimeout(place.timer);
    const { text, unsaved } = readStoredDraft(id);
    if (!unsaved || place.saving) return;
    place.saving = true;
    try {
      const saved = await api.call(draftRoutes.save, { params: { place: id }, body: { text } }, { keepalive: leaving });
      if (places.get(id) !== place) return;
      const { text: current } = readStoredDraft(id);
      storeDraft(id, { text: current, savedAt: saved.updatedAt, unsaved: current !== text });
      if (current !== text) schedule(id);
    } catch {
      // It is safe here; the next key, or `load` once the server can be reached, gives it another try.
    } finally {
      place.saving = false;
    }
  }

  function schedule(id: DraftPlace) {
    const place = placeOf(id);
    clearTimeout(place.timer);
    place.timer = setTimeout(() => void save(id, false), saveAfterMs);
  }

  function change(id: DraftPlace, text: string) {
    const { savedAt } = readStoredDraft(id);
    placeOf(id).typedAt = Date.now();
    storeDraft(id, { text, savedAt, unsaved: true });
    schedule(id);
  }

  function show(id: DraftPlace, text: string) {
    for (const listener of listeners.get(id) ?? []) listener(text);
  }

  function take(id: DraftPlace, text: string, savedAt: string) {
    storeDraft(id, { text, savedAt, unsaved: false });
    show(id, text);
  }

  function hear(draft: Draft) {
    const place = placeOf(draft.place);
    const held = readStoredDraft(draft.place);
    clearTimeout(place.postponed);
    // What is typed here is newer than anything the server has told. The same version may have been stored by another tab.
    if (held.unsaved || place.saving || (held.savedAt !== null && draft.updatedAt < held.savedAt)) return;
    const quietIn = place.typedAt + quietMs - Date.now();
    if (quietIn > 0) place.postponed = setTimeout(() => hear(draft), quietIn);
    else take(draft.place, draft.text, draft.updatedAt);
  }

  function flushAll(leaving: boolean) {
    for (const id of storedPlaces()) void save(id, leaving);
  }

  return {
    read: (id) => readStoredDraft(id).text,
    change,
    flush: (id, leaving = false) => void save(id, leaving),
    flushAll,
    forget(id, sent) {
      const { text, savedAt } = readStoredDraft(id);
      if (text.trim() !== sent.trim()) return;
      const place = placeOf(id);
      if (savedAt === null && !place.saving) {
        // The server never had it.
        clearTimeout(place.timer);
        storeDraft(id, { text: '', savedAt, unsaved: false });
      } else {
        change(id, '');
        void save(id, false);
      }
      show(id, '');
    },
    subscribe(id, listener) {
      const set = listeners.get(id) ?? new Set();
      listeners.set(id, set.add(listener));
      return () => set.delete(listener);
    },
    hear,
    claim: claimStoredDrafts,
    async load() {
      try {
        const { items } = await api.call(draftRoutes.list, {});
        for (const draft of items) hear(draft);
        const listed = new Set(items.map(({ place }) => place));
        for (const id of storedPlaces()) {
          const { savedAt, unsaved } = readStoredDraft(id);
          if (!unsaved && savedAt !== null && !listed.has(id)) take(id, '', savedAt);
        }
      } catch {
        // The server's drafts are a convenience; the ones here are shown.
      }
      flushAll(false);
    },
    reset() {
      for (const { timer, postponed } of places.values()) {
        clearTimeout(timer);
        clearTimeout(postponed);
      }
      places.clear();
      forgetStoredDrafts();
    },
  };
}
