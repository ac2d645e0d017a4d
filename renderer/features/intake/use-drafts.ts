import { useCallback, useEffect, useRef, useState } from 'react';
import type { IntakeDraft, IntakeDrafts } from '../../../shared/api/intake.ts';
import type { IntakeType } from '../../../shared/domain/intake.ts';
import { call } from '../../app/bridge.ts';
import { emptyDraft, isEmpty } from './intake-form.ts';

/** So long after the last key the draft is stored; a crash costs no more than was typed since. */
const PAUSE_MS = 250;

interface Work {
  type: IntakeType;
  draft: IntakeDraft;
}

/** The inquiries that the person has begun, and the one on the screen. What is entered is stored as it is typed. */
export function useDrafts(stored: IntakeDrafts, currency: string) {
  /** What was begun under other types. */
  const [kept, setKept] = useState(stored.drafts);
  const [work, setWork] = useState<Work>(() => {
    const type = stored.last ?? 'rfq';
    return { type, draft: stored.drafts[type] ?? emptyDraft(currency) };
  });
  /** What is shown came from an earlier time. */
  const [restored, setRestored] = useState(stored.drafts[work.type] !== undefined);
  const [failure, setFailure] = useState<Error | null>(null);
  const waiting = useRef<{ work: Work; timer: ReturnType<typeof setTimeout> } | null>(null);

  const store = useCallback(({ type, draft }: Work) => {
    const done = isEmpty(draft)
      ? call('intake.discardDraft', { intake_type: type })
      : call('intake.saveDraft', { intake_type: type, draft });
    done.then(
      () => setFailure(null),
      (error: unknown) => setFailure(error instanceof Error ? error : new Error(String(error))),
    );
  }, []);

  const flush = useCallback(() => {
    const last = waiting.current;
    waiting.current = null;
    if (!last) return;
    clearTimeout(last.timer);
    store(last.work);
  }, [store]);

  useEffect(() => {
    window.addEventListener('pagehide', flush);
    document.addEventListener('visibilitychange', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      document.removeEventListener('visibilitychange', flush);
      flush();
    };
  }, [flush]);

  const show = (next: Work) => {
    setWork(next);
    setRestored(false);
  };

  return {
    ...work,
    restored,
    /** Why the draft could not be stored; null where it was. */
    failure,
    change: (patch: Partial<IntakeDraft>) => {
      const next = { type: work.type, draft: { ...work.draft, ...patch } };
      show(next);
      if (waiting.current) clearTimeout(waiting.current.timer);
      waiting.current = { work: next, timer: setTimeout(flush, PAUSE_MS) };
    },
    /** Goes to another type: to what was begun there, or with what is on the screen where nothing was. */
    choose: (type: IntakeType) => {
      if (type === work.type) return;
      flush();
      const begun = kept[type];
      if (begun && !isEmpty(begun)) {
        setKept({ ...kept, [work.type]: work.draft });
        setWork({ type, draft: begun });
        setRestored(true);
        return;
      }
      setKept({ ...kept, [work.type]: undefined });
      show({ type, draft: work.draft });
      if (isEmpty(work.draft)) return;
      store({ type, draft: work.draft });
      store({ type: work.type, draft: emptyDraft(currency) });
    },
    discard: () => {
      if (waiting.current) clearTimeout(waiting.current.timer);
      waiting.current = null;
      show({ type: work.type, draft: emptyDraft(currency) });
      store({ type: work.type, draft: emptyDraft(currency) });
    },
    /** The inquiry was saved, and its draft is gone with that. */
    saved: () => {
      if (waiting.current) clearTimeout(waiting.current.timer);
      waiting.current = null;
      show({ type: work.type, draft: emptyDraft(currency) });
    },
  };
}
