import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import type { MoveOption, ProjectRow } from '../../../../shared/api/projects.ts';
import { AppError } from '../../../../shared/errors.ts';
import { call } from '../../../app/bridge.ts';
import { useErrorText } from '../../../ui/error-text.ts';
import { notifyDone, notifyFailure } from '../../../ui/notify.tsx';
import { followWithFocus, forgetFocusWish } from './follow-focus.ts';

export type MovedProject = Pick<ProjectRow, 'id' | 'project_id'>;

/** Where a project shall go; without an id it leaves the last stage and is completed. */
export interface MoveTarget {
  id: string | null;
  name: string;
}

interface AskedMove {
  project: MovedProject;
  target: MoveTarget;
  option: MoveOption;
}

/** The move that waits for a reason or explains why it can't be made; one dialog shows it. */
export const useAskedMove = create<{ asked: AskedMove | null }>()(() => ({ asked: null }));

export const closeAskedMove = (): void => useAskedMove.setState({ asked: null });

async function moveOption(project: MovedProject, target: MoveTarget): Promise<MoveOption> {
  const options = await call('projects.moves', { id: project.id });
  const option = options.find(({ to_stage_id }) => to_stage_id === target.id);
  if (!option) throw new AppError('NOT_FOUND', 'the worker gives no answer about this stage');
  return option;
}

const isMoveBlocked = (error: unknown): boolean => error instanceof AppError && error.code === 'MOVE_BLOCKED';

/** Moves a project, or opens the dialog that says what is missing. Resolves true once the project has moved. */
export function useMove(): (project: MovedProject, target: MoveTarget, reason?: string) => Promise<boolean> {
  const { t } = useTranslation();
  const errorText = useErrorText();

  return async (project, target, reason) => {
    const code = project.project_id;
    const ask = async (option?: MoveOption): Promise<boolean> => {
      useAskedMove.setState({ asked: { project, target, option: option ?? (await moveOption(project, target)) } });
      return false;
    };
    const attempt = async (): Promise<boolean> => {
      if (reason === undefined) {
        const option = await moveOption(project, target);
        if (!option.allowed) return ask(option);
      }
      followWithFocus(project.id);
      await call('projects.move', { id: project.id, to_stage_id: target.id, reason: reason ?? null });
      const words = target.id === null ? 'projects.move.movedComplete' : 'projects.move.moved';
      notifyDone(t(words, { code, stage: target.name }));
      return true;
    };

    try {
      try {
        return await attempt();
      } catch (error) {
        // Blocked after all: somebody changed the project meanwhile, so the dialog asks for what is missing now.
        if (!isMoveBlocked(error)) throw error;
        forgetFocusWish();
        return await ask();
      }
    } catch (error) {
      forgetFocusWish();
      notifyFailure(t('projects.move.failed', { code }), errorText(error));
      return false;
    }
  };
}
