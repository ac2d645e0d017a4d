import { useCallback, useEffect, useRef, useState } from 'react';
import type { TakenFile, TakenIn } from '../../../shared/api/files.ts';
import { AppError } from '../../../shared/errors.ts';
import { toAppError } from '../../app/start.ts';
import { call } from '../../app/bridge.ts';
import { takeFile } from './take-file.ts';

export interface RunningIntake {
  key: string;
  name: string;
  /** From 0 to 1; null where nobody knows. */
  share: number | null;
}

export interface RefusedIntake {
  key: string;
  name: string;
  error: AppError;
}

export interface TakeIn {
  /** Files that are being taken in now. */
  running: RunningIntake[];
  /** Files of which nothing was taken, with the reason, until the person has read it. */
  refused: RefusedIntake[];
  /** Takes in files that were dropped or pasted. */
  take: (files: readonly File[]) => void;
  /** Has the person choose files in the system's dialog. */
  choose: () => void;
  /** Takes in files of the folder of photos or scans. */
  takeScanned: (names: readonly string[]) => void;
  stop: (key: string) => void;
  dismiss: (key: string) => void;
}

let lastKey = 0;
const nextKey = (): string => `intake-${(lastKey += 1)}`;

/**
 * Takes files into this machine's store, from wherever they come. What is taken has not become a document yet: `onTaken` is
 * called with each for that.
 */
export function useTakeIn(onTaken: (file: TakenFile) => void): TakeIn {
  const [running, setRunning] = useState<RunningIntake[]>([]);
  const [refused, setRefused] = useState<RefusedIntake[]>([]);
  const tell = useRef(onTaken);
  const stops = useRef(new Map<string, AbortController>());
  useEffect(() => {
    tell.current = onTaken;
  }, [onTaken]);
  useEffect(() => {
    const open = stops.current;
    return () => {
      for (const stop of open.values()) stop.abort();
    };
  }, []);

  const refuse = (name: string, error: AppError) => setRefused((before) => [...before, { key: nextKey(), name, error }]);
  const follow = useCallback((name: string, work: (key: string) => Promise<void>) => {
    const key = nextKey();
    setRunning((before) => [...before, { key, name, share: null }]);
    work(key)
      .catch((error: unknown) => {
        const failure = toAppError(error);
        // The person stopped it, and knows.
        if (failure.code !== 'INTAKE_NOT_OPEN') refuse(name, failure);
      })
      .finally(() => setRunning((before) => before.filter((one) => one.key !== key)));
  }, []);

  /** One after the other: several at once would only make each of them slower. */
  const take = useCallback(
    (files: readonly File[]) => {
      let before: Promise<unknown> = Promise.resolve();
      for (const file of files) {
        follow(file.name, (key) => {
          const stop = new AbortController();
          stops.current.set(key, stop);
          const turn = before.then(async () => {
            if (stop.signal.aborted) return;
            const share = (value: number) => setRunning((all) => all.map((one) => (one.key === key ? { ...one, share: value } : one)));
            tell.current(await takeFile(file, share, stop.signal));
          });
          before = turn.catch(() => undefined);
          return turn.finally(() => stops.current.delete(key));
        });
      }
    },
    [follow],
  );

  const accept = ({ taken, refused: those }: TakenIn) => {
    for (const file of taken) tell.current(file);
    for (const { name, code } of those) refuse(name, new AppError(code, 'not taken in'));
  };

  return {
    running,
    refused,
    take,
    choose: () => {
      call('files.choose').then(
        (chosen) => chosen && accept(chosen),
        (error: unknown) => refuse('', toAppError(error)),
      );
    },
    takeScanned: (names) => {
      call('files.takeScanned', { names: [...names] }).then(accept, (error: unknown) => refuse('', toAppError(error)));
    },
    stop: (key) => {
      stops.current.get(key)?.abort();
      setRunning((before) => before.filter((one) => one.key !== key));
    },
    dismiss: (key) => setRefused((before) => before.filter((one) => one.key !== key)),
  };
}
