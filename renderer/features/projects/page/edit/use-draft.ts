import { useState } from 'react';
import type { Fact } from './use-fact.ts';

export interface Draft {
  /** The text being edited, or null while the value is only shown. */
  text: string | null;
  begin: () => void;
  change: (text: string) => void;
  cancel: () => void;
  /** Saves and ends editing; stays open with the text where saving fails or the text is not valid. */
  commit: () => void;
  /** The value that somebody else's change brought in while this one was being edited. */
  changedMeanwhile: string | null;
  problem: 'required' | 'tooLong' | null;
}

interface Rules {
  maxLength: number;
  required: boolean;
}

/** Text while it is edited: nothing typed is lost by a failure, an arriving change or a closed field. */
export function useDraft(fact: Fact<string> | Fact<string | null>, { maxLength, required }: Rules): Draft {
  const [draft, setDraft] = useState<{ text: string; base: string } | null>(null);
  const current = fact.value ?? '';
  const trimmed = draft?.text.trim() ?? '';
  const problem =
    draft === null ? null : required && !trimmed ? 'required' : trimmed.length > maxLength ? 'tooLong' : null;

  const cancel = () => {
    fact.reset();
    setDraft(null);
  };
  const commit = () => {
    if (draft === null || problem || fact.saving) return;
    if (trimmed === draft.base.trim()) {
      cancel();
      return;
    }
    fact.save(trimmed).then(
      () => setDraft(null),
      // The failure is shown beside the text, which stays as typed.
      () => undefined,
    );
  };

  return {
    text: draft?.text ?? null,
    begin: () => {
      fact.reset();
      setDraft({ text: current, base: current });
    },
    change: (text) => setDraft((before) => (before ? { ...before, text } : before)),
    cancel,
    commit,
    changedMeanwhile: draft && draft.base !== current ? current : null,
    problem,
  };
}
